"""What the rules on hidden state share: labels, places, and a problem for a root cause."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from notelift.checks.context import Context
from notelift.checks.model import Fix, Place, Problem, Related
from notelift.queries.hidden import Kind, Reader, RootCause
from notelift.queries.wording import list_in_words, thing

_SHOWN = 4


def roots(context: Context, kind: Kind) -> Iterator[RootCause]:
    """Yield the root causes of a kind whose cell is there."""
    for root in context.root_causes():
        if root.kind == kind:
            yield root


def label(cell: int, order: int | None) -> str:
    """Return what the user sees of a run: its count, or the cell where there is none."""
    return f"cell {cell}" if order is None else f"[{order}]"


def reader_label(root: RootCause) -> str:
    """Return what the user sees of the first cell that read what the cause is about."""
    reader = root.readers[0]
    return label(reader.cell, reader.order)


def source_label(root: RootCause) -> str:
    """Return what the user sees of the run that is at fault."""
    return label(root.cause.cell, root.cause.order)


def value(root: RootCause) -> str:
    """Return what is read otherwise, in words."""
    return thing(root.cause.name)


def come_out(root: RootCause) -> str:
    """Return `: after a restart x comes out differently`, or nothing where no variable does."""
    if not root.names:
        return ""
    verb = "comes" if len(root.names) == 1 else "come"
    return f": after a restart {some_names(root.names)} {verb} out differently"


def some_names(names: Sequence[str]) -> str:
    """Return the names in words, the first of them where they are many."""
    shown = [f"`{name}`" for name in names[:_SHOWN]]
    if len(names) > _SHOWN:
        shown.append(f"{len(names) - _SHOWN} more")
    return list_in_words(shown)


def place(context: Context, cell: int, line: int = 1) -> Place:
    """Return the place of the statement of a cell at a line, or of the nearest before it."""
    found = context.cell_at(cell)
    statements = context.code(found).statements
    at = [each for each in statements if each.line <= line] or list(statements[:1])
    if not at:
        return context.line_place(found, min(line, found.source.count("\n") + 1))
    return context.statement_place(at[-1], cell)


def related(context: Context, readers: Sequence[Reader], message: str) -> tuple[Related, ...]:
    """Return the places of readers, with what they are."""
    return tuple(Related(place(context, reader.cell, reader.line), message) for reader in readers)


def problem(
    context: Context, root: RootCause, where: Place, message: str, others: tuple[Related, ...], fix: str
) -> Problem:
    """Return the problem of a root cause: a hint where only possible effects make it."""
    return Problem(
        where,
        message + come_out(root),
        root.names or ((root.cause.name,) if root.cause.name.isidentifier() else ()),
        others,
        Fix(fix),
        None if root.certain else "hint",
    )


def is_expected_to_fail(context: Context, cell: int) -> bool:
    """Whether the author tagged the cell as one that raises."""
    return "raises-exception" in context.cell_at(cell).tags
