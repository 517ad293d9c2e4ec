"""Code runs that cannot be read before it runs.

`exec` and `eval` of text that the notebook computes, names bound through `globals()`, and magics that bring
names from elsewhere may bind and change anything. Neither a reader nor an analysis can tell what the cells
after it work on. Text that is known (`eval("1 + 1")`) is no problem.

Instead of

    for year in years:
        globals()[f"sales_{year}"] = load(year)

write

    sales = {year: load(year) for year in years}
"""

from __future__ import annotations

from collections.abc import Iterator

from notelift.checks.context import Context
from notelift.checks.model import Fix, Problem, Related, Rule
from notelift.flow.graph import RunFlow, Statement

_OPAQUE = ("alter", "opaque")


def check(context: Context) -> Iterator[Problem]:
    """Yield a problem for each kind of opaque code, at its first place."""
    by_reason: dict[str, list[Statement]] = {}
    for statement, reason in context.in_runs(_opaque):
        if context.is_shown(RULE, context.statement_place(statement, statement.cell)):
            by_reason.setdefault(reason, []).append(statement)
    for reason, found in by_reason.items():
        first = found[0]
        yield Problem(
            context.statement_place(first, first.cell),
            f"{reason}: what later cells work on cannot be told without running it",
            related=tuple(
                Related(context.statement_place(other, other.cell), "does so too") for other in found[1:]
            ),
            fix=Fix("Write the code itself, or keep values in a dict instead of names."),
            # Of a library's function, such as sympy.var, binding names may be the purpose.
            severity="hint" if reason.endswith("runs code that is not known") else None,
        )


def _opaque(run: RunFlow) -> Iterator[tuple[Statement, str]]:
    """The opaque statements of a run, and what makes them so."""
    for statement in run.statements:
        reason = _reason(statement) if _OPAQUE in statement.world else ""
        if reason:
            yield statement, reason


def _reason(statement: Statement) -> str:
    """Why the analysis takes it to be opaque, in its words; "" where a function that is called is."""
    words = (" binds ", " runs ", " may bind ")
    notes = [note for note in statement.notes if any(word in note for word in words)]
    return notes[0] if notes else ""


RULE = Rule("NL205", "opaque-code", "warning", check)
