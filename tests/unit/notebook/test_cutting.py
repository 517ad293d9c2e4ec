"""Scripts that are cut again after a change: what stays is taken over, and all is as if it were new."""

from __future__ import annotations

from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notelift.notebook.sources import databricks, percent

FORMATS = {"percent": percent, "databricks": databricks}
TEXTS = {
    "percent": "# top\n# %%\nx = 1\n\n# %% [markdown]\n# words\n# %%\n# %time y = x\n",
    "databricks": "# Databricks notebook source\nx = 1\n# COMMAND ----------\n# MAGIC %sql\n",
}
LINES = [
    *("# %%", "# %% [markdown]", '# %% tags=["a"]', "# In[3]:", "#%%", '# %% language="bash"', "# ---"),
    *("x = 1", "", "  ", "'''", '"""', "s = '''a", "# it's", "a = 'b\\\\", "# %time y", "!ls", "# words"),
    *("# COMMAND ----------", "# MAGIC %sql", "# MAGIC %md words", "# DBTITLE 1,words", "# %%\r"),
]


@pytest.mark.parametrize("kind", FORMATS)
def test_cells_whose_lines_stay_are_the_same_objects(kind: str) -> None:
    before = FORMATS[kind].cut(TEXTS[kind])
    after = FORMATS[kind].cut(TEXTS[kind].replace("x = 1", "x = 2\n\n"), before)
    assert len(after.parts) == len(before.parts) > 1
    assert [new is old for new, old in zip(after.parts, before.parts, strict=True)].count(False) == 1


def test_cells_that_are_read_otherwise_are_not_taken_over() -> None:
    text = "# %%\n# copy the frame\n# %%\nx = 1\n"
    before = percent.cut(text)
    after = percent.cut(f"# ---\n# ---\n{text}", before)
    assert [part.source for part in before.parts] == ["# copy the frame", "x = 1"]
    assert [part.source for part in after.parts] == ["copy the frame", "x = 1"]


@pytest.mark.parametrize("module", FORMATS.values(), ids=FORMATS)
@given(texts=st.lists(st.lists(st.sampled_from(LINES), max_size=12), min_size=2, max_size=4))
def test_nothing_hangs_on_the_text_before(module: ModuleType, texts: list[list[str]]) -> None:
    before = None
    for lines in texts:
        text = "\n".join(["# Databricks notebook source", *lines] if module is databricks else lines)
        before = module.cut(text, before)
        assert before == module.cut(text)
        assert before.head + "".join(part.text for part in before.parts) == text


@given(lines=st.lists(st.sampled_from(LINES), max_size=12))
def test_cells_are_where_they_are_said_to_be(lines: list[str]) -> None:
    text = "\n".join(lines)
    script = percent.cut(text)
    spans = percent.spans(text)
    assert [text[span.start : span.end] for span in spans] == [part.text for part in script.parts]
    assert [text.count("\n", 0, span.start) for span in spans] == script.rows
    assert [text[span.source_start : span.source_end].split("\n") for span in spans] == [
        [*part.raw, ""][: max(len(part.raw), 1)] for part in script.parts
    ]
