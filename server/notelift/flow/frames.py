"""Variables of functions, comprehensions and class bodies."""

from __future__ import annotations

import ast
from typing import Any

from notelift.cells.scopes import Scope
from notelift.flow.library_calls import LibraryCalls
from notelift.flow.values import NO_TOKENS, NOTHING, Bound, Function, Obj, ObjId, Val, join_bounds

Frame = int | ObjId
"""A frame's number, or the environment object of one whose variables nested functions may keep alive."""


class Frames(LibraryCalls):
    """Looks names up and binds them, innermost scope first.

    Variables live in the state under `("local", frame, name)`, so that branches undo and join them as they do
    globals; those that closures capture live in an environment object.
    """

    scope_frames: list[Frame]
    function_scope: Scope | None
    function_frame: Frame | None
    class_frames: set[int]

    def begin_frames(self) -> None:
        """Forget all frames: a new top-level statement begins."""
        self.scope_frames = []
        self.function_scope = None
        self.function_frame = None
        self.class_frames = set()
        self.next_frame = 0
        self.class_name = ""
        self.being_made: list[Val] = []
        self.raised: frozenset[ObjId] = frozenset()
        self.returned: list[Bound] = []
        self.yielded: set[ObjId] = set()

    def mangled(self, name: str) -> str:
        """The attribute that a private name stands for in the body of a class."""
        return mangle(name, self.class_name)

    def push_frame(self) -> int:
        """Open a frame of its own for a function, comprehension or class body."""
        self.next_frame += 1
        self.scope_frames.append(self.next_frame)
        return self.next_frame

    def push_environment(self, node: ast.AST) -> ObjId:
        """Open a frame that closures may outlive."""
        obj_id = (self.token, self.ordinal(node, "environment"))
        self.put(obj_id, Obj(type="environment"))
        self.scope_frames.append(obj_id)
        return obj_id

    def pop_frame(self) -> dict[str, Bound]:
        """Close the innermost frame; returns its variables."""
        frame = self.scope_frames.pop()
        if isinstance(frame, tuple):
            return dict(self.object(frame).keys)
        found: dict[str, Bound] = {}
        for name in self.frame_names.pop(frame, ()):
            key = ("local", frame, name)
            value = self.state.pop(key, NOTHING)
            self.writes.discard(key)
            self.sure.discard(key)
            self.first_values.pop(key, None)
            if self.journals:
                self.journals[-1].pop(key, None)
            if isinstance(value, Bound):
                found[name] = value
        return found

    @property
    def frame_names(self) -> dict[int, dict[str, None]]:
        """The names bound in each open frame."""
        names: dict[int, dict[str, None]] | None = self.__dict__.get("_frame_names")
        if names is None:
            names = self.__dict__["_frame_names"] = {}
        return names

    def variable(self, name: str) -> Bound | None:
        """What a name holds in the functions and comprehensions around.

        None when it is none of their variables.
        """
        innermost = self.scope_frames[-1] if self.scope_frames else None
        for frame in reversed(self.scope_frames):
            if frame in self.class_frames and frame != innermost:
                # What is nested in a class body does not see its names.
                continue
            if isinstance(frame, tuple):
                bound = self.object(frame).keys.get(name)
            else:
                bound = self.state.get(("local", frame, name))
                if bound is not None and self.loop_reads:
                    for reads in self.loop_reads:
                        reads.add(("local", frame, name))
            if bound is not None:
                return bound
        for environment in self.environments:
            bound = self.object(environment).keys.get(name)
            if bound is not None:
                self.read_bound(bound, "object", name)
                return bound
        if self.function_scope is not None and name in self.function_scope.locals:
            return Bound()
        return None

    def set_variable(self, frame: Frame, name: str, bound: Bound) -> None:
        """Bind a variable of a frame."""
        bound = bound._replace(writers=NO_TOKENS, may=NO_TOKENS)
        if isinstance(frame, tuple):
            obj = self.object(frame)
            if self.uncertain and name in obj.keys:
                bound = join_bounds(obj.keys[name], bound)
            self.put(frame, obj._replace(keys={**obj.keys, name: bound}))
            return
        key = ("local", frame, name)
        if self.uncertain:
            old = self.state.get(key)
            if isinstance(old, Bound):
                bound = join_bounds(old, bound)
        self.frame_names.setdefault(frame, {})[name] = None
        self.put(key, bound)

    def bind_name(self, name: str, bound: Bound) -> None:
        """Bind a name where an assignment in the present scope binds it."""
        frame = self.function_frame
        if frame is None:
            self.bind_global(name, bound)
            return
        scope = self.function_scope
        if scope is not None and name not in scope.locals:
            if name in scope.nonlocals and self._bind_enclosed(name, bound):
                return
            self.bind_global(name, bound)
            return
        self.set_variable(frame, name, bound)

    def _bind_enclosed(self, name: str, bound: Bound) -> bool:
        for environment in self.environments:
            obj = self.object(environment)
            if name in obj.keys:
                old = obj.keys[name]
                self.read_bound(old, "object", name)
                held = join_bounds(old, bound)._replace(writers=self.me)
                self.put(environment, obj._replace(keys={**obj.keys, name: held}))
                self.note_change(name, "binds a variable of the enclosing function", True)
                return True
        return False

    def unbind(self, name: str) -> None:
        """`del name`."""
        frame = self.function_frame
        if frame is not None and (self.function_scope is None or name in self.function_scope.locals):
            self.set_variable(frame, name, Bound())
            return
        bound = self.get(name)
        if isinstance(bound, Bound):
            self.read_bound(bound, "name", name)
            self.put(name, Bound(writers=self.me, unbound=True, ref="", type="deleted"))
            self.binds[name] = None

    def enclosing(self, free: frozenset[str], node: ast.AST) -> tuple[ObjId, ...]:
        """The environments that a function made here closes over, innermost first."""
        found: list[ObjId] = []
        loose: dict[str, Bound] = {}
        for frame in reversed(self.scope_frames):
            if isinstance(frame, tuple):
                found.append(frame)
            elif frame not in self.class_frames:
                for name in self.frame_names.get(frame, ()):
                    value = self.state.get(("local", frame, name))
                    if name in free and name not in loose and isinstance(value, Bound):
                        loose[name] = value
        if loose:
            obj_id = (self.token, self.ordinal(node, "captured"))
            self.put(obj_id, Obj(type="environment", keys=loose))
            found.insert(0, obj_id)
        return (*found, *self.environments)

    def function_text(self, node: ast.AST) -> tuple[str, int, int]:
        """What tells a function's code from another's, wherever its cell stands."""
        line: Any = getattr(node, "lineno", 0)
        column: Any = getattr(node, "col_offset", 0)
        return (self.source, line - self.first_line, column)

    def is_recursive(self, function: Function) -> bool:
        """Whether the function is being interpreted already."""
        return any(entered.node is function.node for entered in self.stack)


def mangle(name: str, class_name: str) -> str:
    """The attribute that a private name (`__x`) stands for in the body of a class."""
    private = name.startswith("__") and not name.endswith("__") and class_name
    return f"_{class_name.lstrip('_')}{name}" if private else name
