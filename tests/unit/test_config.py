"""Settings in `[tool.notelift]`."""

from __future__ import annotations

from pathlib import Path

import pytest

from notelift.config import Config, load, nearest_file, read


def test_settings_are_read_from_the_nearest_pyproject(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.notelift]\ntimeline = "written"\n')
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "a" / "pyproject.toml").write_text(
        '[tool.notelift]\ntimeline = "ran"\n[tool.notelift.effects]\n"lib.clean" = "changes 0"\n'
    )
    file = nearest_file(inner / "n.ipynb")
    assert file == tmp_path / "a" / "pyproject.toml"
    assert read(file) == (Config("ran", {"lib.clean": "changes 0"}), ())


def test_a_notebook_without_pyproject_has_no_file(tmp_path: Path) -> None:
    found = nearest_file(tmp_path / "n.ipynb")
    assert found is None or found.parent in tmp_path.parents


@pytest.mark.parametrize(
    ("table", "config", "problem"),
    [
        ({}, Config(), None),
        ({"timeline": "ran"}, Config("ran"), None),
        ({"timeline": "run"}, Config(), "tool.notelift.timeline is 'run': write 'written' or 'ran'"),
        ({"timeline": 3}, Config(), "tool.notelift.timeline is 3: write 'written' or 'ran'"),
        (
            {"colour": 1},
            Config(),
            "tool.notelift.colour is unknown: the settings are effects, ignore, per-file-ignores, select and",
        ),
        ({"effects": {"a.b": "pure"}}, Config(effects={"a.b": "pure"}), None),
        ({"select": ["ALL"], "ignore": ["NL3"]}, Config(select=("ALL",), ignore=("NL3",)), None),
        (
            {"select": "ALL"},
            Config(),
            "tool.notelift.select is 'ALL': write a list of names or codes of rules",
        ),
        ({"ignore": [1]}, Config(), "tool.notelift.ignore is [1]: write a list"),
        (
            {"per-file-ignores": {"drafts/*": ["NL2"]}},
            Config(per_file_ignores=(("drafts/*", ("NL2",)),)),
            None,
        ),
        ({"per-file-ignores": []}, Config(), "tool.notelift.per-file-ignores is []: write a table"),
        ({"effects": []}, Config(), "tool.notelift.effects is []: write a table of names and clauses"),
        (
            {"effects": {"a": {"b": "pure"}}},
            Config(),
            "tool.notelift.effects.a is a table: quote the whole name",
        ),
        ({"effects": {"a.b": 1}}, Config(), "tool.notelift.effects.a.b is 1: write the clauses as a string"),
        ({"effects": {"a b": "pure"}}, Config(), "tool.notelift.effects: 'a b' is not a qualified name"),
    ],
)
def test_load_keeps_defaults_for_wrong_entries(
    table: dict[str, object], config: Config, problem: str | None
) -> None:
    found, problems = load(table)
    assert found == config
    assert len(problems) == (problem is not None)
    assert problem is None or problems[0].startswith(problem)


def test_one_wrong_entry_does_not_hide_the_others() -> None:
    config, problems = load({"timeline": "x", "effects": {"a.b": "pure", "c.d": 1}, "y": 1})
    assert config == Config("written", {"a.b": "pure"})
    assert len(problems) == 3


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"[tool.notelift\n", "is not TOML: "),
        (b"# notelift \xff\n", "is not TOML: "),
        (b"[tool]\nnotelift = 1\n", "tool.notelift is 1: write a table"),
        (b"tool = 1 # notelift\n", None),
        (b"[broken, but not about us\n", None),
    ],
)
def test_problems_of_files(tmp_path: Path, content: bytes, problem: str | None) -> None:
    file = tmp_path / "pyproject.toml"
    file.write_bytes(content)
    config, problems = read(file)
    assert config == Config()
    assert [each[: len(problem or "")] for each in problems] == ([problem] if problem else [])
