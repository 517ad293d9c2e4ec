"""`notelift check` and `notelift rules`, as processes and in this one."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.cli.notebooks import Cli, write_notebook
from tests.e2e.cli.test_json import TYPES, check

NOTELIFT = [sys.executable, "-m", "notelift.cli"]
CLEAN = ["x = 1\nprint(x)"]
STAR = ["from math import *\narea = pi * 2"]
LEAK = [
    "from sklearn.preprocessing import StandardScaler\nfrom sklearn.model_selection import train_test_split",
    "from sklearn.datasets import load_iris\nX = load_iris().data",
    "scaled = StandardScaler().fit_transform(X)",
    "train, test = train_test_split(scaled, random_state=0)",
]


def notelift(*arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*NOTELIFT, *map(str, arguments)], capture_output=True, text=True, check=False, cwd=cwd
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a clean notebook and two with a finding each, one of them below."""
    write_notebook(tmp_path / "clean.ipynb", CLEAN)
    write_notebook(tmp_path / "star.ipynb", STAR)
    (tmp_path / "sub").mkdir()
    write_notebook(tmp_path / "sub" / "leak.ipynb", LEAK)
    return tmp_path


def test_nothing_is_printed_for_clean_files(tmp_path: Path) -> None:
    write_notebook(tmp_path / "clean.ipynb", CLEAN)
    done = notelift("check", tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_text_has_the_place_the_code_and_what_to_do(folder: Path) -> None:
    done = notelift("check", "sub", "star.ipynb", cwd=folder)
    assert done.returncode == 1
    assert done.stderr == ""
    assert done.stdout == (
        "NL208 data-leakage: `StandardScaler` is fitted on `X`, which [4] splits only later:"
        " it has seen the test part\n"
        " --> sub/leak.ipynb:cell 2:1:10\n"
        "  |\n"
        "1 | scaled = StandardScaler().fit_transform(X)\n"
        "  |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
        "  |\n"
        "  = cell 3, line 1: splits off the test part\n"
        "help: Split first, fit on the training part, and transform both parts.\n"
        "\n"
        "NL206 star-import: `from math import *` binds names that cannot be seen here\n"
        " --> star.ipynb:cell 0:1:1\n"
        "  |\n"
        "1 | from math import *\n"
        "  | ^^^^^^^^^^^^^^^^^^\n"
        "  |\n"
        "help: Write `from math import pi`.\n"
        "\n"
        "Found 2 findings in 2 notebooks.\n"
    )


def test_a_folder_is_checked_in_processes_with_the_same_answer(folder: Path) -> None:
    one = notelift("check", folder, "--jobs", "1", "--format", "json")
    two = notelift("check", folder, "--jobs", "2", "--format", "json")
    assert one.returncode == two.returncode == 1
    assert one.stdout == two.stdout
    assert [Path(finding["path"]).name for finding in json.loads(one.stdout)] == ["star.ipynb", "leak.ipynb"]


def test_what_cannot_be_read_is_an_error_and_the_others_are_checked(folder: Path) -> None:
    (folder / "broken.ipynb").write_text("{")
    done = notelift("check", folder, folder / "missing.ipynb", "--jobs", "2")
    assert done.returncode == 2
    assert "Found 2 findings in 2 notebooks." in done.stdout
    errors = done.stderr.splitlines()
    assert len(errors) == 2
    assert any("broken.ipynb" in line for line in errors)
    assert any("missing.ipynb: no such file" in line for line in errors)


def test_a_terminal_gets_a_progress_bar_and_a_pipe_does_not(tmp_path: Path) -> None:
    for number in range(12):
        write_notebook(tmp_path / f"{number}.ipynb", CLEAN)
    command = [*NOTELIFT, "check", str(tmp_path), "--jobs", "2"]
    main, terminal = pty.openpty()
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=terminal, check=False)
    os.close(terminal)
    shown = b""
    try:
        while part := os.read(main, 4096):
            shown += part
    except OSError:
        # Linux says that nobody writes to the terminal any more.
        os.close(main)
    assert (done.returncode, done.stdout) == (0, b"")
    assert b"checking" in shown and b"12/12" in shown
    assert notelift("check", tmp_path).stderr == ""


def test_exit_zero(cli: Cli, folder: Path) -> None:
    answer = cli("check", folder, "--exit-zero")
    assert answer.code == 0
    assert "Found 2 findings" in answer.out


def test_select_and_ignore(cli: Cli, folder: Path) -> None:
    def rules(*options: str) -> list[str]:
        found = cli("check", folder, "--format", "json", *options).json
        return [finding["rule"] for finding in found]

    assert rules("--select", "NL206") == ["star-import"]
    assert rules("--select", "NL206,data-leakage", "--ignore", "star-import") == ["data-leakage"]
    assert rules("--ignore", "NL206", "--ignore", "data-leakage") == []


def test_an_unknown_rule_is_an_error(cli: Cli, folder: Path) -> None:
    answer = cli("check", folder, "--select", "star-imports")
    assert (answer.code, answer.out) == (2, "")
    assert "no rule is called 'star-imports'; did you mean `star-import`" in answer.err


