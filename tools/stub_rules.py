"""What a stub's signature says of the effects of a function, method or class.

A stub does not say what a call changes. These rules read it off the signature: a method that returns
None changes its receiver, a function that returns None changes its mutable parameters, an `out`
parameter is written, an iterable may be used up, a type variable in the result links it to the
parameter that has it. What they get wrong is corrected in the hand-written part of the data file.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field

from tools.stub_types import SIMPLE, Scope, Types, union

Function = ast.FunctionDef | ast.AsyncFunctionDef

READING = frozenset(
    [
        "read",
        "readline",
        "readlines",
        "readinto",
        "read1",
        "readinto1",
        "recv",
        "recvfrom",
        "fetchone",
        "fetchmany",
    ]
)
READING |= {"fetchall", "__next__", "__anext__"}
CHANGING = frozenset(
    [
        "pop",
        "popitem",
        "popleft",
        "write",
        "writelines",
        "seek",
        "truncate",
        "send",
        "sendall",
        "acquire",
        "execute",
        "executemany",
        "executescript",
        "feed",
        "update",
        "get_nowait",
        "poll",
        "communicate",
        "wait",
        "__exit__",
        "__setitem__",
        "__delitem__",
        "__setattr__",
        "__iadd__",
    ]
)
DUNDERS = frozenset(
    ["__enter__", "__call__", "__next__", "__iter__", "__getitem__", "__setitem__", "__delitem__"]
)
FORGETTING = (
    "remove",
    "discard",
    "del",
    "pop",
    "clear",
    "close",
    "seed",
    "setstate",
    "shuffle",
    "move",
    "exit",
)
CONSUMED = frozenset({"Iterable", "Iterator", "Generator", "AsyncIterable", "AsyncIterator"})
READERS = frozenset({"SupportsRead", "SupportsReadline", "SupportsReadlineBuffer", "_ReadableFileobj"})
WRITERS = frozenset({"SupportsWrite", "IO", "TextIO", "BinaryIO", "SupportsFlush", "SupportsNoArgReadline"})
MUTABLE = frozenset(
    {"MutableSequence", "MutableMapping", "MutableSet", "list", "dict", "set", "List", "Dict"}
)
MUTABLE |= {"WriteableBuffer", "bytearray", "SupportsLenAndSetItem", "ndarray", "NDArray"}
# Parameters that take a random generator or a seed; without them scipy draws from numpy's global stream.
GENERATORS = frozenset({"random_state", "rng", "seed"})
LAZY = frozenset({"iterator", "generator"})


@dataclass
class Parameter:
    """One parameter: what a clause calls it, and what its annotation says."""

    name: str
    subject: str
    heads: frozenset[str]
    variables: frozenset[str]
    exact: str
    simple: bool


@dataclass
class Clauses:
    """The clauses of one entry in the making."""

    parts: list[str] = field(default_factory=list)
    needs_names: bool = False

    def add(self, verb: str, subject: str, tail: str = "") -> None:
        """Add `verb subject tail`."""
        self.parts.append(" ".join(part for part in (verb, subject, tail) if part))
        self.needs_names |= subject.isdigit()


class Rules:
    """Derives clauses with the names that `types` gives."""

    def __init__(self, types: Types) -> None:
        self._types = types

    def function(self, nodes: Sequence[Function], scope: Scope) -> str:
        """The clauses of a function, or of a method when the scope has an owner."""
        kept = _without_out(nodes)
        widest = max(kept, key=lambda node: len(node.args.args) + len(node.args.posonlyargs))
        decorators = {ast.unparse(d) for d in widest.decorator_list}
        bound = bool(scope.owner) and "staticmethod" not in decorators
        is_method = bound and "classmethod" not in decorators
        parameters = self._parameters(widest, scope, bound)
        result = union([self._types.name(node.returns, scope) for node in kept])
        clauses = Clauses()
        self._effects(clauses, widest.name, parameters, result, scope, is_method)
        if result != "None" or widest.name in ("__enter__", "__iter__"):
            self._result(clauses, kept, parameters, result, scope, is_method)
        return _joined(clauses, parameters)

    def constructor(self, nodes: Sequence[Function], qualname: str, scope: Scope) -> list[str]:
        """The clauses of a class for its `__init__` or `__new__`."""
        widest = max(nodes, key=lambda node: len(node.args.args) + len(node.args.posonlyargs))
        parameters = self._parameters(widest, scope, bound=True)
        held = [p.subject for p in parameters if not p.simple and not p.heads & READERS]
        consumed = [f"consumes {p.subject}" for p in parameters if p.heads & CONSUMED]
        return [*consumed, f"-> {qualname}" + (f" holds {' '.join(held)}" if held else "")]

    def attribute(self, annotation: ast.expr | None, scope: Scope) -> str:
        """The clauses of an attribute: an object's is a view of it unless its type cannot change."""
        name = self._types.name(annotation, scope)
        if name in ("None", "?"):
            return "property; -> ? view self" if scope.owner else "property; -> ?"
        name = scope.owner if name == "self" else name
        link = " view self" if scope.owner and name not in SIMPLE else ""
        return f"property; -> {name}{link}"

    def _effects(
        self,
        clauses: Clauses,
        name: str,
        parameters: Sequence[Parameter],
        result: str,
        scope: Scope,
        is_method: bool,
    ) -> None:
        silent = result == "None" and name not in DUNDERS and not name.startswith("assert")
        if is_method and name in READING:
            clauses.add("consumes", "self")
        elif is_method and (silent or name in CHANGING):
            held = [p.subject for p in parameters if not p.simple]
            held = [] if name.strip("_").startswith(FORGETTING) else held
            clauses.add("changes", "self", f"holds {' '.join(held)}" if held else "")
            clauses.needs_names |= bool(held)
        named = {p.name: p for p in parameters}
        for parameter in parameters:
            if not _by_convention(clauses, parameter, named, scope.module.name):
                self._by_annotation(clauses, parameter, silent and not is_method)
        if silent and not is_method and not clauses.parts and parameters:
            clauses.add("alters", f"state:{scope.module.name.partition('.')[0].lstrip('_')}")

    def _by_annotation(self, clauses: Clauses, parameter: Parameter, silent: bool) -> None:
        subject, heads = parameter.subject, parameter.heads
        if heads & WRITERS or (silent and heads & MUTABLE):
            clauses.add("changes", subject)
        elif heads & CONSUMED or heads & READERS:
            clauses.add("consumes", subject)

    def _result(
        self,
        clauses: Clauses,
        nodes: Sequence[Function],
        parameters: Sequence[Parameter],
        result: str,
        scope: Scope,
        is_method: bool,
    ) -> None:
        name = nodes[0].name
        if name in ("__enter__", "__iter__") and result in ("self", scope.owner):
            clauses.add("->", "self", "alias self")
            return
        if result == "self" and not is_method:
            result = scope.owner
        link = self._link(nodes, parameters, result, scope, is_method)
        if result not in ("?", "None") or link:
            clauses.add("->", result, link)
            clauses.needs_names |= any(word.isdigit() for word in link.split())

    def _link(
        self,
        nodes: Sequence[Function],
        parameters: Sequence[Parameter],
        result: str,
        scope: Scope,
        is_method: bool,
    ) -> str:
        if result.partition("[")[0] in LAZY:
            held = ["self"] if is_method else []
            held += [p.subject for p in parameters if not p.simple]
            return f"holds {' '.join(held)}" if held else ""
        if is_method and nodes[0].name in ("copy", "__copy__") and result == "self":
            return "holds self"
        returned = {v for node in nodes for v in _variables(node.returns)}
        exact = {ast.unparse(node.returns) for node in nodes if node.returns is not None}
        if returned & scope.parameters and is_method:
            return "element self" if exact & scope.parameters else "holds self"
        same = [p.subject for p in parameters if p.exact in exact and p.exact in returned]
        within = [p.subject for p in parameters if p.variables & returned and p.exact not in exact]
        if within:
            subjects = " ".join(within)
            return f"element {subjects}" if exact & returned else f"holds {subjects}"
        if same and result == "?":
            return f"alias {' '.join(same)}"
        return ""

    def _parameters(self, node: Function, scope: Scope, bound: bool) -> list[Parameter]:
        positional = [*node.args.posonlyargs, *node.args.args]
        if bound:
            positional = positional[1:]
        found = [self._one(arg, str(place), scope) for place, arg in enumerate(positional)]
        if node.args.vararg is not None:
            found.append(self._one(node.args.vararg, "*", scope))
        found += [self._one(arg, arg.arg, scope) for arg in node.args.kwonlyargs]
        return found

    def _one(self, arg: ast.arg, subject: str, scope: Scope) -> Parameter:
        annotation = arg.annotation
        name = self._types.name(annotation, scope)
        heads = frozenset(_heads(annotation))
        text = ast.unparse(annotation) if annotation is not None else ""
        simple = (
            name in SIMPLE or name == "float" or heads & {"Callable", "Literal", "SupportsIndex"} != set()
        )
        return Parameter(arg.arg, subject, heads, frozenset(_variables(annotation)), text, simple)


