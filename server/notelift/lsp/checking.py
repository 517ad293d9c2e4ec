"""Checks open notebooks: from a snapshot to its findings. All of it runs on the analysis thread."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from notelift.checks.context import Context
from notelift.checks.model import Finding, Report
from notelift.checks.registry import ALWAYS, select
from notelift.checks.runner import run_rules
from notelift.flow.analysis import Cancelled
from notelift.queries.hidden import Kernel
from notelift.session import Snapshot

_LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class _Known:
    """What is kept of a notebook for its next revision."""

    context: Context | None = None
    typed: Context | None = None
    exact: tuple[int, Context] | None = None
    revision: int = 0
    findings: tuple[Finding, ...] = ()
    failed: set[str] = field(default_factory=set)


class Checker:
    """Finds what is wrong in notebooks, and remembers of each the last revision that it looked at."""

    def __init__(self) -> None:
        self._known: dict[str, _Known] = {}

    def forget(self, uri: str) -> None:
        """Drop what is known of a notebook."""
        self._known.pop(uri, None)

    def findings(
        self, snapshot: Snapshot, cancelled: Callable[[], bool] = lambda: False
    ) -> tuple[Finding, ...]:
        """Return the findings in a notebook. Raises Cancelled when `cancelled` says so.

        In a cell that does not parse there is that alone: what is found in its last good text is not there.
        """
        known = self._known.setdefault(snapshot.uri, _Known())
        if known.revision == snapshot.revision:
            return known.findings
        kernel = snapshot.analyse(cancelled)
        known.context = context = Context.of(kernel, known.context)
        findings: list[Finding] = []
        for rule in select(snapshot.config.select, snapshot.config.ignore):
            if cancelled():
                raise Cancelled(kernel.written)
            if rule != ALWAYS:
                findings += self._run(known, context, rule, snapshot)
        broken = snapshot.broken
        if broken:
            findings = [each for each in findings if each.cell_id not in broken]
            findings += self._broken(known, kernel, snapshot)
        else:
            known.typed = None
        findings.sort(key=lambda each: (each.cell, each.line, each.column, each.code))
        known.findings, known.revision = tuple(findings), snapshot.revision
        return known.findings

    def context(self, snapshot: Snapshot, cancelled: Callable[[], bool] = lambda: False) -> Context:
        """Return the context of the notebook as it is typed, with what its check has found.

        Raises Cancelled when `cancelled` says so.
        """
        self.findings(snapshot, cancelled)
        known = self._known[snapshot.uri]
        assert known.context is not None
        if not snapshot.broken:
            known.exact = None
            return known.context
        if known.exact is None or known.exact[0] != snapshot.revision:
            before = known.exact[1] if known.exact else known.context
            known.exact = snapshot.revision, Context.of(snapshot.exact, before)
        return known.exact[1]

    def _broken(self, known: _Known, kernel: Kernel, snapshot: Snapshot) -> Sequence[Finding]:
        """The syntax errors in the cells as they are typed, for which nothing has to be analysed."""
        typed = Kernel(snapshot.session, kernel.written, kernel.library, replace(kernel.memory))
        known.typed = Context.of(typed, known.typed)
        return self._run(known, known.typed, ALWAYS, snapshot)

    def _run(self, known: _Known, context: Context, rule: str, snapshot: Snapshot) -> Sequence[Finding]:
        report: Report = run_rules(context, [rule])
        for failure in report.failures:
            said = f"the rule {failure.rule} failed: {failure.error}"
            if said not in known.failed:
                known.failed.add(said)
                _LOG.error("%s: %s", snapshot.notebook.path, said)
        return report.findings


@dataclass(frozen=True, slots=True)
class State:
    """How a kernel differs from a restart: names and cells with what they are, where that is not the same."""

    names: tuple[tuple[str, str], ...] = ()
    cells: tuple[tuple[int, str], ...] = ()
    broken: frozenset[str] = frozenset()

    @staticmethod
    def of(snapshot: Snapshot) -> State:
        """Return the state of a notebook; nothing differs where no cell has run."""
        if not snapshot.session.runs:
            return State(broken=snapshot.broken)
        difference = snapshot.kernel.difference
        return State(
            tuple((each.name, each.state) for each in difference.differing),
            tuple((each.cell, each.state) for each in difference.unlike),
            snapshot.broken,
        )

    def told(self) -> dict[str, int]:
        """Return what is told of it: how many names differ, and how many cells are outdated or broken."""
        outdated = sum(state == "outdated" for _, state in self.cells)
        return {"differing": len(self.names), "outdated": outdated, "broken": len(self.broken)}
