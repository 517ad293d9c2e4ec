"""Provenance numbers: what a statement, a value or a file is made of, as one hash to compare timelines by."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b

from notelift.cells.code import read_cell
from notelift.flow.graph import Dataflow, Dependency, Site
from notelift.notebook.magics import PLACEHOLDER, Magic

_SIZE = 16
# What no value depends on: how a name is used follows from where it stands, `u"x"` is `"x"`.
_SILENT = frozenset({"ctx", "kind", "type_comment"})


def numbers(dataflow: Dataflow) -> Provenance:
    """The provenance of everything on a dataflow."""
    return Provenance(dataflow)


@dataclass(frozen=True)
class Provenance:
    """Numbers of statements, values and files, computed when they are asked for.

    A statement's number is a hash of its code and of the numbers of all that it reads. Equal numbers, on one
    timeline or on two, say that running gives equal values; comments, layout and the place of a cell do not
    count.
    """

    dataflow: Dataflow
    _known: dict[Site, bytes] = field(default_factory=dict, init=False, repr=False, compare=False)

    def of_statement(self, site: Site) -> str:
        """The number of a statement. Raises IndexError when the timeline has none there."""
        return self._number(site).hex()

    def of_value(self, name: str) -> str:
        """The number of what a name holds at the end. Raises KeyError when it is not bound."""
        return self._combined(b"value", self.dataflow.values[name].reads)

    def of_file(self, path: str) -> str:
        """The number of what is in a file at the end. Raises KeyError when no statement writes it."""
        return self._combined(b"file", self.dataflow.files[path])

    def _combined(self, what: bytes, reads: Sequence[Dependency]) -> str:
        for needs in reads:
            self._number(needs.source)
        return self._hash(what, reads).hex()

    def _number(self, site: Site) -> bytes:
        """The number of a statement; those of its sources first, without recursion."""
        known = self._known
        waiting = [site]
        while waiting:
            current = waiting[-1]
            if current not in known:
                reads = self.dataflow.statement(current).reads
                missing = [needs.source for needs in reads if needs.source not in known]
                if missing:
                    waiting += missing
                    continue
                source = self.dataflow.runs[current.run].run.source
                known[current] = self._hash(statement_codes(source)[current.statement], reads)
            waiting.pop()
        return known[site]

    def _hash(self, code: bytes, reads: Iterable[Dependency]) -> bytes:
        digest = blake2b(code, digest_size=_SIZE)
        binders: set[tuple[str, bytes]] = set()
        for needs in sorted(reads, key=_order):
            number = self._known[needs.source]
            if needs.kind == "name":
                # Several may have bound the name; what binds it alike once more adds nothing.
                if (needs.name, number) in binders:
                    continue
                binders.add((needs.name, number))
            digest.update(f"\0{needs.kind}\0{needs.name}\0".encode(errors="surrogatepass"))
            digest.update(number)
        return digest.digest()


def _order(needs: Dependency) -> tuple[str, str, Site, str]:
    """Sources of one thing stay in the order in which they ran; for different things the order is nothing."""
    return needs.kind, _thing(needs), needs.source, needs.name


def _thing(needs: Dependency) -> str:
    if needs.kind == "object":
        # The order in which items were set is the order of the keys and columns.
        return needs.name.partition("[")[0].partition(".")[0]
    if needs.kind == "world" and ":" not in needs.name:
        # A variable of the environment and the whole of it have different names.
        return ""
    return needs.name


@lru_cache(maxsize=4096)
def statement_codes(source: str) -> tuple[bytes, ...]:
    """A hash of the code of each statement of a cell; comments and layout do not count."""
    cell = read_cell(source)
    return tuple(_code(statement.node, cell.magics) for statement in cell.statements)


def _code(node: ast.stmt, magics: Sequence[Magic]) -> bytes:
    digest = blake2b(digest_size=_SIZE)
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
