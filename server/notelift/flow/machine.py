"""The interpreter's state: entries by key, what a run read and wrote of them, branches, and edges."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Hashable, Sequence
from typing import Any

from notelift.effects.library import Library
from notelift.flow.values import (
    NO_TOKENS,
    NOTHING,
    Bound,
    Function,
    Obj,
    ObjId,
    Token,
    Val,
    join_bounds,
    join_entries,
)

Edge = tuple[Token, str, str]
"""The statement that made or changed, the kind of the dependency, and the name of what is read."""

_NO_OBJECT = Obj()


class Machine:
    """Keeps the state and the facts of the statement that is being interpreted.

    Entries of the state: a global name (`str`) gives a Bound, an ObjId an Obj, `("world", resource)` the
    statements that set a resource. `reads` are entries as the run found them, `writes` as it leaves them: the
    two decide whether the run has to be interpreted again when another cell changes. `sure` are the entries
    written on every path so far, `first_values` those written on any, as they were before the run. What the
    runs before displayed, in their order, is told by `displayed`.
    """

    def __init__(self, library: Library) -> None:
        self.library = library
        self.state: dict[Hashable, Any] = {}
        self.base: Token = 0
        self.limit: Token = 0
        self.reads: dict[Hashable, Any] = {}
        self.writes: set[Hashable] = set()
        self.sure: set[Hashable] = set()
        self.first_values: dict[Hashable, Any] = {}
        self.displayed: Callable[[], Sequence[Bound]] = list
        self.journals: list[dict[Hashable, Any]] = []
        self.loop_reads: list[set[Hashable]] = []
        self.begin_statement(0, "", 1)

    def begin_statement(self, token: Token, source: str, line: int) -> None:
        """Forget the facts of the statement before."""
        self.token = token
        self.me = frozenset((token,))
        self.source = source
        self.first_line = line
        self.edges: dict[Edge, tuple[bool, str]] = {}
        self.binds: dict[str, None] = {}
        self.changes: dict[tuple[str, str], bool] = {}
        self.world: dict[tuple[str, str], None] = {}
        self.notes: dict[str, None] = {}
        self.ordinals: dict[tuple[int, int, str], int] = {}
        self.contexts: dict[tuple[int, int], int] = {}
        self.context = 0
        self.seen: set[Any] = set()
        self.reached: dict[str, set[ObjId]] = {}
        self.uncertain = 0
        self.loop_depth = 0
        self.try_depth = 0
        self.budget = 4000
        self.stack: list[Function] = []
        self.environments: tuple[ObjId, ...] = ()

    def get(self, key: Hashable) -> Any:
        """The entry of `key`, or NOTHING."""
        value = self.state.get(key, NOTHING)
        if (
            key not in self.reads
            and key not in self.sure
            and not (self.journals and self._written_on_path(key))
        ):
            self.reads[key] = self.first_values.get(key, value)
        if self.loop_reads:
            for reads in self.loop_reads:
                reads.add(key)
        return value

    def _written_on_path(self, key: Hashable) -> bool:
        return any(key in journal for journal in self.journals)

    def put(self, key: Hashable, value: Any) -> None:
        """Set the entry of `key`."""
        if self.journals:
            journal = self.journals[-1]
            if key not in journal:
                journal[key] = self.state.get(key, NOTHING)
        else:
            self.sure.add(key)
        if key not in self.writes:
            self.writes.add(key)
            self.first_values.setdefault(key, self.state.get(key, NOTHING))
        self.state[key] = value

    def object(self, obj_id: ObjId) -> Obj:
        """The object; one that is not known (it was dropped with a failed branch) is empty."""
        if obj_id[0] >= self.base and obj_id[0] < self.limit:
            # The run's own objects are no inputs of it: nothing to record but for loops.
            found = self.state.get(obj_id)
            for reads in self.loop_reads:
                reads.add(obj_id)
        else:
            found = self.get(obj_id)
        return found if type(found) is Obj else _NO_OBJECT

    def in_order(self, objs: Collection[ObjId]) -> Sequence[ObjId]:
        """Return objects in an order that what they are decides.

        A set has them in one that comes from the numbers of the statements that made them, which are others
        after other edits. These decide only between objects that are alike.
        """
        return tuple(objs) if len(objs) < 2 else sorted(objs, key=self._description)

    def _description(self, obj_id: ObjId) -> tuple[list[str], Token]:
        obj = self.object(obj_id)
        text = repr(obj.function.text) if obj.function is not None else ""
        classes = sorted(",".join(map(str, self.object(each).keys)) for each in obj.klass)
        return [obj.type, text, repr(obj_id[1]), *map(str, obj.keys), *classes], obj_id[0]

    def edge(self, sources: frozenset[Token], kind: str, name: str, must: bool = True, why: str = "") -> None:
        """The statement depends on `sources`."""
        edges = self.edges
        for source in sources:
            if source == self.token:
                continue
            key = (source, kind, name)
            old = edges.get(key)
            if old is None or (must and not old[0]):
                edges[key] = (must, why)

    def note_change(
        self, name: str, why: str, must: bool, objs: Collection[ObjId] = (), key: Any = NOTHING
    ) -> None:
        """The statement changes in place what users see as `name`: `objs`, at a `key` where it is known."""
        self.changes[name, why] = must or self.changes.get((name, why), False)

    def ordinal(self, node: ast.AST | None, tag: str = "") -> int:
        """How-manieth allocation of this statement `node` is, in its calling context.

        The same when asked again.
        """
        key = (self.context, id(node), tag)
        return self.ordinals.setdefault(key, len(self.ordinals))

    def enter_context(self, node: ast.AST) -> int:
        """Enter the context of a call made at `node`; returns the context to go back to."""
        before = self.context
        self.context = self.contexts.setdefault((before, id(node)), len(self.contexts) + 1)
        return before

    def branch(self, body: Callable[[], None]) -> dict[Hashable, Any]:
        """Interpret one path, take its effects on the state back, and return them."""
        self.journals.append({})
        body()
        journal = self.journals.pop()
        effects = {key: self.state.get(key, NOTHING) for key in journal}
        for key, old in journal.items():
            self._restore(key, old)
        return effects

    def _restore(self, key: Hashable, old: Any) -> None:
        if old is NOTHING:
            self.state.pop(key, None)
        else:
            self.state[key] = old

    def apply(self, effects: dict[Hashable, Any]) -> None:
        """Make the effects of a path certain."""
        for key, value in effects.items():
            self.put(key, value)
        self.seen.clear()

    def join(self, paths: list[dict[Hashable, Any]]) -> None:
        """Continue after paths that start from the present state meet.

        An empty dict is a path without effect.
        """
        if len(paths) == 1:
            self.apply(paths[0])
            return
        keys: dict[Hashable, None] = {}
        for path in paths:
            keys.update(dict.fromkeys(path))
        for key in keys:
            old = self.state.get(key, NOTHING)
            if any(key not in path for path in paths):
                self.get(key)
            values = [path.get(key, old) for path in paths]
            joined = values[0]
            for value in values[1:]:
                joined = join_entries(joined, value)
            self.put(key, joined)
        self.seen.clear()

    def writers(self, resource: Hashable) -> frozenset[Token]:
        """The statements that set a world resource."""
        found = self.get(("world", resource))
        return NO_TOKENS if found is NOTHING else found

    def bound_of(self, val: Val, site: ast.AST | None = None) -> Bound:
        """The value as it is bound somewhere; a temporary is put on the heap."""
        raise NotImplementedError

    def bind_global(self, name: str, bound: Bound) -> None:
        """Bind a global name to what `bound` holds, written by this statement."""
        bound = bound._replace(writers=self.me, may=NO_TOKENS, unbound=False)
        if self.uncertain:
            old = self.get(name)
            if isinstance(old, Bound):
                bound = join_bounds(old, bound)
        self.binds[name] = None
        self.put(name, bound)
