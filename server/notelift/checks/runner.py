"""Runs rules on one notebook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from itertools import chain, groupby
from operator import attrgetter

from notelift.checks.context import Context
from notelift.checks.model import Failure, Finding, Problem, Report, Rule
from notelift.checks.registry import load_rule


def run_rules(context: Context, rules: Iterable[str], previous: Report | None = None) -> Report:
    """Return the findings of the rules named, without those that a comment ignores.

    A rule that raises loses its own findings only; the report says so. `previous` is the report of the
    revision before: findings of a cell that are as they were there are the same objects.
    """
    findings: list[Finding] = []
    failures: list[Failure] = []
    for name in rules:
        rule = load_rule(name)
        try:
            findings += context.findings(rule, partial(_found, context, rule))
        except Exception as error:
            failures.append(Failure(name, f"{type(error).__name__}: {error}"))
    findings.sort(key=lambda finding: (finding.cell, finding.line, finding.column, finding.code))
    by_cell = _by_cell(findings, previous.by_cell if previous else {})
    return Report(tuple(chain.from_iterable(by_cell.values())), tuple(failures), by_cell)


def _found(context: Context, rule: Rule) -> Iterator[Finding]:
    for problem in rule.check(context):
        if context.is_shown(rule, problem.place):
            yield _finding(context, rule, problem)


def _by_cell(
    findings: Iterable[Finding], before: Mapping[str, tuple[Finding, ...]]
) -> dict[str, tuple[Finding, ...]]:
    """The findings of each cell, in the order of the cells."""
    by_cell: dict[str, tuple[Finding, ...]] = {}
    for cell, group in groupby(findings, key=attrgetter("cell_id")):
        found, known = tuple(group), before.get(cell)
        by_cell[cell] = known if known is not None and known == found else found
    return by_cell


def _finding(context: Context, rule: Rule, problem: Problem) -> Finding:
    place = problem.place
    return Finding(
        path=context.path,
        cell=place.cell,
        cell_id=context.cell_at(place.cell).id,
        line=place.line,
        column=place.column,
        end_line=place.end_line,
        end_column=place.end_column,
        code=rule.code,
        rule=rule.name,
        severity=problem.severity or rule.severity,
        message=problem.message,
        names=problem.names,
        related=problem.related,
        fix=problem.fix,
    )
