"""The state of the interpreter: branches, joins, what a run read and wrote, edges, allocations."""

from __future__ import annotations

import ast
from collections.abc import Callable, Hashable
from typing import Any

import pytest

from notelift.flow.machine import Machine
from notelift.flow.values import NOTHING, Bound, Obj
from tests.properties.executing import library

OLD = Bound(writers=frozenset({1}), type="int")
NEW = Bound(writers=frozenset({2}), type="str")


def machine(**state: Any) -> Machine:
    made = Machine(library())
    made.state.update(state)
    made.begin_statement(2, "", 1)
    return made


def writing(made: Machine, **entries: Any) -> Callable[[], None]:
    def run() -> None:
        for key, value in entries.items():
            made.put(key, value)

    return run


def test_a_branch_is_taken_back_and_returned() -> None:
    made = machine(a=OLD)
    effects = made.branch(writing(made, a=NEW, b=NEW))
    assert made.state == {"a": OLD}
    assert effects == {"a": NEW, "b": NEW}
    made.apply(effects)
    assert made.state == {"a": NEW, "b": NEW}


def test_branches_nest() -> None:
    made = machine(a=OLD)

    def outer() -> None:
        made.put("b", OLD)
        inner = made.branch(writing(made, a=NEW, b=NEW))
        assert made.state == {"a": OLD, "b": OLD}
        made.apply(inner)

    assert made.branch(outer) == {"a": NEW, "b": NEW}
    assert made.state == {"a": OLD}


@pytest.mark.parametrize(
    ("before", "left", "right", "after"),
    [
        # Bindings: writers of both paths; what one path does not write stays as it was there.
        (OLD, {"a": NEW}, {}, Bound(writers=frozenset({1, 2}))),
        (OLD, {"a": NEW}, {"a": NEW}, NEW),
        (NOTHING, {"a": NEW}, {}, NEW._replace(unbound=True)),
        (NOTHING, {"a": NEW}, {"a": OLD}, Bound(writers=frozenset({1, 2}))),
        # Types, constants and objects.
        (Bound(type="int"), {"a": Bound(type="NoneType")}, {}, Bound(type="int")),
        (Bound(const=1), {"a": Bound(const=1)}, {}, Bound(const=1)),
        (Bound(type="int", const=1), {"a": Bound(type="bool", const=True)}, {}, Bound()),
        (
            Bound(objs=frozenset({(1, 0)})),
            {"a": Bound(objs=frozenset({(2, 0)}))},
            {},
            Bound(objs=frozenset({(1, 0), (2, 0)})),
        ),
        # Objects of the heap and writers of the world.
        (
            Obj(type="list", made=frozenset({1})),
            {"a": Obj(type="list", made=frozenset({2}), keys={0: NEW})},
            {},
            Obj(type="list", made=frozenset({1, 2}), keys={0: NEW}),
        ),
        (
            Obj(keys={0: OLD}, holds=frozenset({(1, 0)})),
            {"a": Obj(keys={0: NEW}, holds=frozenset({(2, 0)}), many=True)},
            {},
            Obj(keys={0: Bound(writers=frozenset({1, 2}))}, holds=frozenset({(1, 0), (2, 0)}), many=True),
        ),
        (frozenset({1}), {"a": frozenset({2})}, {}, frozenset({1, 2})),
    ],
)
def test_join(before: Any, left: dict[Hashable, Any], right: dict[Hashable, Any], after: Any) -> None:
    for paths in ([left, right], [right, left]):
        made = machine() if before is NOTHING else machine(a=before)
        made.join(paths)
        assert made.state["a"] == after


def test_a_single_path_is_certain() -> None:
    made = machine(a=OLD)
    made.join([{"a": NEW}])
    assert made.state == {"a": NEW}
    made.get("a")
    assert made.reads == {}


def test_reads_are_what_the_run_found() -> None:
    made = machine(a=OLD, b=OLD)
    made.get("a")
    made.put("a", NEW)
    made.get("a")
    made.put("b", NEW)
    made.get("b")
    made.get("c")
    assert made.reads == {"a": OLD, "c": NOTHING}
    assert made.writes == {"a", "b"}


def test_a_read_after_a_branch_that_may_have_written_is_a_read_of_the_run() -> None:
    made = machine(a=OLD)
    effects = made.branch(writing(made, a=NEW))
    made.join([effects, {}])
    assert made.reads == {"a": OLD}


def test_a_read_after_a_write_on_the_same_path_is_none() -> None:
    made = machine(a=OLD)

    def run() -> None:
        made.put("a", NEW)
        made.get("a")

    made.branch(run)
    assert made.reads == {}
    made.branch(lambda: made.get("a"))
    assert made.reads == {"a": OLD}


def test_edges_are_must_when_one_of_them_is() -> None:
    made = machine()
    made.edge(frozenset({1, 2}), "object", "a", must=False, why="may")
    assert made.edges == {(1, "object", "a"): (False, "may")}, "a statement does not depend on itself"
    made.edge(frozenset({1}), "object", "a", must=True, why="must")
    made.edge(frozenset({1}), "object", "a", must=False, why="later")
    assert made.edges == {(1, "object", "a"): (True, "must")}


def test_allocations_are_told_apart_by_node_tag_and_calling_context() -> None:
    made = machine()
    one, other = ast.Pass(), ast.Pass()
    seen = [made.ordinal(one), made.ordinal(other), made.ordinal(one, "tag")]
    outer = made.enter_context(other)
    seen.append(made.ordinal(one))
    made.context = outer
    assert len(set(seen)) == 4
    assert [made.ordinal(one), made.ordinal(other), made.ordinal(one, "tag")] == seen[:3]
    made.enter_context(other)
    assert made.ordinal(one) == seen[3]


def test_a_global_that_is_bound_where_it_need_not_be_keeps_what_it_was() -> None:
    made = machine(a=OLD)
    made.uncertain = 1
    made.bind_global("a", NEW)
    assert made.state["a"].writers == {1, 2}
    made.uncertain = 0
    made.bind_global("a", NEW)
    assert made.state["a"] == NEW
    assert list(made.binds) == ["a"]


def test_an_object_that_is_not_known_is_empty() -> None:
    assert machine().object((1, 0)) == Obj()
