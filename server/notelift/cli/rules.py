"""`notelift rules`: the rules of `notelift check`, and what each is about."""

from __future__ import annotations

from typing import Any

import click

from notelift.cli.options import ExampleCommand, format_option


def _complete_rules(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    from notelift.checks.registry import ENTRIES

    return [entry.name for entry in ENTRIES if entry.name.startswith(incomplete)]


@click.command(
    "rules",
    cls=ExampleCommand,
    short_help="List and explain the rules of check.",
    examples=("notelift rules", "notelift rules data-leakage"),
)
@click.argument("rule", required=False, shell_complete=_complete_rules)
@format_option()
def command(rule: str | None, form: str) -> None:
    """List the rules of `notelift check`, or explain RULE (a name or a code)."""
    from notelift.checks.registry import ENTRIES
    from notelift.cli.output import print_json

    if rule is not None:
        found = described(_name(rule))
        if form == "json":
            print_json(found)
        else:
            click.echo(f"{found['code']} {found['rule']} ({_kind(found)})\n\n{found['text']}", nl=False)
        return
    rules = [described(entry.name) for entry in ENTRIES]
    if form == "json":
        print_json(rules)
        return
    width = max(len(each["rule"]) for each in rules)
    for each in rules:
        mark = " " if each["default"] else "-"
        click.echo(f"{each['code']} {mark} {each['rule']:<{width}}  {each['summary']}")
    click.echo("\n- off by default. `notelift rules RULE` explains one.")


def described(name: str) -> dict[str, Any]:
    """Return a rule as docs/json.md has it."""
    from notelift.checks.registry import load_rule, page

    rule = load_rule(name)
    text = page(name)
    return {
        "code": rule.code,
        "rule": rule.name,
        "severity": rule.severity,
        "default": rule.default,
        "summary": text.partition("\n")[0],
        "text": text,
    }


def _name(rule: str) -> str:
    from notelift.checks.registry import ENTRIES
    from notelift.cli.checking import unknown_rule
    from notelift.cli.errors import CommandError

    for entry in ENTRIES:
        if rule in (entry.name, entry.code):
            return entry.name
    raise CommandError(unknown_rule(rule))


def _kind(rule: dict[str, Any]) -> str:
    return f"{rule['severity']}, {'on' if rule['default'] else 'off'} by default"
