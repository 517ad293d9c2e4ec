"""The runner: selection, suppression, and what happens when a rule fails."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from notelift.checks import registry, runner
from notelift.checks.context import Context
from notelift.checks.model import Place, Problem, Rule
from notelift.checks.registry import ENTRIES, UnknownRule, matching, select
from notelift.checks.runner import run_rules
from notelift.effects.library import load_library
from notelift.notebook.model import Cell, Notebook
from notelift.notebook.session import Session
from notelift.queries.hidden import Kernel

STAR = "from helpers import *"


def context(*sources: str) -> Context:
    cells = tuple(Cell(index, f"id{index}", "code", source) for index, source in enumerate(sources))
    session = Session.from_counts(Notebook("a.ipynb", "ipynb", "python", cells))
    return Context.of(Kernel.of(session, load_library()))


def rules_of(*sources: str, rules: tuple[str, ...] = ("star-import",)) -> list[tuple[int, int, str]]:
    report = run_rules(context(*sources), rules)
    assert not report.failures
    return [(finding.cell, finding.line, finding.rule) for finding in report.findings]


def test_findings_are_sorted_by_place() -> None:
    found = rules_of(f"x = 1\n{STAR}", STAR, "print 1", rules=("star-import", "syntax-error"))
    assert found == [(0, 2, "star-import"), (1, 1, "star-import"), (2, 1, "syntax-error")]


def test_a_finding_names_the_notebook_the_cell_and_the_rule() -> None:
    (finding,) = run_rules(context("x = 1", f"  # about\n{STAR}"), ["star-import"]).findings
    assert (finding.path, finding.cell, finding.cell_id) == ("a.ipynb", 1, "id1")
    assert (finding.code, finding.rule, finding.severity) == ("NL206", "star-import", "warning")
    assert (finding.line, finding.column, finding.end_line, finding.end_column) == (2, 0, 2, len(STAR))


@pytest.mark.parametrize(
    "source",
    [
        f"{STAR}  # notelift: ignore[star-import]",
        f"{STAR}  # notelift: ignore[NL206]",
        f"{STAR}  # why so  # notelift: ignore[opaque-code, star-import]",
        f"{STAR}  # notelift: ignore",
        f"# notelift: ignore[star-import]\nx = 1\n{STAR}",
        f"# notelift: ignore\n{STAR}",
        f"%matplotlib inline\n{STAR}  # notelift: ignore[star-import]",
    ],
)
def test_a_comment_ignores(source: str) -> None:
    assert rules_of(source) == []


@pytest.mark.parametrize(
    "source",
    [
        f"{STAR}  # notelift: ignore[opaque-code]",
        f"x = 1  # notelift: ignore\n{STAR}",
        f"x = 1\n# notelift: ignore[star-import]\n{STAR}",
        f"x = '# notelift: ignore'\n{STAR}",
        f"'''\n# notelift: ignore\n'''\n{STAR}",
        f"{STAR}  # ignore[star-import]",
    ],
)
def test_other_comments_and_texts_do_not(source: str) -> None:
    assert len(rules_of(source)) == 1


def test_a_comment_is_for_its_cell_only() -> None:
    assert rules_of(f"# notelift: ignore\n{STAR}", STAR) == [(1, 1, "star-import")]


def test_a_broken_cell_is_ignored_by_its_comment() -> None:
    assert rules_of("# notelift: ignore[syntax-error]\nprint 1 (", rules=("syntax-error",)) == []


def failing(context: Context) -> Iterator[Problem]:
    yield Problem(Place(0, 1, 0, 1, 1), "found before it failed")
    raise LookupError("no such thing")


def test_a_rule_that_fails_loses_only_its_own_findings(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = Rule("NL999", "broken", "warning", failing)
    monkeypatch.setattr(
        runner, "load_rule", lambda name: broken if name == "broken" else registry.load_rule(name)
    )
    report = run_rules(context(STAR), ["broken", "star-import"])
    assert [finding.rule for finding in report.findings] == ["star-import"]
    assert [(failure.rule, failure.error) for failure in report.failures] == [
        ("broken", "LookupError: no such thing")
    ]


def test_default_selection() -> None:
    assert select(()) == tuple(entry.name for entry in ENTRIES if entry.default)
    assert select(("ALL",)) == tuple(entry.name for entry in ENTRIES)
    assert select(("DEFAULT", "empty-cell")) == (*select(()), "empty-cell")


@pytest.mark.parametrize(
    ("selectors", "ignored", "names"),
    [
        (("star-import",), (), ("syntax-error", "star-import")),
        (("NL206",), (), ("syntax-error", "star-import")),
        (("NL30",), ("NL301", "NL302", "NL303"), ("syntax-error", "empty-cell", "cell-too-long")),
        (("ALL",), ("ALL",), ("syntax-error",)),
        (("star-import",), ("syntax-error",), ("syntax-error", "star-import")),
    ],
)
def test_selection(selectors: tuple[str, ...], ignored: tuple[str, ...], names: tuple[str, ...]) -> None:
    assert select(selectors, ignored) == names


@pytest.mark.parametrize("selector", ["star", "206", "NL9", "", "default"])
def test_an_unknown_selector_is_an_error(selector: str) -> None:
    with pytest.raises(UnknownRule):
        matching([selector])
