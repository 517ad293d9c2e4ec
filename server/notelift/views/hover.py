"""What is shown of a name or a call where the pointer rests: a few lines of Markdown."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from notelift.cells.code import read_cell
from notelift.cells.places import Region
from notelift.flow.graph import Statement
from notelift.flow.names import BUILTINS
from notelift.flow.observing import Observation
from notelift.notebook.magics import translate
from notelift.queries.hidden import Kernel
from notelift.views.calls import CallWords, call_words, signature
from notelift.views.history import Change, History, Look, look, variable_at
from notelift.views.markdown import Link, Places, code, listed, no_link, one_line
from notelift.views.names import Callee, Occurrence, callee_at
from notelift.views.sources import UNKNOWN_PATH, Sources, defines, is_import, is_literal, sources_of
from notelift.views.states import SAME, cell_sentence, variable_sentence
from notelift.views.types import shown_type

_SHOWN_STATEMENTS = 3
_SHOWN_STEPS = 3
_SHOWN_CELLS = 6
_SHOWN_SOURCES = 4
_MOST_CODE = 200
_CONSTANT_WIDTH = 32


Infer = Callable[[str], str]
"""Gives the type of the name in the last line of some code, "" where it is not known."""


def nothing_inferred(code: str) -> str:
    """Return "": for readers that have nobody to ask."""
    return ""


@dataclass(frozen=True, slots=True)
class Hover:
    """Markdown on what stands in a region of a cell."""

    markdown: str
    region: Region


def hover(
    kernel: Kernel,
    cell: int,
    source: str,
    line: int,
    column: int,
    link: Link = no_link,
    infer: Infer = nothing_inferred,
) -> Hover | None:
    """Return what is known of the name or call at a place of a cell, None where there is none.

    `source` is the text that the cell has; `infer` is asked for the type where the analysis knows none.
    """
    occurrence = variable_at(kernel, cell, source, line, column)
    callee = callee_at(source, line, column) if kernel.session.notebook.cells[cell].is_python else None
    if occurrence is None and callee is None:
        return None
    found = Look(None) if occurrence is None else look(kernel, cell, occurrence)
    words = None if callee is None else call_words(kernel, cell, callee, _own_observation(found, callee))
    page = _Page(kernel, cell, link, infer)
    blocks = []
    if occurrence is not None:
        blocks.append(list(page.variable(occurrence, found)))
    if words is not None:
        blocks.append(list(_call(words, titled=not any(blocks))))
    text = "\n\n".join("  \n".join(lines) for lines in blocks if lines)
    region = occurrence.region if occurrence is not None else callee.region if callee is not None else None
    return Hover(text, region) if text and region is not None else None


def _own_observation(found: Look, callee: Callee) -> Observation | None:
    """The observation of the statement in which the call is made, where the variable's look has it."""
    return None if found.caller is not None or callee.inside else found.observation


