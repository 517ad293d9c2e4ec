"""All rules: a line for each, imported when it is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import NamedTuple

from notelift.checks.model import Rule


class Entry(NamedTuple):
    """A rule by code and name, and whether it runs where nothing is selected."""

    code: str
    name: str
    default: bool = True


ENTRIES = (
    Entry("NL001", "syntax-error"),
    Entry("NL101", "out-of-order"),
    Entry("NL102", "outdated-input"),
    Entry("NL103", "edited-since-run"),
    Entry("NL104", "fails-on-restart"),
    Entry("NL105", "skipped-cell"),
    Entry("NL106", "orphaned-name"),
    Entry("NL107", "failed-run"),
    Entry("NL108", "rerun-drift"),
    Entry("NL109", "runs-missing"),
    Entry("NL110", "not-idempotent"),
    Entry("NL201", "unseeded-random"),
    Entry("NL202", "absolute-path"),
    Entry("NL203", "reads-later-write"),
    Entry("NL204", "install-in-notebook"),
    Entry("NL205", "opaque-code"),
    Entry("NL206", "star-import"),
    Entry("NL207", "secret-in-source"),
    Entry("NL208", "data-leakage"),
    Entry("NL209", "time-dependent"),
    Entry("NL301", "unused-cell", False),
    Entry("NL302", "import-not-first", False),
    Entry("NL303", "shadowed-name", False),
    Entry("NL304", "empty-cell", False),
    Entry("NL305", "cell-too-long", False),
)

ALWAYS = "syntax-error"
_NAMES = {entry.name for entry in ENTRIES}


class UnknownRule(Exception):
    """A selector that no rule answers to; `selector` is it, `known` are the names that there are."""

    def __init__(self, selector: str) -> None:
        super().__init__(selector)
        self.selector = selector
        self.known = tuple(entry.name for entry in ENTRIES)


def load_rule(name: str) -> Rule:
    """Return the rule of that name."""
    rule = import_module(_module(name)).RULE
    assert isinstance(rule, Rule)
    return rule


def page(name: str) -> str:
    """Return the text that explains the rule: the docstring of its file."""
    return (import_module(_module(name)).__doc__ or "").strip() + "\n"


def select(selectors: Iterable[str], ignored: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the names of the rules to run; `selectors` without an entry mean those that run by default.

    A selector is a name, a code, the start of a code (`NL2`), `DEFAULT` or `ALL`. `syntax-error` always runs.
    Raises UnknownRule.
    """
    wanted = matching(tuple(selectors) or ("DEFAULT",)) - matching(ignored)
    return tuple(entry.name for entry in ENTRIES if entry.name in wanted or entry.name == ALWAYS)


def matching(selectors: Iterable[str]) -> frozenset[str]:
    """Return the names of the rules that one of the selectors means. Raises UnknownRule."""
    found: set[str] = set()
    for selector in selectors:
        names = {entry.name for entry in ENTRIES if _matches(entry, selector)}
        if not names:
            raise UnknownRule(selector)
        found |= names
    return frozenset(found)


def _matches(entry: Entry, selector: str) -> bool:
    if selector == "ALL":
        return True
    if selector == "DEFAULT":
        return entry.default
    if selector == entry.name:
        return True
    return selector.startswith("NL") and entry.code.startswith(selector)


def _module(name: str) -> str:
    if name not in _NAMES:
        raise UnknownRule(name)
    return f"notelift.checks.rules.{name.replace('-', '_')}"
