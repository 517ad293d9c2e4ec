"""A value depends on when the notebook runs.

What is made from today's date is another thing tomorrow, and a result cannot be compared with a saved one.
This is a hint: a report may want the date of the day. Measuring how long something takes is not reported,
nor is a date that is only displayed or printed.

Instead of

    age = (datetime.now() - df["born"]).dt.days

write

    as_of = datetime(2024, 6, 1)
    age = (as_of - df["born"]).dt.days
"""

from __future__ import annotations

from collections.abc import Iterator

from notelift.checks.calls import Call, Called
from notelift.checks.conditions import holds
from notelift.checks.context import Context
from notelift.checks.model import Fix, Problem, Related, Rule
from notelift.flow.graph import Site

_CLOCK = "clock"
_DATES = ("datetime.", "pandas.", "numpy.", "astropy.", "time.localtime", "time.strftime", "time.ctime")


def check(context: Context) -> Iterator[Problem]:
    """Yield a problem at the first use of the date that makes a value."""
    clocks = [call for call, _ in context.in_calls(_reads_clock)]
    dates = [call for call in clocks if call.qualname.startswith(_DATES)]
    if not dates:
        return
    sites = {call.site for call in clocks}
    found = [
        call
        for call in dates
        if _makes_a_value(context, call, sites)
        and context.is_shown(RULE, context.place(call.cell, call.fact.node))
    ]
    if not found:
        return
    first = found[0]
    names = context.statement(first.site).binds
    value = f"`{names[0]}`" if names else "what is made here"
    yield Problem(
        context.place(first.cell, first.fact.node),
        f"`{first.fact.dotted}` is the time of the run, so {value} is different after each run",
        names,
        tuple(Related(context.place(call.cell, call.fact.node), "reads the clock too") for call in found[1:]),
        Fix("Write the date that is meant, or make it a parameter."),
    )


def _reads_clock(call: Called) -> bool:
    spec = call.spec
    return spec is not None and any(
        effect.verb == "uses"
        and effect.subject == _CLOCK
        and holds(effect.when, spec, call.fact.node) is not False
        for effect in spec.effects
    )


def _makes_a_value(context: Context, call: Call, clocks: set[Site]) -> bool:
    """Whether a value of the notebook is made of the time, other than a duration."""
    if call.fact.deferred:
        return False
    statement = context.statement(call.site)
    if not statement.binds and not statement.changes:
        return False
    readers = [
        other.site
        for run in context.readers(call.site.run)
        for other in context.run(run).statements
        for needs in other.reads
        if needs.source == call.site and needs.kind in ("name", "object")
    ]
    if any(needs.source in clocks for needs in statement.reads):
        # The end of a measurement that started at the other clock.
        return False
    return not any(site in clocks for site in readers)


RULE = Rule("NL209", "time-dependent", "hint", check)
