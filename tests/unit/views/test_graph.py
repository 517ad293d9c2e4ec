"""Lineages drawn as Mermaid and DOT."""

from __future__ import annotations

from notelift.flow.graph import Value
from notelift.queries.lineage import lineage
from notelift.views.graph import dot, mermaid
from tests.unit.queries.dataflows import SALES, dataflow, reads, statement

QUOTES = dataflow(
    [
        statement(0, 0, 'a = "x" # <b> `c` \\n', binds=["a"]),
        statement(1, 0, "b = a", [reads(0, 0, "a")], ["b"]),
    ],
    {"b": Value("b", (reads(1, 0, "b"),))},
)


def test_mermaid() -> None:
    assert mermaid(lineage(SALES, "total")) == "\n".join(
        [
            "flowchart TD",
            '    s0_0["cell 0, line 1<br/>import pandas as pd"]',
            '    s1_0["cell 1, line 1<br/>df = pd.read_csv(#quot;a.csv#quot;)"]',
            '    s1_1["cell 1, line 2<br/>df.dropna(inplace=True)"]',
            '    s4_0["cell 4, line 1<br/>total = df.sum()"]',
            '    s5_0["cell 5, line 1<br/>total.to_csv(#quot;out.csv#quot;)"]',
            '    f0[("a.csv")]',
            '    f1[("out.csv")]',
            '    s0_0 -->|"pd"| s1_0',
            '    s1_0 -->|"df"| s1_1',
            '    s1_0 -->|"df"| s4_0',
            '    s1_1 -.->|"df"| s4_0',
            '    s4_0 -->|"total"| s5_0',
            "    f0 --> s1_0",
            "    s5_0 --> f1",
            "    classDef value stroke-width:3px",
            "    class s4_0 value",
        ]
    )


def test_dot() -> None:
    assert dot(lineage(SALES, "total")) == "\n".join(
        [
            "digraph lineage {",
            "    node [shape=box, fontname=monospace]",
            '    s0_0 [label="cell 0, line 1\\nimport pandas as pd"]',
            '    s1_0 [label="cell 1, line 1\\ndf = pd.read_csv(\\"a.csv\\")"]',
            '    s1_1 [label="cell 1, line 2\\ndf.dropna(inplace=True)"]',
            '    s4_0 [label="cell 4, line 1\\ntotal = df.sum()"]',
            '    s5_0 [label="cell 5, line 1\\ntotal.to_csv(\\"out.csv\\")"]',
            '    f0 [label="a.csv", shape=cylinder]',
            '    f1 [label="out.csv", shape=cylinder]',
            '    s0_0 -> s1_0 [label="pd"]',
            '    s1_0 -> s1_1 [label="df"]',
            '    s1_0 -> s4_0 [label="df"]',
            '    s1_1 -> s4_0 [label="df", style=dashed]',
            '    s4_0 -> s5_0 [label="total"]',
            "    f0 -> s1_0",
            "    s5_0 -> f1",
            "    s4_0 [penwidth=3]",
            "}",
        ]
    )


def test_what_is_syntax_is_escaped() -> None:
    found = lineage(QUOTES, "b")
    assert '<br/>a = #quot;x#quot; #35; #lt;b#gt; #96;c#96; #92;n"]' in mermaid(found)
    assert '\\na = \\"x\\" # <b> `c` \\\\n"]' in dot(found)


def test_the_whole_notebook_marks_no_value() -> None:
    assert "    class " not in mermaid(lineage(SALES))
    assert "penwidth" not in dot(lineage(SALES))
