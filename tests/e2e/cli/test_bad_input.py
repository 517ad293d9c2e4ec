"""Bad input gets one line that names the file (and cell), and exit code 2."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.cli.notebooks import Answer, Cli, write_notebook


def refused(answer: Answer) -> str:
    """The line that a command refuses with, without its opening."""
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.endswith("\n")
    (line,) = answer.err.splitlines()
    opening, _, message = line.partition("notelift: error: ")
    assert opening == ""
    return message


def directory(path: Path) -> None:
    path.mkdir()


def dangling(path: Path) -> None:
    path.symlink_to("nowhere.ipynb")


def loop(path: Path) -> None:
    path.symlink_to(path.name)


def content(data: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(data)


def huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(300 * 1024 * 1024)


def r_kernel(path: Path) -> None:
    write_notebook(path, ["x <- 1"], language="R")


FILES: list[tuple[str, Callable[[Path], object], str]] = [
    ("missing", lambda path: None, "no such file"),
    ("directory", directory, "is a directory"),
    ("dangling link", dangling, "no such file"),
    ("link to itself", loop, ""),
    ("empty", content(b""), "empty"),
    ("blank", content(b" \n"), "empty"),
    ("not JSON", content(b"{"), ""),
    ("a list", content(b"[]"), ""),
    ("a number", content(b"1"), ""),
    ("not a notebook", content(b'{"a": 1}'), ""),
    ("cells are no list", content(b'{"cells": 1, "metadata": {}, "nbformat": 4}'), ""),
    ("a cell is no object", content(b'{"cells": [1], "metadata": {}, "nbformat": 4}'), ""),
    ("nested too deeply", content(b"[" * 200_000), ""),
    ("binary", content(bytes(range(256)) * 10), ""),
    ("Latin-1", content('{"cells": "é"}'.encode("latin-1")), "UTF-8"),
    ("UTF-16", content("{}".encode("utf-16")), "UTF-16"),
    ("huge", huge, "300 MB"),
    ("another language", r_kernel, "'r'"),
]


@pytest.mark.parametrize("command", ["extract", "slice", "lineage", "verify"])
@pytest.mark.parametrize(("make", "words"), [row[1:] for row in FILES], ids=[row[0] for row in FILES])
def test_files(cli: Cli, tmp_path: Path, command: str, make: Callable[[Path], object], words: str) -> None:
    path = tmp_path / "bad.ipynb"
    make(path)
    more = ["--output", tmp_path / "out"] if command == "extract" else []
    message = refused(cli(command, path, "x", *more))
    assert message.startswith(f"{path}: ")
    assert words in message
    assert not (tmp_path / "out").exists()


BROKEN = ["import os\nvalue = 1", "x = (\n", "y = 2\ny2 = 3"]


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("valeu", ["valeu", "near: value"]),
        ("zzz", ["zzz"]),
        ("x", ["cell 1", "does not parse (line 1: "]),
        ("y@0", ["y"]),
        ("y@9", ["9"]),
        ("y@1", ["cell 1 does not parse (line 1: "]),
        ("cell:9", ["9"]),
        ("cell:1", ["cell 1 does not parse (line 1: "]),
        ("file:nothing.csv", ["nothing.csv"]),
        ("cell:x", ["cell:N"]),
        ("a b", ["name@CELL"]),
        ("@3", ["name@CELL"]),
        ("", ["name@CELL"]),
        ("name@", ["name@CELL"]),
    ],
)
@pytest.mark.parametrize("command", ["extract", "slice"])
def test_targets(cli: Cli, tmp_path: Path, command: str, target: str, words: list[str]) -> None:
    path = write_notebook(tmp_path / "n.ipynb", BROKEN)
    more = ["--output", tmp_path / "out"] if command == "extract" else []
    message = refused(cli(command, path, target, *more))
    assert message.startswith(f"{path}: ")
    assert [word for word in words if word not in message] == []
    assert not (tmp_path / "out").exists()


def test_lineage_names_the_nearest(cli: Cli, tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "n.ipynb", BROKEN)
    message = refused(cli("lineage", path, "valeu"))
    assert message == f"{path}: no value is named `valeu` at the end; did you mean `value`?"


def test_a_broken_cell_does_not_hide_the_others(cli: Cli, tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "n.ipynb", BROKEN)
    assert "value = 1" in cli("slice", path, "value").out
    assert "y = 2" in cli("slice", path, "y").out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--module", "my-module"], "--module my-module: is no Python identifier"),
        (["--module", "json"], "--module json: would shadow the module json of the standard library"),
        (["--module", "for"], "--module for: is a keyword of Python"),
        (["--function", "1st"], "--function 1st: is no Python identifier"),
        (
            ["--module", "pandas"],
            "the module pandas would import another of its name: choose a name with --module",
        ),
        (["--timeline", "written", "--output", "{tmp}/sales.ipynb"], "is a file, not a folder to write to"),
        (["--output", "{tmp}/sales.ipynb/below"], "cannot be created: Not a directory"),
        (["--output", "/proc/nothing"], "/proc/nothing: cannot be created: No such file or directory"),
        (["--output", "/proc"], "cannot be written"),
    ],
)
def test_names_and_places(cli: Cli, sales: Path, tmp_path: Path, options: list[str], words: str) -> None:
    given = [option.format(tmp=tmp_path) for option in options]
    output = [] if "--output" in options else ["--output", str(tmp_path / "out")]
    assert words in refused(cli("extract", sales, "df", *given, *output))
    assert sorted(each.name for each in tmp_path.rglob("*")) == ["sales.ipynb"]


@pytest.mark.parametrize("command", ["slice", "lineage"])
def test_a_notebook_that_never_ran_has_no_ran_timeline(cli: Cli, tmp_path: Path, command: str) -> None:
    path = write_notebook(tmp_path / "n.ipynb", ["x = 1"], counts=[None])
    message = refused(cli(command, path, "x", "--timeline", "ran"))
    assert message.startswith(f"{path}: no cell has an execution count")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[tool.notelift\n", "is not TOML"),
        ('[tool.notelift]\ntimeline = "x"\n', "tool.notelift.timeline is 'x'"),
        ('[tool.notelift.effects]\n"a.b" = "explodes 0"\n', '[tool.notelift.effects] "a.b": '),
        ("[tool.notelift]\nspeed = 1\n", "tool.notelift.speed is unknown"),
    ],
)
def test_settings(cli: Cli, sales: Path, text: str, words: str) -> None:
    settings = sales.parent / "pyproject.toml"
    settings.write_text(text)
    message = refused(cli("slice", sales, "df"))
    assert message.startswith(f"{settings}: ")
    assert words in message


def test_settings_decide_the_timeline_and_effects(cli: Cli, tmp_path: Path) -> None:
    path = write_notebook(
        tmp_path / "n.ipynb", ["import lib\nx = lib.make()", "y = lib.tidy(x)", "x = 5"], counts=[2, 3, 1]
    )
    plain = cli("slice", path, "x", "--format", "json").json
    assert [each["source"] for each in plain["statements"]] == ["x = 5"]
    (tmp_path / "pyproject.toml").write_text(
        '[tool.notelift]\ntimeline = "ran"\n[tool.notelift.effects]\n"lib.tidy" = "changes 0"\n'
    )
    ran = cli("slice", path, "x", "--format", "json").json
    assert [each["source"] for each in ran["statements"]] == [
        "import lib",
        "x = lib.make()",
        "y = lib.tidy(x)",
    ]


def test_an_existing_module_is_left_alone(cli: Cli, sales: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = cli("extract", sales, "big", "--output", out, "--module", "m")
    assert first.code == 0
    (out / "m.py").write_text("mine")
    message = refused(cli("extract", sales, "df", "--output", out, "--module", "m"))
    assert message.startswith(f"{out / 'm.py'}: exists already")
    assert (out / "m.py").read_text() == "mine"
    assert cli("extract", sales, "df", "--output", out, "--module", "m", "--force").code == 0
    assert "def compute_df" in (out / "m.py").read_text()
    assert os.listdir(out) == ["m.py"]


def test_old_notebooks_and_notebooks_without_code(cli: Cli, tmp_path: Path) -> None:
    empty = tmp_path / "empty.ipynb"
    empty.write_text(json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    assert cli("lineage", empty).out == "no values: nothing is bound to a name\n"
    assert str(empty) in refused(cli("slice", empty, "x"))
    old = tmp_path / "old.ipynb"
    cells = [
        {"cell_type": "code", "input": ["x = 1"], "language": "python", "outputs": [], "collapsed": False}
    ]
    old.write_text(
        json.dumps({"worksheets": [{"cells": cells}], "metadata": {}, "nbformat": 3, "nbformat_minor": 0})
    )
    assert "x = 1" in cli("slice", old, "x").out