class _Page:
    """Writes the lines on a variable of a notebook."""

    def __init__(self, kernel: Kernel, cell: int, link: Link, infer: Infer) -> None:
        self._infer = infer
        self._kernel = kernel
        self._cell = cell
        self._places = Places(kernel.session.notebook, link)

    def variable(self, occurrence: Occurrence, found: Look) -> Iterator[str]:
        """Yield the lines on a variable where it is named; none on a builtin."""
        name, history = occurrence.name, found.history
        if history is None:
            if found.unbound is not None and name not in BUILTINS:
                yield f"**{code(name)}**"
                yield from self._unbound(name, found.unbound)
            return
        definition = _definition(history.made)
        module = found.observation.means(name) if found.observation else ""
        imported = bool(history.made) and all(map(is_import, history.made))
        type_name = shown_type(history.value.type)
        if not type_name and not imported and definition is None:
            type_name = self._infer(_code_of(history))
        yield _title(name, type_name, module if imported else "", definition)
        if found.caller is not None:
            yield f"As it is when {self._places.of(found.caller)} calls `{occurrence.inside}`"
        yield from self._made(history, imported, definition is not None)
        yield from self._changed(history.changed)
        sources = None if imported or definition is not None else _sources(history)
        if sources is not None:
            yield from self._from(history, sources)
        if history.changed_later:
            statements = [each.statement for each in history.changed_later]
            certain = any(each.must for each in history.changed_later)
            yield f"{'Changed' if certain else 'Perhaps changed'} later in {self._cells(statements)}"
        if history.readers:
            yield f"Read in {self._cells(history.readers)}"
        yield from self._state(history, sources, says_same=not imported)

    def _unbound(self, name: str, reader: Statement) -> Iterator[str]:
        binders = [each for each in self._kernel.written.dataflow.statements() if name in each.binds]
        before = [each for each in binders if each.site < reader.site]
        later = [each for each in binders if each.site > reader.site]
        if before:
            yield f"Deleted in {self._places.of(before[-1])}: {one_line(before[-1].source)}"
        else:
            yield "Bound by no statement before this one"
        if later:
            yield f"Bound later in {self._cells(later)}"
        sentence = variable_sentence(self._kernel, name)
        if sentence and sentence != SAME:
            yield sentence

    def _made(self, history: History, imported: bool, defined: bool) -> Iterator[str]:
        verb = "Imported" if imported else "Defined" if defined else "Made"
        if not history.is_certain:
            verb = f"Perhaps {verb.lower()}"
        made = history.made
        if len(made) > _SHOWN_STATEMENTS:
            yield f"{verb} in one of {self._cells(made)}"
            return
        for number, statement in enumerate(made):
            how = f"{verb} in" if not number else "or in"
            text = "" if defined else f": {one_line(statement.source)}"
            yield f"{how} {self._places.of(statement)}{text}"

    def _changed(self, changes: Sequence[Change]) -> Iterator[str]:
        if len(changes) > _SHOWN_STATEMENTS:
            first, changes = changes[:-2], changes[-2:]
            statements = "a statement" if len(first) == 1 else f"{len(first)} statements"
            yield f"Changed by {statements} in {self._cells([each.statement for each in first])}"
        for change in changes:
            verb = "Changed" if change.must else "Perhaps changed"
            yield f"{verb} in {self._places.of(change.statement)}: {one_line(change.statement.source)}"

    def _from(self, history: History, found: Sources) -> Iterator[str]:
        """What it comes from: the nearest statements, then files, constants and random numbers."""
        all_steps = [each for each in history.steps if not is_import(each)]
        steps = [each for each in all_steps if not is_literal(each) and not defines(each)]
        shown = sorted(steps[:_SHOWN_STEPS], key=lambda each: each.site)
        for statement in shown:
            yield f"From {self._places.of(statement)}: {one_line(statement.source)}"
        if len(steps) > len(shown):
            rest = steps[len(shown) :]
            noun = "statement" if len(rest) == 1 else "statements"
            yield f"and {len(rest)} more {noun} in {self._cells(rest)}"
        known = [code(file) for file in found.files if file != UNKNOWN_PATH]
        if known:
            known[0] = f"{'files' if len(known) > 1 else 'file'} {known[0]}"
        files = [*known, "a file that is not known"] if UNKNOWN_PATH in found.files else known
        constants = [
            f"{one_line(each.source, _CONSTANT_WIDTH)} in {self._places.of(each)}"
            for each in found.literals
            if each not in history.made
        ]
        streams = [
            f"{stream.name} (seeded in {self._cells(stream.seeded)})"
            if stream.seeded
            else f"{stream.name} (not seeded)"
            for stream in found.streams
        ]
        words = [*files, *streams, *constants]
        if words:
            yield f"Rests on {listed(words, _SHOWN_SOURCES)}"

    def _state(self, history: History, sources: Sources | None, says_same: bool) -> Iterator[str]:
        sentence = variable_sentence(self._kernel, history.name) if history.is_last else ""
        if sentence == SAME and not says_same:
            return
        if sentence == SAME and sources and any(not stream.seeded for stream in sources.streams):
            sentence = f"{SAME}, but for random numbers that nothing seeds"
        if not sentence:
            sentence = cell_sentence(self._kernel, self._cell)
        if sentence:
            yield sentence

    def _cells(self, statements: Sequence[Statement]) -> str:
        return self._places.cells(statements, _SHOWN_CELLS)


def _sources(history: History) -> Sources:
    """What a value rests on, imports left out."""
    own = [*history.made, *(each.statement for each in history.changed)]
    return sources_of([*own, *(each for each in history.steps if not is_import(each))])


def _title(name: str, type_name: str, module: str, definition: ast.stmt | None) -> str:
    if isinstance(definition, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return f"**{code(signature(definition))}**"
    if isinstance(definition, ast.ClassDef):
        bases = ", ".join(map(ast.unparse, definition.bases))
        return f"**{code(f'class {name}({bases})' if bases else f'class {name}')}**"
    kind = ("" if module == name else module) if module else type_name
    return f"**{code(name)}** {code(kind)}" if kind else f"**{code(name)}**"


def _code_of(history: History) -> str:
    """The statements that make the value, and its name."""
    changed = (each.statement for each in history.changed)
    statements = {each.site: each for each in (*history.made, *changed, *history.steps)}
    texts = [translate(statements[site].source).python for site in sorted(statements)]
    return "\n".join([*texts[-_MOST_CODE:], history.name])


def _definition(made: Sequence[Statement]) -> ast.stmt | None:
    """The definition that alone made it, where a function or class is defined."""
    if len(made) != 1 or not defines(made[0]):
        return None
    return read_cell(made[0].source).statements[0].node


def _call(words: CallWords, titled: bool) -> Iterator[str]:
    does = listed(words.does, len(words.does)) if words.does else ""
    if titled:
        gives = f" gives {code(words.type)}" if words.type else ""
        yield f"**{code(words.name + '()')}**{gives}"
        if does:
            yield does[0].upper() + does[1:]
        yield words.known[0].upper() + words.known[1:]
        return
    yield f"This call {does}, {words.known}" if does else f"This call: {words.known}"
