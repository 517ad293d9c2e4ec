"""Each quick fix that is offered where a rule fires takes the finding away, and brings no other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

from notelift.assists.model import Ask, Offer, Refused, RunCells
from notelift.assists.registry import ENTRIES, load_assist
from notelift.cells.code import read_cell
from notelift.checks.context import Context
from notelift.checks.model import Finding
from notelift.checks.registry import ENTRIES as RULES
from notelift.checks.registry import select
from notelift.checks.runner import run_rules
from notelift.config import Config, load
from notelift.edits.applying import apply
from notelift.edits.change import NewCell, NotebookChange
from notelift.effects.library import Library, load_library
from notelift.flow.analysis import analyse
from notelift.notebook.session import Ran, Session
from notelift.notebook.session_log import session_of_log
from notelift.queries.hidden import Kernel
from tests.harness.checks import ChecksCase, read_checks_cases
from tests.unit.edits.test_toml import TOML

CASES = Path(__file__).resolve().parents[2] / "cases" / "checks"
FIXES = [entry.name for entry in ENTRIES if entry.kinds == ("quickfix",)]
EVERYWHERE = "ignore-finding"
# What an edit of a cell that ran brings until it runs again.
UNTIL_RUN = {"edited-since-run", "outdated-input", "out-of-order", "skipped-cell", "runs-missing"} | {
    "orphaned-name",
    "failed-run",
    "rerun-drift",
}
# What comes back has run: it may have findings of its own, but must not stop.
COMES_BACK = {"restore-definition", "restore-text"}
# Rules that no fix can be written for without knowing more than the notebook.
UNFIXED = {"install-in-notebook", "opaque-code", "time-dependent"}


def declared(name: str) -> frozenset[str]:
    """The rules that an assist says it is for."""
    module = import_module(f"notelift.assists.handlers.{name.replace('-', '_')}")
    return frozenset(getattr(module, "RULES", ()))


PAIRS = [
    (name, rule.name)
    for name in FIXES
    for rule in RULES
    if rule.name in declared(name) and name not in ("run-cells", "print-function")
]


@cache
def library() -> Library:
    return load_library()


def kernel_of(session: Session) -> Kernel:
    return Kernel(session, analyse(session.written, library()), library())


@dataclass(frozen=True)
class Fired:
    """A finding in a case of a rule, and what is offered for it."""

    case: ChecksCase
    kernel: Kernel
    finding: Finding

    @property
    def ask(self) -> Ask:
        place = (self.finding.cell, self.finding.line, self.finding.column)
        return Ask(
            Context.of(self.kernel), Config(), *place, self.finding.line, self.finding.column, (self.finding,)
        )

    def offers(self, name: str) -> list[Offer]:
        return list(load_assist(name).offers(self.ask))

    def __str__(self) -> str:
        return f"{self.case.rule}: {self.case.title}: line {self.finding.line}"


@cache
def fired(rule: str) -> tuple[Fired, ...]:
    found = []
    for case in read_checks_cases(CASES / f"{rule}.md"):
        log = case.session
        notebook = case.notebook
        session = session_of_log(notebook, log, case.title) if log else Session.from_counts(notebook)
        kernel = kernel_of(session)
        findings = run_rules(Context.of(kernel), [rule]).findings
        found += [Fired(case, kernel, finding) for finding in findings]
    return tuple(found)


def built(each: Fired, name: str) -> Iterator[tuple[Offer, NotebookChange | RunCells]]:
    for offer in each.offers(name):
        if not offer.refused:
            try:
                yield offer, load_assist(name).build(each.ask, offer.data)
            except Refused as error:
                assert str(error).strip()


def counted(findings: tuple[Finding, ...]) -> Counter[tuple[str, str]]:
    return Counter((finding.rule, finding.cell_id) for finding in findings)


@pytest.mark.parametrize(("name", "rule"), PAIRS)
def test_a_fix_takes_its_finding_away_and_brings_no_other(name: str, rule: str) -> None:
    wanted = [*select(()), *({rule} - set(select(())))]
    for each in fired(rule):
        before = run_rules(Context.of(each.kernel), wanted).findings
        for offer, change in built(each, name):
            if isinstance(change, RunCells) or change.files:
                continue
            applied = apply(change, each.kernel.session.notebook)
            after = kernel_of(replace(each.kernel.session, notebook=applied.notebook))
            now = run_rules(Context.of(after), wanted).findings
            was = sum(finding.rule == rule for finding in before)
            assert sum(finding.rule == rule for finding in now) < was, f"{each}: {offer.title}"
            edited = change.texts or any(isinstance(part, NewCell) for part in change.cells)
            known = {cell.id for cell in each.kernel.session.notebook.cells}
            more = counted(tuple(finding for finding in now if finding.cell_id in known)) - counted(before)
            allowed = UNTIL_RUN if edited else set()
            if name in COMES_BACK:
                allowed = {entry.name for entry in RULES} - {"fails-on-restart", "syntax-error"}
            new = {found for found, _ in more} - allowed
            assert not new, f"{each}: {offer.title}: {new}"


@pytest.mark.parametrize(("name", "rule"), PAIRS)
def test_a_fix_leaves_all_other_cells(name: str, rule: str) -> None:
    for each in fired(rule):
        for offer, change in built(each, name):
            assert isinstance(change, NotebookChange)
            sources = {cell.id: cell.source for cell in each.kernel.session.notebook.cells}
            named = {edit.cell_id for edit in change.texts}
            for cell in apply(change, each.kernel.session.notebook).notebook.cells:
                assert not read_cell(cell.source).error, f"{each}: {offer.title}"
                if cell.id in sources and cell.id not in named:
                    assert cell.source == sources[cell.id], f"{each}: {offer.title}"


@pytest.mark.parametrize("rule", [entry.name for entry in RULES if entry.name != "syntax-error"])
def test_every_finding_can_be_ignored(rule: str) -> None:
    for each in fired(rule):
        offers = {str(offer.data["where"]): offer for offer in each.offers(EVERYWHERE)}
        assert "project" in offers, f"{each}"
        assert {"line", "cell"} & offers.keys(), f"{each}: no place for a comment"
        for where, offer in offers.items():
            change = load_assist(EVERYWHERE).build(each.ask, offer.data)
            assert isinstance(change, NotebookChange)
            if where == "project":
                config, problems = load(TOML.loads(change.files[0].text)["tool"]["notelift"])
                assert config.ignore == (rule,) and not problems
                continue
            after = apply(change, each.kernel.session.notebook)
            kernel = kernel_of(replace(each.kernel.session, notebook=after.notebook))
            moved = sum(edit.text.count("\n") for edit in change.texts)
            place = (each.finding.cell, each.finding.line + moved)
            left = run_rules(Context.of(kernel), [rule]).findings
            assert place not in {(finding.cell, finding.line) for finding in left}, f"{each}: {where}"


@pytest.mark.parametrize("rule", sorted(declared("run-cells")))
def test_the_cells_to_run_settle_the_finding(rule: str) -> None:
    for each in fired(rule):
        for offer, run in built(each, "run-cells"):
            assert isinstance(run, RunCells)
            session = each.kernel.session
            if run.restart:
                session = Session(session.notebook)
            count = max((ran.order or 0 for ran in session.runs), default=0)
            for number, cell_id in enumerate(run.cell_ids, count + 1):
                session = session.apply(Ran(cell_id, number))
            kernel = kernel_of(session)
            left = run_rules(Context.of(kernel), [rule]).findings
            assert not left, f"{each}: {offer.title}"
            assert not kernel.difference.differing, f"{each}: {offer.title}"


@pytest.mark.parametrize("rule", [entry.name for entry in RULES])
def test_the_assists_say_which_rules_they_are_for(rule: str) -> None:
    said = {name for name in FIXES if rule in declared(name)}
    assert bool(said) == (rule not in UNFIXED)
    offered = {name for name in FIXES if any(each.offers(name) for each in fired(rule))}
    assert offered - {EVERYWHERE} <= said
