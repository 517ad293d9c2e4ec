"""Random numbers that come out alike in each run: a seed before the first draw, or one for the call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from notelift.assists.fixing import KIND, checked, data_of, found, of_rules
from notelift.assists.model import Ask, Assist, Data, Offer, Refused
from notelift.assists.texts import before, with_argument, with_import
from notelift.cells.code import read_cell
from notelift.checks.context import Context
from notelift.checks.model import Finding
from notelift.checks.randomness import ENTROPY, Draw, draws
from notelift.edits.change import NotebookChange, TextEdit
from notelift.flow.graph import Site

RULES = ("unseeded-random",)


class _Seed(NamedTuple):
    """The function that seeds a stream, and how its library is imported where it is not."""

    function: str
    import_: str


_SEEDS = {
    "random:random": _Seed("random.seed", "import random"),
    "random:numpy": _Seed("numpy.random.seed", "import numpy as np"),
    "random:torch": _Seed("torch.manual_seed", "import torch"),
    "random:tensorflow": _Seed("tensorflow.random.set_seed", "import tensorflow as tf"),
    "random:cv2": _Seed("cv2.setRNGSeed", "import cv2"),
}


def offers(ask: Ask) -> Iterator[Offer]:
    """Yield the seeds that each finding can be settled with, first the one that fits it best."""
    for finding in of_rules(ask, RULES):
        context = ask.context
        group = _group(context, finding)
        if not group:
            continue
        first = group[0]
        seed = _SEEDS.get(first.stream)
        by_argument = all(draw.parameter for draw in group)
        prefer_argument = by_argument and (len(group) == 1 or seed is None)
        if by_argument:
            yield Offer(
                _argument_title(group),
                KIND,
                {**data_of(finding), "how": "argument"},
                fixes=(finding,),
                preferred=prefer_argument,
            )
        if seed is not None:
            code = _seed_code(context, first.call.site, seed)[0]
            yield Offer(
                f"Write `{code}` before the first draw",
                KIND,
                {**data_of(finding), "how": "seed"},
                fixes=(finding,),
                preferred=not prefer_argument,
            )


def build(ask: Ask, data: Data) -> NotebookChange:
    """Return the arguments, or the line with the seed. Raises Refused where they would not do."""
    finding = found(ask, data)
    context = ask.context
    group = _group(context, finding)
    if not group:
        raise Refused("the draws have changed: ask for the fixes again")
    edits = _arguments(context, group) if data["how"] == "argument" else _seed(context, group[0])
    return checked(ask, NotebookChange(tuple(edits)), finding)


def _group(context: Context, finding: Finding) -> list[Draw]:
    """The draws that a finding is about: its own, and those that are related."""
    own = (finding.cell, finding.line, finding.column, finding.end_line, finding.end_column)
    places = {own, *(tuple(related.place) for related in finding.related)}
    group = [draw for draw in draws(context) if _place(context, draw) in places]
    group.sort(key=lambda draw: _place(context, draw) != own)
    return [draw for draw in group if draw.stream == group[0].stream]


def _place(context: Context, draw: Draw) -> tuple[int, ...]:
    return tuple(context.place(draw.call.cell, draw.call.fact.node))


def _argument_title(group: Sequence[Draw]) -> str:
    argument = f"{group[0].parameter}=0"
    if len(group) == 1:
        shown = _argument(group[0])
        return f"Pass `{shown}` to `{group[0].call.fact.dotted or 'the call'}`"
    return f"Pass `{argument}` to these {len(group)} calls"


def _argument(draw: Draw) -> str:
    """The argument as it is written: what makes a generator takes its seed first."""
    node = draw.call.fact.node
    is_first = draw.stream == ENTROPY and not node.args and not node.keywords
    return "0" if is_first else f"{draw.parameter}=0"


def _arguments(context: Context, group: Sequence[Draw]) -> Iterator[TextEdit]:
    for draw in group:
        cell = draw.call.cell
        edit = with_argument(cell, context.place(cell, draw.call.fact.node), _argument(draw))
        if edit is None:
            raise Refused(f"the call in cell {cell.index} is written in a form that is not edited")
        yield edit


def _seed(context: Context, draw: Draw) -> Iterator[TextEdit]:
    seed = _SEEDS.get(draw.stream)
    if seed is None:
        raise Refused(f"nothing is known that seeds {draw.stream.partition(':')[2]}")
    cell, site = draw.call.cell, draw.call.site
    code, is_bound = _seed_code(context, site, seed)
    statement = read_cell(cell.source).statements[site.statement]
    if is_bound:
        yield before(cell, statement, code)
        return
    imported = with_import(context.cells, cell, seed.import_)
    line = before(cell, statement, code)
    if (imported.cell_id, imported.line, imported.column) == (line.cell_id, line.line, line.column):
        yield TextEdit(*_range(line), imported.text + line.text)
    else:
        yield from (imported, line)


def _range(edit: TextEdit) -> tuple[str, int, int, int, int]:
    return edit.cell_id, edit.line, edit.column, edit.end_line, edit.end_column


def _seed_code(context: Context, site: Site, seed: _Seed) -> tuple[str, bool]:
    """The call that seeds, and whether what it names is bound at a statement."""
    parts = seed.function.split(".")
    for run, cell in enumerate(context.cells[: site.run + 1]):
        for fact in context.facts(cell).imports:
            if fact.deferred or (run, fact.statement) >= site or context.is_rebound(fact.name):
                continue
            for length in range(len(parts) - 1, 0, -1):
                if fact.qualname == ".".join(parts[:length]):
                    return f"{'.'.join([fact.name, *parts[length:]])}(0)", True
    name = seed.import_.split()[-1]
    return f"{'.'.join([name, *parts[1:]])}(0)", False


ASSIST = Assist("seed-stream", (KIND,), offers, build)
