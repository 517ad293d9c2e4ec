"""Settings of a notebook: the client's over those of the nearest pyproject.toml."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from notelift.config import Config
from notelift.lsp.settings import SettingsStore, is_settings_file, read_settings

PROJECT = """\
[tool.notelift]
select = ["NL1"]
ignore = ["failed-run"]
[tool.notelift.effects]
"mine.look" = "pure"
"mine.change" = "changes self"
[tool.notelift.per-file-ignores]
"drafts/*.ipynb" = ["skipped-cell"]
"""


@pytest.fixture
def problems() -> list[str]:
    return []


@pytest.fixture
def store(problems: list[str]) -> SettingsStore:
    return SettingsStore(problems.append)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    (tmp_path / "drafts").mkdir()
    return tmp_path


def test_the_nearest_file(store: SettingsStore, project: Path, problems: list[str]) -> None:
    config = store.config_of((project / "a.ipynb").as_uri())
    assert (config.select, config.ignore) == (("NL1",), ("failed-run",))
    assert store.config_of((project / "drafts" / "a.ipynb").as_uri()).ignore == ("failed-run", "skipped-cell")
    assert problems == []


def test_the_client_says_more(store: SettingsStore, project: Path) -> None:
    store.set_client({"select": ["ALL"], "ignore": ["NL301"], "effects": {"mine.look": "changes 0"}})
    config = store.config_of((project / "a.ipynb").as_uri())
    assert config.select == ("ALL",)
    assert config.ignore == ("failed-run", "NL301")
    assert config.effects == {"mine.look": "changes 0", "mine.change": "changes self"}


def test_a_notebook_that_is_no_file_has_no_project(store: SettingsStore) -> None:
    store.set_client({"select": ["NL2"]})
    assert store.config_of("untitled:Untitled-1.ipynb?jupyter-notebook").select == ("NL2",)


def test_a_file_is_read_again_when_it_is_told_of(store: SettingsStore, project: Path) -> None:
    uri = (project / "a.ipynb").as_uri()
    store.config_of(uri)
    (project / "pyproject.toml").write_text('[tool.notelift]\nselect = ["NL3"]\n')
    assert store.config_of(uri).select == ("NL1",)
    store.forget_files()
    assert store.config_of(uri).select == ("NL3",)


def test_what_is_wrong_is_told_once_and_the_rest_holds(
    store: SettingsStore, project: Path, problems: list[str]
) -> None:
    text = PROJECT.replace('"NL1"', '"NL1", "no-such-rule"').replace('"pure"', '"no such clause"')
    (project / "pyproject.toml").write_text(text + "\n[tool.notelift.nowhere]\n")
    for name in ("a.ipynb", "b.ipynb", "a.ipynb"):
        config = store.config_of((project / name).as_uri())
        assert config.select == ("NL1",)
        assert config.effects == {"mine.change": "changes self"}
    assert len(problems) == 3
    said = " | ".join(problems)
    assert "no-such-rule" in said and "mine.look" in said and "tool.notelift.nowhere is unknown" in said
    assert str(project / "pyproject.toml") in said


def test_a_file_that_is_no_toml(store: SettingsStore, project: Path, problems: list[str]) -> None:
    (project / "pyproject.toml").write_text("[tool.notelift\n")
    assert store.config_of((project / "a.ipynb").as_uri()).select == ()
    assert len(problems) == 1 and "is not TOML" in problems[0]


@pytest.mark.parametrize(
    "broken", [b'[tool.notelift]\nselect = ["NL1', b"# notelift \xff\n", b"[tool]\nnotelift = 5\n"]
)
def test_a_file_that_breaks_while_it_is_typed(
    store: SettingsStore, project: Path, problems: list[str], broken: bytes
) -> None:
    uri = (project / "a.ipynb").as_uri()
    good = store.config_of(uri)
    for _ in range(2):
        store.forget_files()
        (project / "pyproject.toml").write_bytes(broken)
        assert store.config_of(uri) == good
    assert all(each.endswith("; what it said before holds") for each in problems) and len(problems) == 2
    store.forget_files()
    (project / "pyproject.toml").write_text("")
    assert store.config_of(uri) == Config()


def test_a_folder_that_cannot_be_looked_into(store: SettingsStore, problems: list[str]) -> None:
    assert store.config_of(f"file:///{'a' * 300}/a.ipynb") == Config()
    assert len(problems) == 1 and "no settings can be looked for" in problems[0]


def test_a_client_that_has_no_settings_keeps_those_of_its_start(problems: list[str]) -> None:
    store = SettingsStore(problems.append, {"checks": False})
    store.set_client(None)
    assert not store.client.checks
    store.set_client({})
    assert store.client.checks


def test_a_notebook_has_settings_of_its_own(store: SettingsStore, project: Path) -> None:
    one, other = (project / "a.ipynb").as_uri(), (project / "b.ipynb").as_uri()
    store.set_client({"select": ["NL2"], "lenses": {"state": False}})
    store.set_client({"select": ["NL3"], "checks": False}, one)
    assert (store.config_of(one).select, store.config_of(other).select) == (("NL3",), ("NL2",))
    assert (store.of(one).checks, store.of(other).checks) == (False, True)
    assert "state" in store.of(one).lenses and "state" not in store.of(other).lenses
    store.set_client(None, one)
    assert store.of(one) == store.of(other)
    store.set_client({"select": ["NL3"]}, one)
    store.forget(one)
    assert store.config_of(one).select == ("NL2",)


@pytest.mark.parametrize(
    "section, problem",
    [
        (None, ""),
        ({"interpreter": "/usr/bin/python", "statusBar": {"enabled": True}, "select": None}, ""),
        (5, "write an object"),
        ({"select": "NL1"}, "notelift.select is 'NL1'"),
        ({"effects": ["x"]}, "notelift.effects is ['x']"),
        ({"checks": "no"}, "notelift.checks is 'no'"),
        ({"logLevel": "loud"}, "notelift.logLevel is 'loud'"),
    ],
)
def test_the_section_of_a_client(section: Any, problem: str) -> None:
    settings, problems = read_settings(section)
    assert settings.checks and settings.level == logging.WARNING and settings.config.select == ()
    assert [problem in each for each in problems] == ([True] if problem else [])


def test_checks_and_level() -> None:
    settings, problems = read_settings({"checks": False, "logLevel": "debug"})
    assert (settings.checks, settings.level, problems) == (False, logging.DEBUG, ())


@pytest.mark.parametrize(
    "uri, expected",
    [("file:///a/pyproject.toml", True), ("file:///a/b.toml", False), ("", False), ("http://[", False)],
)
def test_files_with_settings(uri: str, expected: bool) -> None:
    assert is_settings_file(uri) is expected
