"""Names that are read: variables, globals, builtins, outputs."""

from __future__ import annotations

import ast
import builtins
import re
from typing import Any

from notelift.flow.classes import Classes
from notelift.flow.values import (
    NO_OBJECTS,
    NOTHING,
    Bound,
    Obj,
    Val,
)

BUILTINS = frozenset(dir(builtins))


UNBOUND = "is bound by no statement before"
"""The end of the note on a statement that reads a name which nothing can have bound."""

MAY_BE_UNBOUND = "may be bound by no statement before"
"""The same where the statement may not come to read it."""

_HISTORY = re.compile(r"_i{1,3}\d*|_ih|_oh|_dh|_exit_code")

_GIVEN_BY_IPYTHON = frozenset(
    {
        "__name__",
        "__file__",
        "__doc__",
        "__builtins__",
        "__builtin__",
        "__spec__",
        "__loader__",
        "__package__",
        "In",
        "Out",
        "get_ipython",
        "display",
        "exit",
        "quit",
    }
)


class Names(Classes):
    """Looks names up."""

    def _eval_name(self, node: ast.Name) -> Val:
        return self.load_name(node.id)

    def load_name(self, name: str) -> Val:
        """What a name holds here."""
        if self.scope_frames or self.environments:
            bound = self.variable(name)
            if bound is not None:
                return Val(bound.objs, bound.type, bound.ref, bound.const, label=name)
        found = self.get(name)
        if isinstance(found, Bound):
            if found.writers:
                self.edge(found.writers, "name", name)
            if found.may:
                self.edge(found.may, "object", name, False)
            if found.type == "deleted" and name not in BUILTINS and not self.try_depth and not self.journals:
                self.notes[f"`{name}` {UNBOUND}"] = None
            if not found.unbound or name not in BUILTINS:
                return Val(found.objs, found.type, found.ref, found.const, label=name)
        return self._load_unbound(name)

    def _load_unbound(self, name: str) -> Val:
        star = self.get(("star names", name))
        if isinstance(star, Bound):
            self.read_bound(star, "name", name)
            return Val(star.objs, star.type, star.ref, star.const, label=name)
        if name.strip("_").isdigit() or name in ("_", "__", "___"):
            return self.load_output(name)
        found = self.read_unbound(name)
        if name == "Out":
            return Val(type="outputs", label=name)
        if self.use_library_state(f"builtins.{name}") is not None:
            found = True
        if name in BUILTINS:
            return Val(ref=name, label=name)
        if name == "__notelift_magic__":
            return Val(ref=name, label=name)
        given = name in _GIVEN_BY_IPYTHON or _HISTORY.fullmatch(name) is not None
        if not found and not self.try_depth and not given:
            surely = not self.journals and not self.writers("opaque")
            self.notes[f"`{name}` {UNBOUND if surely else MAY_BE_UNBOUND}"] = None
        if name == "display":
            return Val(ref="IPython.display.display", label=name)
        star = self.writers("star")
        if star and name not in BUILTINS:
            return self._load_from_star(name, star)
        if name.startswith("_"):
            return self.load_output(name)
        return Val(label=name)

    def _load_from_star(self, name: str, star: frozenset[int]) -> Val:
        """A name that only a star import can have bound: an object of the module's."""
        self.use("state:*", must=False)
        # Of no statement: which of the imports made it is not known.
        obj_id = (-1, name)
        if not isinstance(self.get(obj_id), Obj):
            self.put(obj_id, Obj(made=star))
        return Val(frozenset((obj_id,)), label=name)

    def load_output(self, name: str) -> Val:
        """`_`, `__`, `_5`: what a cell displayed."""
        if name in ("__", "___"):
            bound = self._older_output(len(name))
        else:
            bound = self.get(("output", int(name[1:]) if name[1:].isdigit() else -1))
        if isinstance(bound, Bound):
            self.edge(bound.writers, "output", name)
            return Val(bound.objs, bound.type, bound.ref, bound.const, label=name)
        if not name.strip("_").isdigit():
            return Val(label=name)
        return self._load_any_output(name)

    def _older_output(self, ago: int) -> Any:
        """What a cell displayed before the last that did; few ask, so that cells do not hand it on."""
        self.reads["opaque", self.token] = object()
        displayed = self.displayed()[-ago:]
        if len(displayed) < ago:
            return NOTHING
        # Without those displayed since it would be another.
        for since, bound in enumerate(reversed(displayed[1:]), 1):
            self.edge(bound.writers, "output", "_" * since)
        return displayed[0]

    def _load_any_output(self, name: str) -> Val:
        """An output whose number no saved count tells: any may be meant."""
        self.reads["opaque", self.token] = object()
        objs = NO_OBJECTS
        for key, entry in list(self.state.items()):
            if isinstance(key, tuple) and key[0] == "output" and isinstance(entry, Bound):
                self.edge(entry.writers, "output", name, False)
                objs |= entry.objs
        return Val(objs, label=name)
