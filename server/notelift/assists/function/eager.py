"""What is known of calls by their name alone: which call their functions at once, which always run a body."""

from __future__ import annotations

import ast

_CALLING = frozenset(
    {"all", "any", "dict", "frozenset", "list", "max", "min", "set", "sorted", "sum", "tuple"}
)
_CALLING_METHODS = frozenset(
    {"agg", "aggregate", "apply", "applymap", "assign", "extend", "join", "sort", "sort_values", "transform"}
)
_SUPPRESSING = frozenset({"ExitStack", "AsyncExitStack", "assertRaises", "raises", "suppress"})

_PYPLOT = frozenset({"plt", "pyplot", "pylab"})


def called_name(node: ast.expr) -> str:
    """Return the last part of what is called, "" where it has no name."""
    callee = node.func if isinstance(node, ast.Call) else node
    if isinstance(callee, ast.Attribute):
        return callee.attr
    return callee.id if isinstance(callee, ast.Name) else ""


def called_at_once(call: ast.Call) -> bool:
    """Whether a call has done with the functions and generators that it is given when it returns."""
    if isinstance(call.func, ast.Name):
        return call.func.id in _CALLING
    return isinstance(call.func, ast.Attribute) and call.func.attr in _CALLING_METHODS


def is_certain_manager(node: ast.expr) -> bool:
    """Whether a context manager lets the errors of its body through, as far as its name tells."""
    return called_name(node) not in _SUPPRESSING


def is_surely_filled(node: ast.expr) -> bool:
    """Whether a loop over it runs at least once."""
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return any(not isinstance(each, ast.Starred) for each in node.elts)
    if isinstance(node, ast.Constant):
        return isinstance(node.value, (str, bytes)) and bool(node.value)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
        if node.func.id == "enumerate" and node.args:
            return is_surely_filled(node.args[0])
        if node.func.id == "range" and len(node.args) == 1:
            stop = node.args[0]
            return isinstance(stop, ast.Constant) and isinstance(stop.value, int) and stop.value > 0
    return False


def is_silent(node: ast.expr) -> bool:
    """Whether an expression surely gives None, which a cell does not display: `print(...)`, `plt.show()`."""
    if not isinstance(node, ast.Call):
        return False
    callee = node.func
    if isinstance(callee, ast.Attribute):
        if callee.attr == "close" and not node.args and not node.keywords:
            return True
        return callee.attr == "show" and isinstance(callee.value, ast.Name) and callee.value.id in _PYPLOT
    return isinstance(callee, ast.Name) and callee.id in ("print", "display")