def test_settings(cli: Cli, folder: Path) -> None:
    settings = folder / "pyproject.toml"
    settings.write_text('[tool.notelift.per-file-ignores]\n"sub/*" = ["NL208"]\n')
    assert [each["rule"] for each in cli("check", folder, "--format", "json").json] == ["star-import"]
    settings.write_text('[tool.notelift]\nselect = ["empty-cell"]\n')
    assert cli("check", folder).code == 0
    found = cli("check", folder, "--select", "DEFAULT", "--format", "json").json
    assert [each["rule"] for each in found] == ["star-import", "data-leakage"]
    settings.write_text('[tool.notelift]\nignore = ["star-import"]\n')
    assert [each["rule"] for each in cli("check", folder, "--format", "json").json] == ["data-leakage"]
    settings.write_text('[tool.notelift]\nignore = ["stars"]\n')
    answer = cli("check", folder)
    assert answer.code == 2
    assert answer.err.startswith(f"notelift: error: {settings}: no rule is called 'stars'")
    assert len(answer.err.splitlines()) == 1


def test_folders_that_hold_no_notebooks_of_ones_own(cli: Cli, tmp_path: Path) -> None:
    for name in (".ipynb_checkpoints", "node_modules", "data"):
        (tmp_path / name).mkdir()
    write_notebook(tmp_path / ".ipynb_checkpoints" / "a.ipynb", STAR)
    write_notebook(tmp_path / "node_modules" / "a.ipynb", STAR)
    (tmp_path / "data" / "module.py").write_text(STAR[0])
    write_notebook(tmp_path / "data" / "other.ipynb", ["x <- 1"], language="R")
    assert cli("check", tmp_path).code == 0
    (tmp_path / "data" / "script.py").write_text("# %%\n" + STAR[0])
    assert [each["cell"] for each in cli("check", tmp_path, "--format", "json").json] == [0]
    answer = cli("check", tmp_path / "data" / "other.ipynb")
    assert answer.code == 2
    assert "the language of its kernel is 'R'" in answer.err or "'r'" in answer.err


def test_no_notebooks_is_a_warning(cli: Cli, tmp_path: Path) -> None:
    answer = cli("check", tmp_path)
    assert (answer.code, answer.out) == (0, "")
    assert answer.err == f"notelift: warning: no notebooks in {tmp_path}\n"


def test_a_session_is_about_one_notebook(cli: Cli, folder: Path) -> None:
    log = folder / "runs.jsonl"
    log.write_text('{"event": "ran", "cell": 0, "order": 1}\n')
    assert cli("check", folder, "--session", log).code == 2
    assert cli("check", folder / "clean.ipynb", "--session", log).code == 0
    answer = cli("check", folder / "clean.ipynb", "--session", folder / "none.jsonl")
    assert answer.code == 2
    assert "none.jsonl: cannot be read" in answer.err


def test_json(cli: Cli, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TYPES, "boolean", (bool,))
    found = cli("check", folder, "--format", "json").json
    check("check", found)
    assert found[0]["fix"]["edits"][0]["text"] == "from math import pi"
    assert found[1]["fix"]["edits"] == []
    assert [found[1][key] for key in ("cell", "line", "column", "end_line", "end_column")] == [2, 1, 9, 1, 42]
    assert cli("check", folder / "clean.ipynb", "--format", "json").json == []


def test_json_of_rules(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TYPES, "boolean", (bool,))
    rules = cli("rules", "--format", "json").json
    check("rules", rules)
    assert cli("rules", "NL208", "--format", "json").json in rules


def test_sarif(cli: Cli, folder: Path) -> None:
    log = cli("check", folder, "--format", "sarif").json
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["NL206", "NL208"]
    assert [result["ruleId"] for result in run["results"]] == ["NL206", "NL208"]
    leak = run["results"][1]
    (location,) = leak["locations"]
    assert location["physicalLocation"]["region"] == {
        "startLine": 1,
        "startColumn": 10,
        "endLine": 1,
        "endColumn": 43,
    }
    assert location["logicalLocations"] == [{"name": "cell 2", "kind": "module"}]
    assert leak["level"] == "warning"
    assert leak["relatedLocations"][0]["message"]["text"].startswith("cell 3, line 1")


def test_github_annotations(cli: Cli, folder: Path) -> None:
    lines = cli("check", folder / "star.ipynb", "--format", "github").out.splitlines()
    assert lines == [
        f"::warning file={folder / 'star.ipynb'},title=NL206 star-import::cell 0, line 1:"
        " `from math import *` binds names that cannot be seen here. Write `from math import pi`."
    ]


def test_rules_are_listed_and_explained() -> None:
    listed = notelift("rules")
    assert listed.returncode == 0
    assert "NL208   data-leakage" in listed.stdout
    assert "NL301 - unused-cell" in listed.stdout
    explained = notelift("rules", "data-leakage")
    assert explained.stdout.startswith(
        "NL208 data-leakage (warning, on by default)\n\nA transformer or a selection"
    )
    assert notelift("rules", "NL208").stdout == explained.stdout
    wrong = notelift("rules", "leakage")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "no rule is called 'leakage'" in wrong.stderr


def test_check_imports_nothing_heavy(folder: Path) -> None:
    code = (
        "import sys\nfrom notelift.cli.main import run\nrun(sys.argv[1:])\n"
        "heavy = {'libcst', 'jedi', 'pygls', 'rich', 'nbformat', 'asyncio', 'multiprocessing'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    command = [sys.executable, "-c", code, "check", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr.strip() == "[]"
