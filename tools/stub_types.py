"""Turns a stub's annotation into the type that an effect spec names."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from tools.stubs import Found, Module, Stubs

BUILTIN = frozenset(
    [
        "str",
        "int",
        "float",
        "bool",
        "bytes",
        "complex",
        "list",
        "dict",
        "set",
        "tuple",
        "frozenset",
        "bytearray",
        "memoryview",
        "type",
        "object",
        "slice",
        "range",
        "property",
    ]
)
SIMPLE = frozenset(
    [
        "str",
        "int",
        "float",
        "bool",
        "bytes",
        "complex",
        "None",
        "type",
        "object",
        "slice",
        "range",
        "datetime.datetime",
        "datetime.date",
        "datetime.time",
        "datetime.timedelta",
        "datetime.tzinfo",
        "decimal.Decimal",
        "fractions.Fraction",
        "uuid.UUID",
        "re.Pattern",
        "re.Match",
        "function",
        "pathlib.Path",
        "numpy.dtype",
        "types.CodeType",
    ]
)
KNOWN = {
    "AnyStr": "str",
    "StrPath": "str",
    "StrOrBytesPath": "str",
    "FileDescriptorOrPath": "str",
    "FileDescriptorLike": "int",
    "FileDescriptor": "int",
    "ReadableBuffer": "bytes",
    "SupportsIndex": "int",
    "SupportsInt": "int",
    "SupportsFloat": "float",
    "SupportsFloatOrIndex": "float",
    "ConvertibleToInt": "int",
    "ConvertibleToFloat": "float",
    "LiteralString": "str",
    "Iterator": "iterator",
    "Iterable": "iterator",
    "Generator": "generator",
    "AsyncIterator": "iterator",
    "Callable": "function",
    "Mapping": "dict",
    "MutableMapping": "dict",
    "Sequence": "list",
    "MutableSequence": "list",
    "Set": "set",
    "AbstractSet": "set",
    "MutableSet": "set",
    "KeysView": "dict_keys",
    "ValuesView": "dict_values",
    "ItemsView": "dict_items",
    "List": "list",
    "Dict": "dict",
    "Tuple": "tuple",
    "Type": "type",
    "TypeGuard": "bool",
    "TypeIs": "bool",
    "ModuleType": "module",
    "FunctionType": "function",
    "NDArray": "numpy.ndarray",
    "TextIO": "io.TextIOWrapper",
    "BinaryIO": "io.BufferedReader",
}
ITEM_FIRST = frozenset({"list", "set", "frozenset", "iterator", "generator", "tuple"})


@dataclass(frozen=True)
class Scope:
    """Where an annotation stands: its module, the class around it and that class's type parameters."""

    module: Module
    owner: str = ""
    parameters: frozenset[str] = frozenset()


