"""The analysis raises on no text: arbitrary characters, and real Python with pieces cut and changed."""

from __future__ import annotations

import functools
import sysconfig
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from notelift.flow.analysis import analyse
from notelift.queries.slicing import slice_targets
from notelift.queries.targets import Target
from tests.properties.executing import library, timeline
from tests.properties.programs import cells as cell_sources

_MODULES = (
    "abc",
    "bisect",
    "contextlib",
    "csv",
    "dataclasses",
    "enum",
    "fractions",
    "functools",
    "glob",
    "heapq",
)

_WORDS = (
    *(
        "x",
        "y",
        "f",
        "1",
        "_",
        "print",
        "self",
        "None",
        "'a'",
        '"""',
        "f'{x}'",
        "#",
        "%",
        "%%",
        "!",
        "?",
        "\\",
    ),
    *("(", ")", "[", "]", "{", "}", ":", "=", "==", "+=", ":=", ",", ".", ";", "*", "**", "@", "->"),
    *(
        "def",
        "class",
        "return",
        "yield",
        "lambda",
        "if",
        "else",
        "for",
        "in",
        "while",
        "try",
        "except",
        "finally",
    ),
    *("with", "as", "import", "from", "global", "nonlocal", "del", "async", "await", "match", "case"),
    *("\n", "\n    ", "\n\n\n", "\t"),
)
_words = st.lists(st.sampled_from(_WORDS), max_size=40).map(" ".join)


@functools.cache
def _real_lines() -> tuple[str, ...]:
    folder = Path(sysconfig.get_paths()["stdlib"])
    return tuple(
        line for name in _MODULES for line in (folder / f"{name}.py").read_text(encoding="utf-8").split("\n")
    )


@st.composite
def mangled(draw: st.DrawFn) -> str:
    """Lines of the standard library, cut out anywhere, some of them changed."""
    lines = _real_lines()
    start = draw(st.integers(0, len(lines) - 1))
    chosen = list(lines[start : start + draw(st.integers(1, 60))])
    for place, kind in draw(st.lists(st.tuples(st.integers(0, 999), st.integers(0, 3)), max_size=4)):
        at = place % len(chosen)
        if kind == 0:
            chosen[at] = chosen[at].lstrip()
        elif kind == 1:
            chosen[at] = chosen[at][: len(chosen[at]) // 2]
        elif kind == 2:
            chosen.insert(at, draw(_words))
        else:
            chosen[at] = lines[place % len(lines)]
    return "\n".join(chosen)


@given(st.lists(st.one_of(st.text(), _words, mangled(), mangled(), cell_sources), min_size=1, max_size=4))
def test_no_text_raises(sources: list[str]) -> None:
    runs = timeline(sources)
    analysis = analyse(runs, library())
    assert len(analysis.dataflow.runs) == len(sources)
    for name in list(analysis.dataflow.values)[:3]:
        if name.isidentifier():
            found = slice_targets(runs, [Target("name", name)], library())
            assert len(found.statements) <= found.total


@given(st.lists(mangled(), min_size=1, max_size=3), st.integers(0, 9), mangled())
def test_no_edit_raises(sources: list[str], place: int, source: str) -> None:
    before = analyse(timeline(sources), library())
    sources[place % len(sources)] = source
    after = analyse(timeline(sources), library(), before)
    assert after.dataflow == analyse(timeline(sources), library()).dataflow
