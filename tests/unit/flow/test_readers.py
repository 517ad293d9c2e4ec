"""What is kept of readers does not grow with the edits, and stays right when it is begun anew."""

from __future__ import annotations

import pytest

from notelift.flow import readers as module
from notelift.flow.analysis import analyse
from notelift.flow.readers import Readers
from tests.properties.executing import library, timeline

CELLS = ["a = 1", "b = [a]", "c = len(b)", "b.append(c)", "print(b, c)"]


def test_readers_of_several_keys() -> None:
    readers: Readers[str] = Readers()
    readers.add("one", ["a", "b"])
    readers.add("two", ["b"])
    assert readers.of(["a"]) == {"one"}
    assert readers.of(["a", "b", "c"]) == {"one", "two"}


def test_it_is_full_once_most_is_of_old(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SPARE", 0)
    readers: Readers[str] = Readers()
    readers.add("one", ["a", "b"])
    readers.begun()
    readers.add("one", ["a", "b"])
    assert not readers.is_full
    readers.add("one", ["c", "d", "e"])
    assert readers.is_full


def test_edits_while_readers_are_begun_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SPARE", 0)
    cells = list(CELLS)
    analysis = analyse(timeline(cells), library())
    generations = set()
    for number in range(150):
        made = f"a = {number}\nextra_{number} = other_{number} = a"
        cells[number % 2] = [made, f"b = [a, {number}]"][number % 2]
        analysis = analyse(timeline(cells), library(), analysis)
        scratch = analyse(timeline(cells), library())
        assert analysis.dataflow == scratch.dataflow
        numbers, expected = analysis.provenance(), scratch.provenance()
        for name in scratch.dataflow.values:
            assert numbers.of_value(name) == expected.of_value(name)
        generations.add(analysis.generation)
    assert len(generations) > 1
