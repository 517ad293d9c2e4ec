"""Random edits: the analysis that goes on from an earlier one equals the one from scratch."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notelift.flow.analysis import Cancelled, analyse
from tests.properties.executing import library, timeline
from tests.properties.programs import cells as cell_sources
from tests.properties.programs import notebooks

_broken = st.sampled_from(
    ["x = (", "def f(:", "", "# nothing", "%matplotlib inline", "!ls", "import numpy as np"]
)
_displaying = st.sampled_from(["1 + 1", "'text'", "print(0)", "last = _", "before = __", "all = [_, ___]"])
_source = st.one_of(cell_sources, cell_sources, _broken, _displaying)
_edit = st.tuples(st.sampled_from(["edit", "insert", "delete", "move", "same"]), st.integers(0, 99), _source)


@given(notebooks, st.lists(_edit, min_size=1, max_size=6))
def test_incremental_equals_from_scratch(sources: list[str], edits: list[tuple[str, int, str]]) -> None:
    cells = [(f"id-{number}", source) for number, source in enumerate(sources)]
    runs = timeline([source for _, source in cells], [name for name, _ in cells])
    analysis = analyse(runs, library())
    for number, edit in enumerate(edits):
        cells = edited(cells, edit, f"new-{number}")
        runs = timeline([source for _, source in cells], [name for name, _ in cells])
        analysis = analyse(runs, library(), analysis)
        assert analysis.dataflow == analyse(runs, library()).dataflow


@given(notebooks, st.integers(0, 99))
def test_a_comment_costs_one_cell(sources: list[str], place: int) -> None:
    before = analyse(timeline(sources), library())
    changed = list(sources)
    changed[place % len(sources)] = "# a comment\n" + changed[place % len(sources)] + "\n# another"
    after = analyse(timeline(changed), library(), before)
    assert after.analysed == 1
    assert after.dataflow == analyse(timeline(changed), library()).dataflow


@given(notebooks)
def test_nothing_new_costs_nothing(sources: list[str]) -> None:
    before = analyse(timeline(sources), library())
    after = analyse(timeline(sources), library(), before)
    assert after.analysed == 0
    assert after.dataflow == before.dataflow


@given(notebooks, st.integers(0, 9))
def test_an_unread_name_costs_its_cell(sources: list[str], constant: int) -> None:
    place = len(sources) // 2
    sources = [*sources[:place], "unread = 0", *sources[place:]]
    before = analyse(timeline(sources), library())
    sources[place] = f"unread = {constant} + 1"
    after = analyse(timeline(sources), library(), before)
    assert after.analysed == 1


def edited(cells: list[tuple[str, str]], edit: tuple[str, int, str], new_id: str) -> list[tuple[str, str]]:
    kind, place, source = edit
    if not cells or kind == "insert":
        at = place % (len(cells) + 1)
        return [*cells[:at], (new_id, source), *cells[at:]]
    at = place % len(cells)
    rest = [*cells[:at], *cells[at + 1 :]]
    if kind == "delete":
        return rest
    if kind == "move":
        to = (place // 7) % (len(rest) + 1)
        return [*rest[:to], cells[at], *rest[to:]]
    if kind == "edit":
        return [*cells[:at], (cells[at][0], source), *cells[at + 1 :]]
    return list(cells)


@given(notebooks, st.integers(0, 20), st.integers(0, 99))
def test_a_cancelled_analysis_goes_on_where_it_stopped(sources: list[str], after: int, place: int) -> None:
    runs = timeline(sources)
    asked = iter([False] * after)
    try:
        analysis = analyse(runs, library(), None, lambda: next(asked, True))
    except Cancelled as error:
        analysis = error.analysis
        done = [len(flow.statements) for flow in analyse(runs, library()).dataflow.runs]
        # Statements of a run that was not finished do not count.
        assert analysis.analysed == len(analysis.order)
        assert sum(done[: analysis.analysed]) <= after < sum(done[: analysis.analysed + 1])
    changed = list(sources)
    changed[place % len(sources)] += "\n# another"
    assert (
        analyse(timeline(changed), library(), analysis).dataflow
        == analyse(timeline(changed), library()).dataflow
    )


@given(notebooks, st.integers(0, 99), st.integers(0, 9))
def test_an_edit_that_is_cancelled_leaves_what_goes_on(sources: list[str], place: int, after: int) -> None:
    before = analyse(timeline(sources), library())
    changed = list(sources)
    added = "".join(f"x = [{number}]\nx.append({number})\n" for number in range(after + 1))
    changed[place % len(sources)] = added + changed[place % len(sources)]
    asked = iter([False] * after)
    with pytest.raises(Cancelled) as raised:
        analyse(timeline(changed), library(), before, lambda: next(asked, True))
    known = raised.value.analysis
    assert len(known.order) == place % len(sources)
    assert (
        analyse(timeline(changed), library(), known).dataflow
        == analyse(timeline(changed), library()).dataflow
    )