class Types:
    """Names the types of annotations; `public` maps the names of private modules to those users see."""

    def __init__(self, stubs: Stubs, public: dict[str, str]) -> None:
        self._stubs = stubs
        self._public = public

    def name(self, node: ast.expr | None, scope: Scope, depth: int = 0) -> str:
        """`numpy.ndarray`, `list[str]`, `(A, B)`, `self`, `None`, or `?` when it cannot be said."""
        if node is None or depth > 6:
            return "?"
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str):
                return self.name(ast.parse(node.value, mode="eval").body, scope, depth + 1)
            return "None" if node.value is None else "?"
        if isinstance(node, ast.BinOp):
            return union([self.name(side, scope, depth) for side in (node.left, node.right)])
        if isinstance(node, ast.Subscript):
            return self._subscript(node, scope, depth)
        if isinstance(node, ast.Name | ast.Attribute):
            return self._named(node, scope, depth)
        return "?"

    def _subscript(self, node: ast.Subscript, scope: Scope, depth: int) -> str:
        head = ast.unparse(node.value).rpartition(".")[2]
        inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if head == "Optional":
            return self.name(inner[0], scope, depth)
        if head == "Union":
            return union([self.name(item, scope, depth) for item in inner])
        if head == "Literal":
            values = {type(i.value).__name__ for i in inner if isinstance(i, ast.Constant)}
            return values.pop() if len(values) == 1 and values <= BUILTIN else "?"
        if head in ("Annotated", "Final", "ClassVar", "Required", "NotRequired"):
            return self.name(inner[0], scope, depth)
        if head in ("tuple", "Tuple") and len(inner) > 1 and not _is_ellipsis(inner[-1]):
            return self._tuple(inner, scope, depth)
        base = self.name(node.value, scope, depth + 1)
        if base == "dict" and len(inner) > 1:
            return _with_item(base, self.name(inner[1], scope, depth + 1))
        if base in ITEM_FIRST and inner:
            return _with_item(base, self.name(inner[0], scope, depth + 1))
        return base

    def _tuple(self, inner: Sequence[ast.expr], scope: Scope, depth: int) -> str:
        names = [self.name(item, scope, depth + 1) for item in inner]
        plain = ["?" if n.startswith("(") else n.partition("[")[0].replace("None", "?") for n in names]
        return f"({', '.join(plain)})" if set(plain) != {"?"} else "tuple"

    def _named(self, node: ast.Name | ast.Attribute, scope: Scope, depth: int) -> str:
        text = ast.unparse(node)
        last = text.rpartition(".")[2]
        if last == "Self":
            return "self"
        if last in ("NoReturn", "Never", "None"):
            return "None"
        if last in scope.parameters or last == "Any":
            return "?"
        if text in BUILTIN:
            return "?" if text == "object" else text
        found = self.find(text, scope.module)
        if found is not None and found.nodes and isinstance(found.nodes[0], ast.Assign | ast.AnnAssign):
            value = found.nodes[0].value
            if last in KNOWN:
                return KNOWN[last]
            bound = _type_variable(value)
            if bound is not None:
                return self.name(bound, Scope(found.module), depth + 1)
            return self.name(value, Scope(found.module), depth + 1)
        if last in KNOWN:
            return KNOWN[last]
        if found is not None and found.nodes and isinstance(found.nodes[0], ast.ClassDef):
            return self._class(found, depth)
        return "?"

    def _class(self, found: Found, depth: int) -> str:
        module = found.module.name
        if module in ("typing", "typing_extensions", "_typeshed") or module.startswith("_typeshed."):
            return "?"
        qualname = found.name if module == "builtins" else f"{module}.{found.name}"
        qualname = self._public.get(qualname, qualname)
        if not any(part.startswith("_") for part in qualname.split(".")):
            return qualname
        return self._public_base(found, depth)

    def _public_base(self, found: Found, depth: int) -> str:
        """What a private class is to users: the first of its bases that has a public name."""
        node = found.nodes[0]
        for base in node.bases if isinstance(node, ast.ClassDef) else ():
            head = base.value if isinstance(base, ast.Subscript) else base
            name = self.name(head, Scope(found.module), depth + 1)
            if name not in ("?", "self", "None", "iterator", "type"):
                return name
        return "?"

    def find(self, text: str, module: Module) -> Found | None:
        """The definition of a dotted name as a module sees it; builtins come last."""
        head, _, rest = text.partition(".")
        builtins = self._stubs.module("builtins")
        found = self._stubs.find(module, head) or (self._stubs.find(builtins, head) if builtins else None)
        while found is not None and rest:
            head, _, rest = rest.partition(".")
            if found.nodes:
                return None
            found = self._stubs.find(found.module, head)
        return found


def union(names: Sequence[str]) -> str:
    """The type that stands for several: the one left without None, an array before scalars, else `?`."""
    left = dict.fromkeys(name for name in names if name != "None")
    if not left:
        return "None"
    if len(left) == 1:
        return next(iter(left))
    if "numpy.ndarray" in left:
        return "numpy.ndarray"
    if set(left) <= {"int", "float", "bool"}:
        return "float"
    heads = {name.partition("[")[0] for name in left}
    return heads.pop() if len(heads) == 1 else "?"


def _type_variable(value: ast.expr | None) -> ast.expr | None:
    """The bound of `TypeVar(...)`, or its only kind of constraint."""
    if not isinstance(value, ast.Call) or not ast.unparse(value.func).endswith("TypeVar"):
        return None
    for keyword in value.keywords:
        if keyword.arg == "bound":
            return keyword.value
    return ast.Name("Any")


def _with_item(base: str, item: str) -> str:
    item = item.partition("[")[0]
    return base if item in ("?", "None") or item.startswith("(") else f"{base}[{item}]"


def _is_ellipsis(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is Ellipsis
