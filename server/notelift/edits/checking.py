"""Whether a change of a notebook may be offered: what every edit must leave as it was."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping

from notelift.cells.code import read_cell
from notelift.edits.applying import Applied, ChangeError, apply
from notelift.edits.change import NotebookChange
from notelift.flow.analysis import Analysis, analyse
from notelift.flow.graph import Dataflow, Dependency, Site
from notelift.notebook.timelines import written_timeline
from notelift.queries.hidden import Kernel
from notelift.queries.unbound import unbound_reads

Edge = tuple[Site | None, str]


def check_change(change: NotebookChange, kernel: Kernel) -> str:
    """Return why the change must not be offered, in a sentence; "" where nothing speaks against it.

    The cells and modules that it touches must compile, and no name may be read before anything binds it that
    was bound before. `kernel` is of the notebook as it is.
    """
    try:
        applied = apply(change, kernel.session.notebook)
    except ChangeError as error:
        return str(error)
    return next(_faults(applied, kernel), "")


def analysed(applied: Applied, kernel: Kernel) -> Analysis:
    """Return the analysis of a changed notebook; cells that the change does not reach are not read again."""
    return analyse(written_timeline(applied.notebook), kernel.library, kernel.written)


def _faults(applied: Applied, kernel: Kernel) -> Iterator[str]:
    before = {cell.id: cell.source for cell in kernel.session.notebook.cells}
    for cell in applied.notebook.cells:
        if cell.is_python and before.get(cell.id) != cell.source:
            error = read_cell(cell.source).error
            if error:
                yield f"cell {cell.index} would not parse ({error})"
    for path, text in applied.files.items():
        if path.endswith(".py") and (error := _compile_error(text)):
            yield f"{path} would not compile ({error})"
    was_unbound = {read.name for read in unbound_reads(kernel.written.dataflow)}
    for read in unbound_reads(analysed(applied, kernel).dataflow):
        if read.name not in was_unbound:
            place = f"cell {read.statement.cell}, line {read.statement.line}"
            yield f"{place} would read `{read.name}`, which nothing before it binds"


def _compile_error(text: str) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "<module>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        return str(error)
    return ""


def check_flow(
    before: Dataflow, after: Dataflow, moved: Mapping[Site, Site], calls: Collection[Site] = ()
) -> str:
    """Return what depends on other statements after a change than before it; "" where nothing does.

    `moved` says where each statement of `before` is in `after`; several may have become one (a call), and
    those that it leaves out are gone. Each statement that is still one must read from the same statements,
    and what each name holds at the end must have been made by the same. The `calls` themselves are not looked
    at, and what they read may be read through what they return.
    """
    places = frozenset(moved.values())
    through = {
        site: frozenset(_edge(read, read.source) for read in after.statement(site).reads) for site in calls
    }
    for site in sorted(_alone(moved)):
        if moved[site] in through:
            continue
        old, new = before.statement(site), after.statement(moved[site])
        if name := _difference(old.reads, new.reads, moved, places, through):
            return f"cell {old.cell}, line {old.line} would read {name} as another statement leaves it"
    for name in sorted(before.values.keys() & after.values.keys()):
        if _difference(before.values[name].reads, after.values[name].reads, moved, places, through):
            return f"`{name}` would hold something else at the end"
    return ""


def _alone(moved: Mapping[Site, Site]) -> set[Site]:
    """The statements that no other shares its new place with."""
    counts = Counter(moved.values())
    return {site for site, place in moved.items() if counts[place] == 1}


def _difference(
    old: Iterable[Dependency],
    new: Iterable[Dependency],
    moved: Mapping[Site, Site],
    places: Collection[Site],
    through: Mapping[Site, frozenset[Edge]],
) -> str:
    """What is read from other statements than before, in words; "" where nothing is.

    `places` are those where `moved` has statements.
    """
    was = {_edge(read, moved.get(read.source)): read for read in old if read.kind != "output"}
    now = {_edge(read, read.source): read for read in new if read.kind != "output" and read.source in places}
    passed = {edge for site in through if (site, "value") in now for edge in through[site]}
    for edge in (was.keys() - passed) ^ (now.keys() - (passed & was.keys())):
        read = was.get(edge) or now[edge]
        return f"`{read.name}`" if read.name else "a value"
    return ""


def _edge(read: Dependency, source: Site | None) -> Edge:
    """An edge without the name by which it is read: one statement may bind what another changed."""
    return source, "value" if read.kind in ("name", "object") else read.kind
