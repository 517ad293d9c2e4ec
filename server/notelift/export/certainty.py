"""Whether the type that the analysis has for a value is certain, so that an annotation may say it.

The analysis takes the likely type where that tells what a method does: `np.mean` gives an array, or a number.
An annotation is believed, so it says only what the code that gives the value leaves no doubt of.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from notelift.export.imports import imported
from notelift.export.pieces import Piece

_DISPLAYS = (
    ast.Constant,
    ast.Dict,
    ast.DictComp,
    ast.JoinedStr,
    ast.List,
    ast.ListComp,
    ast.Set,
    ast.SetComp,
    ast.Tuple,
)
# Those that give what their name says, whatever they are given.
_BUILTINS = frozenset(
    {"all", "any", "ascii", "bin", "bool", "bytearray", "bytes", "callable", "chr", "complex", "dict"}
    | {"float", "format", "frozenset", "hash", "hex", "id", "input", "int", "isinstance", "issubclass", "len"}
    | {"list", "oct", "open", "ord", "print", "range", "repr", "set", "slice", "sorted", "str", "tuple"}
)
# Those whose result has the type of an item, of a default, or of what a function gives, or depends otherwise
# on what they are given.
_OPEN = frozenset(
    {"agg", "aggregate", "apply", "applymap", "argmax", "argmin", "concat", "divmod", "dot", "ewm"}
    | {
        "expanding",
        "get",
        "iloc",
        "item",
        "loc",
        "map",
        "median",
        "mode",
        "pipe",
        "pop",
        "popitem",
        "rdivmod",
        "reduce",
        "rolling",
        "setdefault",
    }
    | {"squeeze", "transform", "unstack", "xs"}
)
# With these a call gives something else than without them.
_SWITCHES = frozenset(
    {"chunksize", "inplace", "iterator", "retstep", "return_counts", "return_index", "return_inverse"}
    | {"squeeze", "typ"}
)
_ACCESSORS = frozenset({"T", "cat", "dt", "iloc", "loc", "str"})
_ARRAY = "numpy.ndarray"
_MAKES_ARRAY = frozenset(
    {"arange", "array", "column_stack", "concatenate", "diag", "empty", "empty_like", "eye", "full"}
    | {"full_like", "hstack", "identity", "linspace", "logspace", "ones", "ones_like", "stack", "vstack"}
    | {"zeros", "zeros_like"}
)
_SUBSCRIPTED = frozenset({"pandas.DataFrame", "pandas.Series", "str"})
_FIGURE = "matplotlib.figure.Figure"


class Certainty:
    """Knows the statements that give the values of names, in their order."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._pieces = pieces

    def has(self, name: str, type_: str) -> bool:
        """Whether a name surely holds a value of a type at the end, if the analysis says so."""
        return self._name(name, len(self._pieces), type_)

    def _name(self, name: str, before: int, type_: str = "") -> bool:
        binders = [at for at, piece in enumerate(self._pieces[:before]) if name in piece.names.all_binds]
        if not binders or any(name in piece.names.outer_binds for piece in self._pieces):
            return False
        node = self._pieces[binders[-1]].node
        if not isinstance(node, (ast.Assign, ast.AnnAssign)) or node.value is None:
            return False
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if not all(isinstance(target, ast.Name) for target in targets):
            return type_ == _FIGURE and isinstance(node.value, ast.Call)
        return self._value(node.value, binders[-1], type_)

    def _value(self, value: ast.expr, at: int, type_: str = "") -> bool:
        """Whether the value of an expression is surely of its type; `type_` is that, where it is known."""
        if isinstance(value, ast.Call):
            return self._call(value, at, type_)
        if type_ == _ARRAY and not isinstance(value, ast.Name):
            return False
        if isinstance(value, _DISPLAYS):
            return True
        if isinstance(value, ast.Name):
            return self._name(value.id, at, type_)
        if isinstance(value, ast.UnaryOp):
            return isinstance(value.op, ast.Not) or self._value(value.operand, at)
        if isinstance(value, ast.BinOp):
            # A power of integers may be a fraction, and a product of matrices a number.
            is_open = isinstance(value.op, (ast.Pow, ast.MatMult))
            return not is_open and self._value(value.left, at) and self._value(value.right, at)
        if isinstance(value, ast.Compare):
            return all(isinstance(op, (ast.In, ast.NotIn, ast.Is, ast.IsNot)) for op in value.ops)
        if isinstance(value, ast.Subscript):
            return (not type_ or type_ in _SUBSCRIPTED) and self._value(value.value, at)
        return isinstance(value, ast.Attribute) and value.attr in _ACCESSORS and self._value(value.value, at)

    def _call(self, call: ast.Call, at: int, type_: str) -> bool:
        if any(keyword.arg is None or keyword.arg in _SWITCHES for keyword in call.keywords):
            return False
        function = call.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        if name in _OPEN or (type_ == _ARRAY and name not in _MAKES_ARRAY):
            return False
        if self._is_imported(function, at):
            return True
        if isinstance(function, ast.Attribute):
            return self._value(function.value, at)
        return name in _BUILTINS and not any(name in piece.names.all_binds for piece in self._pieces)

    def _is_imported(self, function: ast.expr, at: int) -> bool:
        """Whether a function is one of a library: imported, or an attribute of what is."""
        while isinstance(function, ast.Attribute):
            function = function.value
        if not isinstance(function, ast.Name):
            return False
        binders = [piece for piece in self._pieces[:at] if function.id in piece.names.all_binds]
        return bool(binders) and all(imported(piece.node) for piece in binders)
