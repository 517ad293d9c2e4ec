"""The code of statements as hashes: comments, layout and places do not count."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from hashlib import blake2b

from notelift.cells.code import memoised_by_cell, read_cell
from notelift.notebook.magics import PLACEHOLDER, Magic

DIGEST_SIZE = 16
# What no value depends on: how a name is used follows from where it stands, `u"x"` is `"x"`.
_SILENT = frozenset({"ctx", "kind", "type_comment"})


@memoised_by_cell
def statement_codes(source: str) -> tuple[bytes, ...]:
    """Return a hash of the code of each statement of a cell."""
    cell = read_cell(source)
    return tuple(_code(statement.node, cell.magics) for statement in cell.statements)


def _code(node: ast.stmt, magics: Sequence[Magic]) -> bytes:
    digest = blake2b(digest_size=DIGEST_SIZE)
    waiting: list[object] = [node]
    while waiting:
        part = waiting.pop()
        magic = _magic(part, magics)
        if magic is not None:
            text = "\0".join(("magic", magic.kind, magic.name, magic.arguments, magic.body))
        elif isinstance(part, ast.AST):
            parts = _parts(part)
            text = f"{type(part).__name__} {len(parts)}"
            waiting += reversed(parts)
        elif isinstance(part, list):
            text = f"[{len(part)}"
            waiting += reversed(part)
        else:
            text = _plain(part)
        digest.update(f"{text}\0".encode(errors="surrogatepass"))
    return digest.digest()


def _parts(node: ast.AST) -> list[object]:
    """The names of the fields that are not empty, each with its content: the same in every Python."""
    found: list[object] = []
    for name, value in ast.iter_fields(node):
        if name not in _SILENT and value != []:
            if value is None and not isinstance(node, ast.Constant):
                continue
            found += [name, value]
    return found


def _plain(value: object) -> str:
    # The decimal digits of a long integer cannot be asked for.
    return f"int {value:x}" if type(value) is int else repr(value)


def _magic(part: object, magics: Sequence[Magic]) -> Magic | None:
    """The magic that a call stands for."""
    if (
        magics
        and isinstance(part, ast.Call)
        and isinstance(part.func, ast.Name)
        and part.func.id == PLACEHOLDER
        and len(part.args) == 1
        and isinstance(part.args[0], ast.Constant)
        and isinstance(part.args[0].value, int)
    ):
        return magics[part.args[0].value]
    return None
