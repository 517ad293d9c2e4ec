"""A file is read by a cell that stands before the one that writes it.

After *Restart & Run All* in a fresh checkout the file is not there yet, or it is the one that an earlier
run left: what is read depends on how often the notebook has run. The rule compares paths that are known in
full, reads and writes outside of `if` and `try`, and counts a file that a cell has written before as
written.

Instead of

    scores = pd.read_csv("scores.csv")  # cell 1
    model.score(data).to_csv("scores.csv")  # cell 7

move the reading behind the writing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from notelift.checks.context import Context
from notelift.checks.model import Fix, Problem, Related, Rule
from notelift.flow.graph import RunFlow, Statement

_WRITES = frozenset({"write", "append", "remove", "make"})
_MAYBE = (ast.If, ast.Try, ast.For, ast.While, ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)


def check(context: Context) -> Iterator[Problem]:
    """Yield a problem for each file that is read before it is written."""
    reads: dict[str, Statement] = {}
    touched: set[str] = set()
    anything_written = False
    for statement in context.in_runs(_with_files):
        read, written = _files(statement, "read"), _files(statement, "write")
        for path in sorted(written & reads.keys() - read):
            if not anything_written and not _is_conditional(context, statement):
                yield _problem(context, reads.pop(path), statement, path)
        for effect, resource in statement.world:
            if effect in _WRITES and resource.startswith("file:"):
                touched.add(resource)
                anything_written = anything_written or resource == "file:…"
        if not _is_conditional(context, statement):
            for path in read - touched:
                reads.setdefault(path, statement)
        for path in touched & reads.keys():
            del reads[path]


def _with_files(run: RunFlow) -> Iterator[Statement]:
    """The statements of a run that do something with a file."""
    for statement in run.statements:
        if any(resource.startswith("file:") for _, resource in statement.world):
            yield statement


def _files(statement: Statement, effect: str) -> set[str]:
    """The files that a statement reads or writes whose whole path is known."""
    return {
        resource
        for what, resource in statement.world
        if what == effect and resource.startswith("file:") and "…" not in resource and "://" not in resource
    }


def _is_conditional(context: Context, statement: Statement) -> bool:
    cell = context.cell(statement.site.run)
    return isinstance(context.code(cell).statements[statement.site.statement].node, _MAYBE)


def _problem(context: Context, reader: Statement, writer: Statement, resource: str) -> Problem:
    path = resource.removeprefix("file:")
    where = context.label(writer.cell)
    if writer.cell == reader.cell:
        where = f"line {writer.line}"
    place = context.statement_place(writer, writer.cell)
    return Problem(
        context.statement_place(reader, reader.cell),
        f"`{path}` is read here and written later, in {where}: a fresh run reads the file of the run before",
        reader.binds,
        (Related(place, f"writes `{path}`"),),
        Fix(f"Read `{path}` after it is written, or write to another file."),
    )


RULE = Rule("NL203", "reads-later-write", "warning", check)