def _by_convention(clauses: Clauses, parameter: Parameter, named: dict[str, Parameter], module: str) -> bool:
    """Add what numpy's and scipy's parameter names mean; whether the name means something."""
    name = parameter.name
    target = named.get(name.removeprefix("overwrite_"))
    in_scipy = module.startswith("scipy.")
    if name == "out" or (name == "output" and module.startswith("scipy.ndimage")):
        clauses.add("changes", name, f"if {name}")
    elif name.startswith("overwrite_") and target is not None:
        clauses.add("changes", target.subject, f"if {name}")
    elif name in GENERATORS and in_scipy:
        clauses.add("draws", "random:numpy", f"unless {name}")
        clauses.add("changes", name, f"if {name}")
    else:
        return False
    clauses.needs_names = True
    return True


def _without_out(nodes: Sequence[Function]) -> Sequence[Function]:
    """The overloads in which `out` is not an array, for these say what a plain call returns; else all."""
    plain = [node for node in nodes if not _requires_out(node)]
    return plain or nodes


def _requires_out(node: Function) -> bool:
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return any(a.arg == "out" and a.annotation and "None" not in ast.unparse(a.annotation) for a in arguments)


def _heads(annotation: ast.expr | None) -> set[str]:
    """The outermost names of an annotation, each side of a union."""
    if isinstance(annotation, ast.BinOp):
        return _heads(annotation.left) | _heads(annotation.right)
    if isinstance(annotation, ast.Subscript):
        head = ast.unparse(annotation.value).rpartition(".")[2]
        inner = annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else [annotation.slice]
        if head in ("Optional", "Union"):
            return set().union(*(_heads(item) for item in inner))
        return {head}
    return {ast.unparse(annotation).rpartition(".")[2]} if annotation is not None else set()


def _variables(annotation: ast.expr | None) -> set[str]:
    """The type variables in an annotation: by the convention of stubs, `_T` and the like."""
    if annotation is None:
        return set()
    names = {node.id for node in ast.walk(annotation) if isinstance(node, ast.Name)}
    return {n for n in names if _is_variable(n)}


def _is_variable(name: str) -> bool:
    short = name.strip("_")
    return name.startswith("_") and (
        short in ("T", "S", "R", "KT", "VT", "KT_co", "VT_co", "T_co", "AnyT", "E")
    )


def _joined(clauses: Clauses, parameters: Sequence[Parameter]) -> str:
    text = "; ".join(dict.fromkeys(clauses.parts))
    if not clauses.needs_names:
        return text
    names: list[str] = []
    for parameter in parameters:
        if not parameter.subject.isdigit() and "*" not in names:
            names.append("*")
        if parameter.subject != "*":
            names.append(parameter.name)
    words = set(text.replace(";", " ").split())
    used = [n for n, p in enumerate(parameters) if p.subject in words or p.name in words]
    last = parameters[used[-1]].name if used else ""
    if last in names:
        names = names[: names.index(last) + 1]
    return f"({', '.join(names)}) {text}"
