"""What is kept from revision to revision: nothing is asked twice, and nothing old is held."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from notelift.checks import registry, runner
from notelift.checks.context import Context
from notelift.checks.kept import Index, Kept, Row
from notelift.checks.model import Place, Problem, Rule
from notelift.checks.registry import ENTRIES
from notelift.checks.runner import run_rules
from notelift.effects.library import load_library
from notelift.notebook.model import Cell, Notebook
from notelift.notebook.session import Deleted, Edited, Event, Inserted, Moved, Ran, Session
from notelift.queries.hidden import Kernel, Memory

SOURCES = (
    "import numpy as np",
    "a = np.random.rand(3)",
    "print(a)",
    "b = 2",
    "print(missing)",
    "c = 3",
)
RULES = tuple(entry.name for entry in ENTRIES)
LIBRARY = load_library()


@dataclass
class Asking:
    """Counts what is asked."""

    asked: list[str] = field(default_factory=list)

    def words(self, text: str) -> frozenset[str]:
        self.asked.append(text)
        return frozenset(text.split())


@pytest.mark.parametrize(
    ("after", "asked", "places"),
    [
        (["x y", "z", "x"], [], {"x": (0, 2), "y": (0,), "z": (1,)}),
        (["x y", "w x", "x"], ["w x"], {"x": (0, 1, 2), "y": (0,), "w": (1,)}),
        (["x y", "", "x"], [""], {"x": (0, 2), "y": (0,)}),
        (["new", "x y", "z", "x"], ["new"], {"new": (0,), "x": (1, 3), "y": (1,), "z": (2,)}),
        (["x", "x y"], [], {"x": (0, 1), "y": (1,)}),
        (["z", "x y", "x"], [], {"x": (1, 2), "y": (1,), "z": (0,)}),
        ([], [], {}),
    ],
)
def test_only_new_items_are_asked(
    after: list[str], asked: list[str], places: dict[str, tuple[int, ...]]
) -> None:
    asking, texts = Asking(), {text: text for text in ["x y", "z", "x"]}
    row = Row(list(texts.values()))
    index = Index.of(Kept.of(row, asking.words))
    asking.asked.clear()
    now = row.after([texts.get(text, text) for text in after])
    changed = index.after(index.keys.after(now, asking.words))
    assert [text for text in asking.asked if text not in texts] == asked
    assert dict(changed.places) == places
    assert changed.keys.found == [place for place, text in enumerate(after) if text]


def session(*sources: str) -> Session:
    cells = tuple(Cell(index, f"id{index}", "code", source) for index, source in enumerate(sources))
    return Session(Notebook("a.ipynb", "ipynb", "python", cells))


def ran_again(monkeypatch: pytest.MonkeyPatch, event: Event) -> set[str]:
    """The rules that run after an event."""
    ran: set[str] = set()

    def load(name: str) -> Rule:
        rule = registry.load_rule(name)

        def check(context: Context) -> Iterator[Problem]:
            ran.add(name)
            yield from rule.check(context)

        return rules.setdefault(name, Rule(rule.code, rule.name, rule.severity, check))

    rules: dict[str, Rule] = {}
    monkeypatch.setattr(runner, "load_rule", load)
    memory, now = Memory(), session(*SOURCES)
    context = Context.of(Kernel.of(now, LIBRARY, memory))
    before = run_rules(context, RULES)
    assert ran == set(RULES)
    ran.clear()
    now = now.apply(event)
    report = run_rules(Context.of(Kernel.of(now, LIBRARY, memory), context), RULES, before)
    assert not report.failures
    return ran


# They look at the kernel as a whole, which costs little.
WHOLE = {"failed-run", "runs-missing", "shadowed-name"}


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (Edited("id5", "c = 4"), set()),
        (Edited("id2", "print(a, 1)"), set()),
        (Edited("id1", "a = np.random.rand(4)"), {"unseeded-random"}),
        (Edited("id3", "np.random.seed(0)"), {"unseeded-random"}),
        (Edited("id3", "np = 2"), {"unseeded-random"}),
        (Edited("id4", "print(missing, missing)"), {"fails-on-restart", "orphaned-name"}),
        (Edited("id5", "missing = 1"), {"fails-on-restart", "orphaned-name"}),
        (Edited("id5", "c = ("), {"syntax-error"}),
        (Ran("id5", 1), set()),
    ],
)
def test_a_rule_runs_again_where_its_answers_change(
    monkeypatch: pytest.MonkeyPatch, event: Event, expected: set[str]
) -> None:
    again = ran_again(monkeypatch, event) - WHOLE - {"unused-cell"}
    assert expected <= again
    assert not again & {"secret-in-source", "absolute-path", "data-leakage", "opaque-code"}
    if not expected:
        assert not again & {"unseeded-random", "syntax-error", "reads-later-write"}


@pytest.mark.parametrize(
    "event", [Inserted(Cell(1, "new", "code", "d = 1")), Moved("id5", 0), Deleted("id0")]
)
def test_findings_move_with_their_cells(event: Event) -> None:
    memory, before = Memory(), session(*SOURCES)
    context = Context.of(Kernel.of(before, LIBRARY, memory))
    run_rules(context, RULES)
    kernel = Kernel.of(before.apply(event), LIBRARY, memory)
    assert run_rules(Context.of(kernel, context), RULES) == run_rules(Context.of(kernel), RULES)


def test_contexts_before_the_last_are_not_held() -> None:
    memory, now, context = Memory(), session(*SOURCES), None
    contexts: list[weakref.ref[Context]] = []
    for number in range(4):
        now = now.apply(Edited("id1", f"a = np.random.rand({number})"))
        context = Context.of(Kernel.of(now, LIBRARY, memory), context)
        run_rules(context, RULES)
        contexts.append(weakref.ref(context))
    gc.collect()
    assert [each() is None for each in contexts] == [True, True, True, False]


def test_a_rule_that_failed_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def check(context: Context) -> Iterator[Problem]:
        for cell in context.cells:
            if cell.source == "b = 2":
                raise LookupError(cell.source)
        yield Problem(Place(0, 1, 0, 1, 1), "none has failed")

    fragile = Rule("NL999", "fragile", "warning", check)
    monkeypatch.setattr(runner, "load_rule", lambda name: fragile)
    memory, now = Memory(), session(*SOURCES)
    context = Context.of(Kernel.of(now, LIBRARY, memory))
    assert run_rules(context, ["fragile"]).failures
    now = now.apply(Edited("id3", "b = 3"))
    report = run_rules(Context.of(Kernel.of(now, LIBRARY, memory), context), ["fragile"])
    assert [finding.message for finding in report.findings] == ["none has failed"]


def test_a_rule_follows_the_dataflow_of_what_it_looked_at() -> None:
    cells = (
        "from sklearn.model_selection import train_test_split\n"
        "from sklearn.preprocessing import StandardScaler",
        "Z = StandardScaler().fit_transform(X)",
        "b = 1",
        "train, test = train_test_split(Z, random_state=0)",
    )
    memory, now = Memory(), session(*cells)
    context = Context.of(Kernel.of(now, LIBRARY, memory))
    rules = ["data-leakage"]
    assert [finding.cell for finding in run_rules(context, rules).findings] == [1]
    now = now.apply(Edited("id2", "Z = 3"))
    assert not run_rules(Context.of(Kernel.of(now, LIBRARY, memory), context), rules).findings
