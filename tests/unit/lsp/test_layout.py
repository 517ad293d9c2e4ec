"""Places in the documents of a client."""

from __future__ import annotations

import pytest

from notelift.lsp.convert import Columns
from notelift.lsp.layout import CellDocuments, Layout, ScriptCells
from notelift.notebook.model import Cell

LINES = ["x = 1", "y = '\N{GRINNING FACE}'; z = 2", "w = 3"]


class Source(str):
    """A text that counts how often it is split."""

    times = 0

    def split(self, sep: str | None = None, maxsplit: int = -1) -> list[str]:  # type: ignore[override]
        self.times += 1
        return str(self).split(sep, maxsplit)


def layouts(source: str) -> list[Layout]:
    cells = (Cell(0, "uri", "code", source),)
    script = ScriptCells("uri", 1, ["# %%", *LINES], cells, [0], [1], Columns())
    return [CellDocuments(cells, {"uri": 1}, Columns()), script]


@pytest.mark.parametrize("kind", [0, 1])
def test_a_cell_is_split_once_for_all_places(kind: int) -> None:
    source = Source("\n".join(LINES))
    layout = layouts(source)[kind]
    points = [layout.point(0, line, 0) for line in (1, 2, 3) * 50]
    assert points[:3] == [(kind, 0), (kind + 1, 0), (kind + 2, 0)]
    assert layout.place("uri", kind + 1, 10) == (0, 2, 9)
    assert source.times == 1


@pytest.mark.parametrize("kind", [0, 1])
@pytest.mark.parametrize(
    ("line", "column", "point"), [(2, 9, (1, 10)), (2, 99, (1, 15)), (9, 0, (2, 5)), (0, -1, (0, 0))]
)
def test_points(kind: int, line: int, column: int, point: tuple[int, int]) -> None:
    row, units = point
    assert layouts("\n".join(LINES))[kind].point(0, line, column) == (row + kind, units)
