"""What a call does, in words, and where that knowledge comes from."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from notelift.effects.library import Library
from notelift.flow.graph import Site
from notelift.flow.names import BUILTINS
from notelift.flow.observing import Observation, SeenCall, observe
from notelift.queries.hidden import Kernel
from notelift.queries.reasons import resource_in_words
from notelift.views.history import readers_of, site_of
from notelift.views.markdown import code, listed
from notelift.views.names import Callee
from notelift.views.sources import UNKNOWN_PATH
from notelift.views.types import shown_type

_VERBS = {
    "append": "appends to {}",
    "draw": "draws from {}",
    "list": "lists {}",
    "make": "makes the folder {}",
    "read": "reads {}",
    "remove": "removes {}",
    "set": "sets {}",
    "write": "writes {}",
}
_ALTERS = {"opaque": "runs code that cannot be read", "star": "binds names that are not known"}
_CALLERS = 3
_SHOWN = 4
# What an open file or a logger is beside what it is called.
_BESIDE = ("the iterator", "the stream")
_UNKNOWN = "nothing is known of it"


@dataclass(frozen=True, slots=True)
class CallWords:
    """A call: the name of what is called, what it does in phrases, the type it gives, and how that is known.

    `known` is a clause. `type` is "" where it is unknown or nothing.
    """

    name: str
    does: tuple[str, ...]
    type: str
    known: str


def call_words(
    kernel: Kernel, cell: int, callee: Callee, observation: Observation | None
) -> CallWords | None:
    """Return what a call does, None where it was not seen to be made.

    `observation` is of the statement in which it is made, where that is known already.
    """
    seen = _seen(kernel, cell, callee, observation)
    if seen is None:
        return None
    name = _name(seen)
    does = tuple(_effects(seen))
    gives = (
        "" if seen.type in ("NoneType", "None", "function", "class", "namespace") else shown_type(seen.type)
    )
    return CallWords(name, does or _nothing(seen), gives, _known(seen, kernel.library))


def _name(seen: SeenCall) -> str:
    """What is called: a method as one of its object's class, which may have it from another."""
    if seen.spec is None or not seen.certain:
        return seen.name
    method = seen.spec.name.rpartition(".")[2]
    return f"{seen.owner}.{method}" if "." in seen.owner and "." in seen.spec.name else seen.spec.name


def _seen(kernel: Kernel, cell: int, callee: Callee, observation: Observation | None) -> SeenCall | None:
    site = site_of(kernel, cell, callee.region.line, callee.statement)
    if site is None:
        return None
    if not callee.inside:
        observation = observation or observe(kernel.written, site)
        return observation.calls.get(callee.node)
    for caller in _callers(kernel, site, callee.inside):
        seen = observe(kernel.written, caller).calls.get(callee.node)
        if seen is not None:
            return seen
    return None


def _callers(kernel: Kernel, site: Site, name: str) -> Iterator[Site]:
    """The first statements that read a function."""
    found = readers_of(kernel.written.dataflow, {site}, name)
    yield from (statement.site for statement in islice(found, _CALLERS))


def _effects(seen: SeenCall) -> Iterator[str]:
    draws = any(resource == "pyplot" for _, resource in seen.world)
    changes = {name: must for name, must in seen.changes.items() if name and not (draws and name == "figure")}
    if len(changes) > 1:
        changes = {name: must for name, must in changes.items() if name not in _BESIDE}
    must_change = [name for name, must in changes.items() if must]
    may_change = [name for name, must in changes.items() if not must]
    if must_change:
        yield f"changes {_named(must_change)}"
    if may_change:
        yield f"may change {_named(may_change)}"
    if seen.binds:
        yield f"sets {_named(seen.binds)}"
    world = list(seen.world)
    if ("set", "pyplot") in world:
        shows = any(effect == "show" for effect, _ in world)
        yield "shows the figures that were drawn" if shows else "begins a new figure"
        world = [each for each in world if each[0] != "show" and each[1] != "pyplot"]
    for verb in dict.fromkeys(effect for effect, _ in world):
        yield from _world(verb, [resource for effect, resource in world if effect == verb], seen.name)


def _world(verb: str, resources: Sequence[str], name: str) -> Iterator[str]:
    if verb == "show":
        yield "prints" if name == "print" else "shows something"
        return
    if verb == "alter":
        for resource in resources:
            if resource in _ALTERS:
                yield _ALTERS[resource]
            elif resource == "pyplot":
                yield "draws on the current figure"
            else:
                yield f"changes {resource_in_words(resource)}"
        return
    words = [
        "a file that is not known" if each == f"file:{UNKNOWN_PATH}" else resource_in_words(each)
        for each in resources
    ]
    yield _VERBS[verb].format(listed(words, _SHOWN))


def _nothing(seen: SeenCall) -> tuple[str, ...]:
    return () if seen.spec is None and seen.function is None and not seen.built_in else ("changes nothing",)


def _known(seen: SeenCall, library: Library) -> str:
    if seen.function is not None:
        return "by its definition in this notebook"
    spec = seen.spec
    if spec is None:
        if seen.built_in:
            return "as Python's builtins do"
        if seen.discarded:
            return f"{_UNKNOWN}: as its result is not used, it may change what it is called on and given"
        if seen.changes:
            return f"{_UNKNOWN}: by its name it may change what it is called on"
        return f"{_UNKNOWN}: as its result is used, it is taken to change nothing"
    if library.is_users(spec.name):
        return f'by "{spec.name}" in [tool.notelift.effects]'
    if not seen.certain:
        return f"by its name: all known methods called `{spec.name.rpartition('.')[2]}` do so"
    package = spec.name.partition(".")[0]
    if package in BUILTINS or package == "builtins":
        return "as Python's builtins do"
    return f"by the effects of `{package}` that come with Notelift"


def _named(names: Iterable[str]) -> str:
    """The names of values in code; what has no name (`the iterator`) in words."""
    return listed((name if " " in name.partition("[")[0] else code(name) for name in names), _SHOWN)


def signature(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """Return the first line of a function's definition, without `def`."""
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return f"{node.name}({ast.unparse(node.args)}){returns}"
