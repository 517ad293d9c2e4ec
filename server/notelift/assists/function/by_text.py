"""Names that code reaches by their text: `eval`, `globals()`, magics, queries and formulas."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from notelift.assists.function.eager import called_name
from notelift.cells.code import magic_of
from notelift.cells.sql import tables_in

_WORD = re.compile(r"[^\W\d]\w*")
_NAMESPACE = frozenset({"exec", "eval", "globals", "get_ipython", "compile"})
_OF_FRAME = frozenset({"locals", "vars", "dir"})
_FRAMES = frozenset({"_getframe", "currentframe", "stack", "trace"})
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
# These take names of variables in the texts that they are given.
_TEXT_CALLS = frozenset(
    {
        "dmatrices",
        "dmatrix",
        "eval",
        "evaluate",
        "from_formula",
        "glm",
        "logit",
        "mixedlm",
        "ols",
        "poisson",
        "probit",
        "query",
        "rlm",
        "sql",
        "sqldf",
        "timeit",
        "wls",
    }
)
# These take SQL, which may read data frames by the names of variables.
_SQL_CALLS = frozenset({"execute", "executemany", "from_query", "query_df"})
_LISTING = frozenset({"who", "who_ls", "whos", "store", "history", "reset_selective", "xdel"})


def words_of(text: str) -> frozenset[str]:
    """Return all that could be a name in a text."""
    return frozenset(_WORD.findall(text))


def text_names(node: ast.AST) -> frozenset[str]:
    """Return the words of the texts in a statement that may be names of variables."""
    found: set[str] = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Call):
            magic = magic_of(part)
            if magic is not None:
                found |= words_of(f"{magic.arguments}\n{magic.body}")
            elif called_name(part) in _TEXT_CALLS:
                for each in ast.walk(part):
                    if isinstance(each, ast.Constant) and isinstance(each.value, str):
                        found |= words_of(each.value)
            elif called_name(part) in _SQL_CALLS:
                for each in ast.walk(part):
                    if isinstance(each, ast.Constant) and isinstance(each.value, str):
                        found.update(tables_in(each.value))
        elif isinstance(part, ast.Constant) and isinstance(part.value, str) and _is_query(part.value):
            found |= words_of(part.value)
    return frozenset(found)


def nested_text_names(node: ast.AST) -> frozenset[str]:
    """Return such words of texts in nested scopes, which do not find the variables of a function."""
    found: set[str] = set()
    nested = (*_FUNCTIONS, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
    for part in ast.walk(node):
        if isinstance(part, nested):
            found |= text_names(part)
    return frozenset(found)


def _is_query(text: str) -> bool:
    return "@" in text or "~" in text


def namespace_use(node: ast.AST, *, now: bool) -> str:
    """Return a builtin in a statement that reaches variables by their text, "" if there is none.

    With `now` false only those in functions count: they are called later.
    """
    for part, deferred in _parts(node):
        if not deferred and not now:
            continue
        if isinstance(part, ast.Name) and part.id in _NAMESPACE and isinstance(part.ctx, ast.Load):
            return part.id
        if isinstance(part, ast.Attribute) and part.attr in _FRAMES and _is_frame_access(part):
            return part.attr
        if not deferred and isinstance(part, ast.Call) and (name := _of_frame(part)):
            return f"{name}()"
    return ""


def _of_frame(call: ast.Call) -> str:
    """The name of a builtin that is called for the variables of its place, "" for others."""
    bare = isinstance(call.func, ast.Name) and not call.args and not call.keywords
    name = called_name(call) if bare else ""
    return name if name in _OF_FRAME else ""


def _is_frame_access(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id in ("sys", "inspect")


def _parts(node: ast.AST) -> Iterator[tuple[ast.AST, bool]]:
    """The parts of a statement, and whether they run later."""
    pending = [(node, False)]
    while pending:
        part, deferred = pending.pop()
        yield part, deferred
        inner = deferred or isinstance(part, _FUNCTIONS)
        pending.extend((child, inner) for child in ast.iter_child_nodes(part))


def shown_magic(node: ast.AST) -> str:
    """Return a magic in a statement that lists or stores the variables, "" if there is none."""
    if not isinstance(node, (ast.Expr, ast.Assign)):
        return ""
    for part in ast.walk(node):
        magic = magic_of(part)
        if magic is not None and magic.name in _LISTING:
            return magic.name
    return ""
