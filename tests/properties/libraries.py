"""Strategies for small notebooks that use NumPy arrays, pandas frames and files."""

from __future__ import annotations

from hypothesis import strategies as st

ARRAYS = ("a0", "a1", "a2")
FRAMES = ("df0", "df1")
NUMBERS = ("n0", "n1")
LISTS = ("xs0",)
LIBRARY_DATA = ARRAYS + FRAMES + NUMBERS + LISTS

PREAMBLE = """\
import json
import numpy as np
import pandas as pd
from pathlib import Path
np.random.seed(0)
n0, n1 = 1, 2
xs0 = [1, 2]
a0 = np.arange(6)
a1 = np.array([3, 1, 2])
a2 = a0[1:4]
df0 = pd.DataFrame({"a": [1, 2, 3], "b": [6, 5, 4]})
df1 = pd.DataFrame({"a": [3, 1], "b": [0, 7]})
Path("t0.txt").write_text("7")
Path("t1.txt").write_text("8")
def scale(frame, k):
    frame["a"] = frame["a"] * k
    return frame
"""

_number = st.sampled_from(NUMBERS)
_array = st.sampled_from(ARRAYS)
_frame = st.sampled_from(FRAMES)
_column = st.sampled_from(("a", "b"))
_file = st.sampled_from(("t0.txt", "t1.txt"))
_constant = st.integers(0, 9).map(str)


