"""Invented notebooks of any length: data frames, functions, loops, plots and models, in realistic shares."""

from __future__ import annotations

import random

from notelift.notebook.model import Cell, Notebook

HEAD = """\
import numpy as np
import pandas as pd
import matplotlib.pyplot as plt
from sklearn.linear_model import LinearRegression

SCALE = 3
LIMIT = 0.5"""

# {n} is the seed and the cell's number, {p} those of an earlier cell of the same chain, {k} a small constant.
BODIES = (
    "df{n} = pd.DataFrame({{'a': np.arange({k}0), 'b': np.arange({k}0) * SCALE}})\n"
    "df{n}['c'] = df{n}['a'] + df{n}['b']\ndf{n}.head()",
    "def clean{n}(table, limit=LIMIT):\n    # keep what is above the limit\n    table = table.copy()\n"
    "    table['a'] = table['a'].fillna(limit)\n    return table[table['a'] > limit]\n\n"
    "df{n} = clean{n}(df{p})",
    "df{n} = df{p}.dropna()\ndf{n}['a'] = df{n}['a'] * {k}\nprint(df{n}.shape)",
    "df{n} = df{p}.groupby('a', as_index=False).agg({{'b': 'sum'}})\ndf{n}.sort_values('b', inplace=True)",
    "df{n} = df{p}.copy()\ntotals{n} = []\nfor index in range({k}):\n    part = df{n}[df{n}['b'] > index]\n"
    "    if len(part):\n        totals{n}.append(part['b'].sum())\n    else:\n        totals{n}.append(0)",
    "df{n} = df{p}\nfig, ax = plt.subplots(figsize=({k}, 3))\n"
    "ax.plot(df{n}['a'], df{n}['b'], label='run {n}')\n"
    "ax.set_title('cell {n}')\nax.legend()\nplt.show()",
    "df{n} = df{p}.merge(df{p}, on='a', suffixes=('', '_r'))\n"
    "settings{n} = {{'alpha': {k}, 'names': [c for c in df{n}.columns if c != 'a']}}\n"
    "settings{n}['beta'] = settings{n}['alpha'] + 1",
    "df{n} = df{p}\nmodel{n} = LinearRegression()\nmodel{n}.fit(df{n}[['a']], df{n}['b'])\n"
    "score{n} = model{n}.score(df{n}[['a']], df{n}['b'])\nprint(f'score {{score{n}:.3f}}')",
)


def source(number: int, seed: int, draw: random.Random, chains: int) -> str:
    """The source of cell `number` of a notebook in which `chains` independent analyses stand side by side.

    Its names have the seed in them, so that no cell's text is that of a cell in another notebook.
    """
    if number == 0:
        return HEAD
    earlier = number - chains
    body = BODIES[0] if earlier < 1 else draw.choice(BODIES[1:])
    return body.format(n=f"{seed}_{number}", p=f"{seed}_{earlier}", k=draw.randint(2, 9))


def notebook(cells: int, seed: int, chains: int) -> Notebook:
    """A notebook with that many code cells. The same arguments give the same notebook."""
    draw = random.Random(seed)
    return Notebook(
        path=f"synthetic-{seed}.ipynb",
        format="ipynb",
        language="python",
        cells=tuple(
            Cell(number, f"cell{number}", "code", source(number, seed, draw, chains))
            for number in range(cells)
        ),
    )
