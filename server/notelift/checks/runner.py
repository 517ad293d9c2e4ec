"""Runs rules on one notebook."""

from __future__ import annotations

from collections.abc import Iterable

from notelift.checks.context import Context
from notelift.checks.model import Failure, Finding, Problem, Report, Rule
from notelift.checks.registry import load_rule


def run_rules(context: Context, rules: Iterable[str]) -> Report:
    """Return the findings of the rules named, without those that a comment ignores.

    A rule that raises loses its own findings only; the report says so.
    """
    findings: list[Finding] = []
    failures: list[Failure] = []
    for name in rules:
        rule = load_rule(name)
        try:
            problems = [each for each in rule.check(context) if context.is_shown(rule, each.place)]
            findings += [_finding(context, rule, problem) for problem in problems]
        except Exception as error:
            failures.append(Failure(name, f"{type(error).__name__}: {error}"))
    findings.sort(key=lambda finding: (finding.cell, finding.line, finding.column, finding.code))
    return Report(tuple(findings), tuple(failures))


def _finding(context: Context, rule: Rule, problem: Problem) -> Finding:
    place = problem.place
    return Finding(
        path=context.notebook.path,
        cell=place.cell,
        cell_id=context.notebook.cells[place.cell].id,
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
