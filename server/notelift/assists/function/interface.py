"""What a function of some statements takes and returns."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from notelift.assists.function.bindings import bindings_of_one
from notelift.assists.function.by_text import nested_text_names, text_names
from notelift.assists.function.expressions import Bindings
from notelift.assists.function.lasting import kept_alive
from notelift.assists.function.refusals import own_parts
from notelift.assists.function.surroundings import Surroundings
from notelift.assists.model import Refused
from notelift.export.naming import is_builtin

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_PROCESSES = frozenset(
    {
        "Parallel",
        "Pool",
        "Process",
        "ProcessPoolExecutor",
        "dill",
        "joblib",
        "multiprocessing",
        "pickle",
        "shelve",
    }
)


@dataclass(frozen=True, slots=True)
class Interface:
    """The parameters and the returned names, in their order."""

    parameters: tuple[str, ...]
    returns: tuple[str, ...]


def interface_of(
    statements: Sequence[ast.stmt],
    inner: Bindings,
    around: Surroundings,
    wanted: str = "",
    gives_results: bool = True,
) -> Interface:
    """Return what the function takes and returns.

    It returns `wanted` in any case, and with what is needed of it, or where it `gives_results`, what it binds
    and does not use itself. Raises Refused where variables of a function would not do what those of the
    notebook do.
    """
    planner = _Planner(statements, inner, around, wanted, gives_results)
    return planner.result()


class _Planner:
    def __init__(
        self,
        statements: Sequence[ast.stmt],
        inner: Bindings,
        around: Surroundings,
        wanted: str,
        gives_results: bool,
    ) -> None:
        self._wanted = wanted
        self._gives_results = gives_results
        self._statements = statements
        self._inner = inner
        self._surely = inner.surely - around.unsure
        self._around = around
        self._binds = inner.binds
        # Texts name variables too; those of the notebook are found among the globals.
        self._texts = frozenset().union(*map(text_names, statements))

    def result(self) -> Interface:
        returns = self._returns()
        if self._around.guarded and returns and not self._is_atomic():
            raise Refused(
                f"An error in the selection is caught, and `{returns[0]}` would stay unbound then: select"
                " what is around the `try`"
            )
        parameters = self._parameters(returns)
        self._check_functions(returns)
        self._check_scopes(parameters)
        self._check_text(returns)
        self._check_resized(parameters)
        return Interface(tuple(parameters), tuple(returns))

    def _returns(self) -> list[str]:
        around, inner = self._around, self._inner
        needed = around.needed | around.captured | around.left | self._kept_alive() | {self._wanted}
        needed = (self._binds & needed) - inner.temporary
        if (needed or self._gives_results) and around.own is None:
            needed |= self._results() & self._surely
        return [name for name in self._in_order() if name in needed]

    def _results(self) -> frozenset[str]:
        """The names that the statements bind in the end and do not read; all of an unpacking or none."""
        last: dict[str, ast.Name] = {}
        for name in sorted(
            (part for node in self._statements for part in _names(node)),
            key=lambda name: (name.lineno, name.col_offset),
        ):
            last[name.id] = name
        parts = {
            id(name)
            for part, _ in own_parts(self._statements)
            if isinstance(part, (ast.For, ast.AsyncFor, ast.Tuple, ast.List))
            for name in _names(part.target if isinstance(part, (ast.For, ast.AsyncFor)) else part)
        }
        for part, _ in own_parts(self._statements):
            for target in part.targets if isinstance(part, ast.Assign) else ():
                unpacked = _names(target)
                if all(last[name.id] is name for name in unpacked):
                    parts.difference_update(map(id, unpacked))
        return frozenset(
            name
            for name, part in last.items()
            if isinstance(part.ctx, ast.Store) and id(part) not in parts and not name.startswith("_")
        )

    def _in_order(self) -> list[str]:
        """The names that are bound, in the order of the text."""
        found: dict[str, None] = {}
        for part, _ in own_parts(self._statements):
            if isinstance(part, ast.Name) and not isinstance(part.ctx, ast.Load):
                found.setdefault(part.id)
        return [*(name for name in found if name in self._binds), *sorted(self._binds - found.keys())]

    def _kept_alive(self) -> frozenset[str]:
        """The names whose values would end with the function."""
        if self._around.weak:
            return self._binds
        return frozenset(kept_alive(self._statements, self._around.ending))

    def _parameters(self, returns: Sequence[str]) -> list[str]:
        inner = self._inner
        early = sorted(inner.early - set(inner.reads))
        texts = sorted(self._texts & (self._around.own or frozenset()) - set(inner.reads) - inner.early)
        unsure = sorted(inner.mentions & self._binds & self._around.unsure - set(inner.reads) - inner.early)
        candidates = [*inner.reads, *early, *texts, *unsure]
        found = [name for name in self._by_text(candidates) if self._is_parameter(name)]
        for name in returns:
            if name not in found and (name not in self._surely or not inner.ends):
                self._check_kept(name)
                found.append(name)
        for name in sorted(inner.deletes & self._around.maybe):
            raise Refused(
                f"The selection deletes `{name}`, which is bound before it: leave the deletion out of it"
            )
        for name in sorted(self._binds & self._around.by_functions):
            raise Refused(
                f"A function declares `{name}` global, which the selection binds: leave that out of it"
            )
        return found

    def _is_atomic(self) -> bool:
        """Whether nothing can fail once a name is bound."""
        node = self._statements[0]
        return (
            len(self._statements) == 1
            and isinstance(node, ast.Assign)
            and all(isinstance(each, ast.Name) for each in node.targets)
        )

    def _by_text(self, names: Sequence[str]) -> list[str]:
        """The names in the order in which they first stand in the text."""
        places = {
            part.id: (part.lineno, part.col_offset)
            for node in reversed(self._statements)
            for part in sorted(_names(node), key=lambda name: (-name.lineno, -name.col_offset))
        }
        return sorted(names, key=lambda name: places.get(name, (0, 0)))

    def _check_kept(self, name: str) -> None:
        """Raise Refused where a name that is returned may be bound neither before nor in the function."""
        if not self._inner.ends:
            raise Refused("The selection never comes to its end: select less")
        if name not in self._around.needed | self._around.captured and name not in self._around.sure:
            raise Refused(
                f"`{name}` is left over from earlier cells where the selection does not bind it: rename it in"
                " the selection"
            )
        if name in self._inner.deletes or name not in self._around.sure:
            raise Refused(
                f"`{name}` is needed after the selection, which may leave it unbound: bind it above, or"
                " select more"
            )

    def _is_parameter(self, name: str) -> bool:
        if self._around.own is not None:
            return self._is_parameter_in_function(name)
        around, inner = self._around, self._inner
        if name not in self._binds:
            captured = name in inner.deferred and name in around.rebound
            plain = name not in around.definitions and name not in around.by_functions
            return name in around.sure and plain and not captured and name not in inner.class_reads
        if name in around.maybe:
            if name not in around.sure:
                raise Refused(
                    f"`{name}` may be unbound before the selection, which reads and binds it: bind it above"
                )
            return True
        if is_builtin(name) or around.star:
            raise Refused(
                f"The selection reads `{name}` before it binds it, which a function cannot: rename one"
            )
        return False

    def _is_parameter_in_function(self, name: str) -> bool:
        around, inner = self._around, self._inner
        assert around.own is not None
        if name not in around.own:
            return False
        if name in self._binds and name not in around.maybe:
            return False
        if name not in around.sure:
            raise Refused(f"`{name}` may be unbound before the selection, which reads it: bind it above")
        if name in around.by_functions or (name in inner.deferred and name in around.rebound):
            raise Refused(f"A function reads `{name}` later, which is bound anew meanwhile: select less")
        return True

    def _check_functions(self, returns: Sequence[str]) -> None:
        """Raise Refused where functions of the selection would read or bind other variables than before."""
        inner, around = self._inner, self._around
        for name in sorted(inner.deferred & self._binds & around.rebound):
            raise Refused(
                f"A function in the selection reads `{name}`, which is bound anew after it: leave the"
                " function out of it"
            )
        for name in sorted(inner.deferred_binds & (self._binds | (around.own or frozenset()))):
            raise Refused(
                f"A function in the selection declares `{name}`, which the selection binds: select less"
            )
        for node in self._statements:
            if not isinstance(node, _DEFINITIONS):
                continue
            if isinstance(node, ast.ClassDef) or node.decorator_list or node.name in returns:
                raise Refused(
                    f"`{node.name}` of line {node.lineno} needs what the selection binds, and is more than a"
                    " helper of it: leave its definition out of the selection"
                )
        parts = [part for node in self._statements for part in ast.walk(node)]
        for part in parts:
            if isinstance(part, (ast.Import, ast.ImportFrom)) and bindings_of_one(part).binds & set(returns):
                raise Refused(
                    f"The import of line {part.lineno} is used after the selection, and cannot stand above"
                    " it: leave it out of the selection"
                )
        sends = {name for part in parts if (name := _named(part)) in _PROCESSES}
        for part in parts:
            if sends and isinstance(part, _DEFINITIONS):
                raise Refused(
                    f"`{part.name}` of line {part.lineno} may be sent to other processes, which find"
                    " functions by their global name: leave its definition out of the selection"
                )
            if isinstance(part, ast.ClassDef):
                raise Refused(f"The class `{part.name}` would be another in each call: leave it out")
            if isinstance(part, _DEFINITIONS) and part.name in returns:
                raise Refused(
                    f"`{part.name}` of line {part.lineno} is used after the selection: leave it out"
                )

    def _check_scopes(self, parameters: Sequence[str]) -> None:
        own = self._around.own or frozenset()
        nested = frozenset().union(*map(nested_text_names, self._statements))
        for name in sorted(nested & (self._binds | own)):
            raise Refused(f"A text in a nested scope names `{name}`, which it would not find: leave it out")
        for name in sorted(self._inner.class_reads & (self._binds | set(parameters) | own)):
            raise Refused(f"A class body reads and binds `{name}`, which it would not find: leave it out")

    def _check_text(self, returns: Sequence[str]) -> None:
        """Raise Refused where names that the notebook will lack are reached by their text."""
        around = self._around
        lost = self._binds - set(returns) - self._inner.temporary
        if around.opaque and (lost or (self._binds and around.opaque_functions)):
            raise Refused(f"In this notebook {around.opaque}: it cannot be told which of them are needed")

    def _check_resized(self, parameters: Sequence[str]) -> None:
        """Raise Refused where an array is resized in place, to which nothing else may refer."""
        for part, _ in own_parts(self._statements):
            match part:
                case ast.Expr(ast.Call(ast.Attribute(ast.Name(name), "resize"), keywords=keywords)):
                    if name in parameters and not any(each.arg == "refcheck" for each in keywords):
                        raise Refused(
                            f"Line {part.lineno} resizes `{name}` in place, which fails while the caller of a"
                            " function refers to it too: leave it out of the selection"
                        )


def _named(node: ast.AST) -> str:
    return getattr(node, "id", "") or getattr(node, "attr", "")


def _calls(node: ast.AST) -> list[ast.Call]:
    return [part for part in ast.walk(node) if isinstance(part, ast.Call)]


def _names(node: ast.AST) -> list[ast.Name]:
    return [part for part in ast.walk(node) if isinstance(part, ast.Name)]
