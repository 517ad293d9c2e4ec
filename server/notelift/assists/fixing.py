"""What quick fixes share: the finding that they are for, the notebook after a change, and the last check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from notelift.assists.model import Ask, Data, Refused
from notelift.checks.context import Context
from notelift.checks.model import Finding
from notelift.checks.registry import ENTRIES, UnknownRule, select
from notelift.checks.runner import run_rules
from notelift.edits.applying import ChangeError, apply
from notelift.edits.change import NewCell, NotebookChange
from notelift.edits.checking import analysed, check_change
from notelift.queries.hidden import Kernel

KIND = "quickfix"
STOPS = ("fails-on-restart",)
"""The rules that are asked where code comes back that has run: it may have findings of its own."""
OF_KERNEL = frozenset(entry.name for entry in ENTRIES if "NL101" <= entry.code <= "NL109") - {
    "fails-on-restart"
}
"""The rules on what a kernel did. An edit of a cell that ran makes them speak until it runs again, and where
the text is to be right, they say no more than that what ran was not.
"""


def of_rules(ask: Ask, rules: Iterable[str]) -> Iterator[Finding]:
    """Yield the findings that are asked about, of these rules."""
    wanted = frozenset(rules)
    for finding in ask.findings:
        if finding.rule in wanted and not _is_broken(ask, finding):
            yield finding


def _is_broken(ask: Ask, finding: Finding) -> bool:
    """Whether the finding is of a text that the cell does not have any more."""
    cells = ask.kernel.session.notebook.cells
    if finding.cell >= len(cells) or cells[finding.cell].id != finding.cell_id:
        return True
    lines = cells[finding.cell].source.split("\n")
    return finding.end_line > len(lines) or finding.end_column > len(lines[finding.end_line - 1])


def data_of(finding: Finding) -> dict[str, str | int | bool | None]:
    """Return what finds the finding again when its fix is built; a statement may have several of a rule."""
    return {
        "rule": finding.rule,
        "names": " ".join(finding.names),
        "cell": finding.cell_id,
        "line": finding.line,
        "column": finding.column,
    }


def found(ask: Ask, data: Data) -> Finding:
    """Return the finding that an offer is for, as the rule finds it now. Raises Refused where it is gone."""
    report = run_rules(ask.context, [str(data["rule"])])
    for finding in report.findings:
        if all(data[key] == value for key, value in data_of(finding).items()):
            return finding
    raise Refused(f"the finding of {data['rule']} is not there any more: ask for the fixes again")


def after(kernel: Kernel, change: NotebookChange) -> Kernel:
    """Return the kernel beside the notebook as it is after a change. Raises ChangeError."""
    applied = apply(change, kernel.session.notebook)
    session = replace(kernel.session, notebook=applied.notebook)
    return Kernel(session, analysed(applied, kernel), kernel.library, replace(kernel.memory))


def checked(
    ask: Ask, change: NotebookChange, finding: Finding, rules: Iterable[str] | None = None
) -> NotebookChange:
    """Return a change that may be made: the finding goes by it, and no other comes.

    `rules` are those that are asked whether one comes, by default those of the settings. Raises Refused with
    the reason where that is not so.
    """
    reason = check_change(change, ask.kernel)
    if not reason:
        reason = _left(ask, change, finding, _selected(ask) if rules is None else rules)
    if reason:
        raise Refused(f"this fix would not do here: {reason}")
    return change


def _selected(ask: Ask) -> tuple[str, ...]:
    try:
        return select(ask.config.select, ask.config.ignore)
    except UnknownRule:
        return select(())


def _left(ask: Ask, change: NotebookChange, finding: Finding, rules: Iterable[str]) -> str:
    wanted = {*rules, finding.rule}
    edits = change.texts or any(isinstance(each, NewCell) for each in change.cells)
    if edits or finding.rule not in OF_KERNEL:
        wanted -= OF_KERNEL - {finding.rule}
    ordered = [entry.name for entry in ENTRIES if entry.name in wanted]
    try:
        changed = after(ask.kernel, change)
    except ChangeError as error:
        return str(error)
    known = {cell.id for cell in ask.kernel.session.notebook.cells}
    context = ask.context
    before = run_rules(context, ordered).findings
    now = run_rules(Context.of(changed, context), ordered).findings
    now = tuple(each for each in now if each.cell_id in known)
    count = sum(each.rule == finding.rule for each in before)
    if sum(each.rule == finding.rule for each in now) >= count:
        return f"`{finding.rule}` would still be there"
    more = Counter(map(_identity, now)) - Counter(map(_identity, before))
    # What only shows in another cell is no other finding.
    grown = Counter(each.rule for each in now) - Counter(each.rule for each in before)
    new = next((each for each in now if each.rule in grown and _identity(each) in more), None)
    return f"`{new.rule}` would come: {new.message}" if new else ""


def _identity(finding: Finding) -> tuple[str, str]:
    """What stays of a finding when lines and cells move, and names change."""
    return finding.rule, finding.cell_id