def _filled(template: str, **parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.fixed_dictionaries(parts).map(lambda values: template.format(**values))


_atom = st.one_of(
    _constant,
    _number,
    _filled("int({a}.sum()) % 97", a=_array),
    _filled("int({f}['{c}'].sum()) % 97", f=_frame, c=_column),
    _filled("len({f})", f=_frame),
    _filled("len(xs0)"),
    _filled("int(open('{p}').read()) % 97", p=_file),
)

_arrays = st.one_of(
    _filled("{a} = {b}", a=_array, b=_array),
    _filled("{a} = {b}[1:]", a=_array, b=_array),
    _filled("{a} = {b}[::-1]", a=_array, b=_array),
    _filled("{a} = {b}.copy()", a=_array, b=_array),
    _filled("{a} = {b}.reshape(-1)", a=_array, b=_array),
    _filled("{a} = {b}.ravel()", a=_array, b=_array),
    _filled("{a} = {b}.reshape(1, -1)[0]", a=_array, b=_array),
    _filled("{a} = np.asarray({b})", a=_array, b=_array),
    _filled("{a} = np.array({b})", a=_array, b=_array),
    _filled("{a} = np.sort({b})", a=_array, b=_array),
    _filled("{a} = {b}[{b} > {e}]", a=_array, b=_array, e=_constant),
    _filled("{a} = {b}[:4] + {e}", a=_array, b=_array, e=_atom),
    _filled("{a} = np.append({b}[:4], {e})", a=_array, b=_array, e=_atom),
    _filled("{a} = np.random.randint(0, 9, 3)", a=_array),
    _filled("{a} = {f}['{c}'].to_numpy(copy=True)", a=_array, f=_frame, c=_column),
    _filled("{a} = np.arange({e} % 5 + 1)", a=_array, e=_atom),
    _filled("{a}[:1] = {e}", a=_array, e=_atom),
    _filled("{a}[{a} > {e}] = 0", a=_array, e=_constant),
    _filled("{a} += {e}", a=_array, e=_atom),
    _filled("{a}.sort()", a=_array),
    _filled("{a}.fill({e})", a=_array, e=_atom),
    _filled("np.negative({a}, out={a})", a=_array),
    _filled("np.random.shuffle({a})", a=_array),
    _filled("np.random.seed({e})", e=_constant),
    _filled("np.sort({a})", a=_array),
    _filled("{a}.mean()", a=_array),
)
_frames = st.one_of(
    _filled("{f} = {g}", f=_frame, g=_frame),
    _filled("{f} = {g}.copy()", f=_frame, g=_frame),
    _filled("{f} = {g}.assign(a={e})", f=_frame, g=_frame, e=_atom),
    _filled("{f} = {g}.sort_values('{c}')", f=_frame, g=_frame, c=_column),
    _filled("{f} = {g}[{g}['{c}'] >= {e}]", f=_frame, g=_frame, c=_column, e=_constant),
    _filled("{f} = pd.concat([{g}[:3], {h}[:2]], ignore_index=True)", f=_frame, g=_frame, h=_frame),
    _filled("{f} = scale({g}, {e})", f=_frame, g=_frame, e=_atom),
    _filled("{f} = {g}.pipe(scale, {e})", f=_frame, g=_frame, e=_constant),
    _filled("{f}['{c}'] = {f}['{d}'] + {e}", f=_frame, c=_column, d=_column, e=_atom),
    _filled("{f}['{c}'] = {e}", f=_frame, c=_column, e=_atom),
    _filled("{f}['c'] = {e}", f=_frame, e=_atom),
    _filled("{f}[['a', 'b']] = {e}", f=_frame, e=_atom),
    _filled("{f}['{c}'] += {e}", f=_frame, c=_column, e=_atom),
    _filled(
        "{f}.loc[{f}['{c}'] > {e}, '{d}'] = {k}", f=_frame, c=_column, e=_constant, d=_column, k=_constant
    ),
    _filled("{f}.iloc[:1, 0] = {e}", f=_frame, e=_constant),
    _filled("{f}.sort_values('{c}', inplace=True)", f=_frame, c=_column),
    _filled("{f}.reset_index(drop=True, inplace=True)", f=_frame),
    _filled("{f}.columns = ['a', 'b', *list({f}.columns)[2:]]", f=_frame),
    _filled("{f}.drop_duplicates(inplace=True)", f=_frame),
    _filled("{f}.sort_values('{c}')", f=_frame, c=_column),
    _filled("{f}.head()", f=_frame),
    _filled("{f}.describe()", f=_frame),
    _filled("xs0 = {f}['{c}'].tolist()", f=_frame, c=_column),
    _filled("{f}['{c}'].apply(xs0.append)", f=_frame, c=_column),
)
_files = st.one_of(
    _filled("Path('{p}').write_text(str({e}))", p=_file, e=_atom),
    _filled("with open('{p}', 'w') as handle:\n    handle.write(str({e}))", p=_file, e=_atom),
    _filled("with open('{p}', 'a') as handle:\n    handle.write('1')", p=_file),
    _filled("with open('{p}', 'w') as handle:\n    json.dump({e}, handle)", p=_file, e=_atom),
    _filled("{n} = int(Path('{p}').read_text()) % 97", n=_number, p=_file),
    _filled("with open('{p}') as handle:\n    {n} = json.load(handle) % 97", n=_number, p=_file),
    _filled("path = '{p}'\n{n} = int(open(path).read()) % 97", n=_number, p=_file),
    _filled("{f}[['a', 'b']].to_csv('f.csv', index=False)\n{g} = pd.read_csv('f.csv')", f=_frame, g=_frame),
)
_numbers = st.one_of(
    _filled("{n} = {e}", n=_number, e=_atom),
    _filled("xs0.append({e})", e=_atom),
    _filled("for value in {a}[:3]:\n    xs0.append(int(value))", a=_array),
    _filled("if {e} > 4:\n    {a} = {b}[1:]\n    {a}[:1] = 5", e=_atom, a=_array, b=_array),
    _filled("for frame in [{f}, {g}]:\n    frame['a'] = {e}", f=_frame, g=_frame, e=_atom),
    _filled("for row in np.ones((2, 2)) * {a}[:1].sum():\n    xs0.append(int(row[0]))", a=_array),
)

_statements = st.one_of(_arrays, _arrays, _frames, _frames, _files, _numbers)
_cells = st.lists(_statements, min_size=1, max_size=4).map("\n".join)
library_notebooks = st.lists(_cells, min_size=1, max_size=5).map(lambda rest: [PREAMBLE, *rest])
