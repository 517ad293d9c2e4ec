"""What the server shows: hover, lenses, highlights, symbols, definition, references, and its own requests."""

from __future__ import annotations

import copy
import os
import select
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.harness.documents import NotebookHandle
from tests.harness.editor import CAPABILITIES
from tests.harness.jsonrpc import TIMEOUT
from tests.harness.lsp import Cell, LanguageClient, ServerError
from tests.harness.positions import offset

SALES = (
    "import pandas as pd\nimport numpy as np",
    'PATH = "sales.csv"\ndf = pd.read_csv(PATH)',
    Cell("Totals of df are (df + x", language="markdown", kind=1),
    'df["total"] = df["price"] * df["count"]',
    "def best(table, most=3):\n    return table.nlargest(most, 'total')",
    "top = best(df)\nprint(top)",
)
INVALID_PARAMS = -32602
REQUEST_FAILED = -32803


@pytest.fixture(scope="module")
def client() -> Iterator[LanguageClient]:
    """A server whose client has the commands, as Notelift's own."""
    with LanguageClient() as client:
        client.initialize(options={"commands": True})
        yield client


@pytest.fixture
def sales(client: LanguageClient) -> Iterator[NotebookHandle]:
    book = client.open_notebook([copy.copy(each) for each in SALES])
    for number, cell in enumerate(book.cells):
        if cell.kind == 2:
            book.run(number)
    yield book
    book.close()


def text_of(book: NotebookHandle, location: dict[str, Any]) -> tuple[int, str]:
    """The cell of a location, and the text there."""
    cell = book.uris.index(location["uri"])
    text = book.cells[cell].text
    place = location["range"]
    return cell, text[offset(text, place["start"]) : offset(text, place["end"])]


def titles(client: LanguageClient, book: NotebookHandle, cell: int) -> list[str]:
    """The lenses of a cell."""
    found = client.request("textDocument/codeLens", {"textDocument": {"uri": book.uris[cell]}})
    return [lens["command"]["title"] for lens in found]


def test_a_hover_says_what_made_a_value(client: LanguageClient, sales: NotebookHandle) -> None:
    found = client.request("textDocument/hover", sales.at(5, "df"))
    assert found["contents"]["kind"] == "markdown"
    lines = found["contents"]["value"].split("  \n")
    assert lines[0] == "**`df`** `pandas.DataFrame`"
    assert lines[1] == f"Made in [\\[2\\]]({sales.uris[1]}): `df = pd.read_csv(PATH)`"
    assert lines[2].startswith(f"Changed in [\\[3\\]]({sales.uris[3]}): ")
    assert lines[3].startswith("Rests on file `sales.csv` and `PATH = ")
    assert lines[-1] == "The kernel holds what a restart gives"
    assert found["range"] == {"start": {"line": 0, "character": 11}, "end": {"line": 0, "character": 13}}


def test_a_hover_follows_what_is_typed_and_run(client: LanguageClient, sales: NotebookHandle) -> None:
    sales.edit(1, 'PATH = "old.csv"\ndf = pd.read_csv(PATH)')
    value = client.request("textDocument/hover", sales.at(5, "top"))["contents"]["value"]
    assert "file `old.csv`" in value
    assert "The kernel holds another value than a restart gives: [2] (cell 1)" in value
    for cell in (1, 3, 5):
        sales.run(cell)
    value = client.request("textDocument/hover", sales.at(5, "top"))["contents"]["value"]
    assert "The kernel holds what a restart gives" in value


def test_a_hover_on_a_call_says_what_it_does(client: LanguageClient, sales: NotebookHandle) -> None:
    value = client.request("textDocument/hover", sales.at(1, "read_csv"))["contents"]["value"]
    assert value.startswith("**`pandas.read_csv()`** gives `pandas.DataFrame`")
    assert "Reads `sales.csv`" in value


def test_nothing_is_shown_of_comments_markdown_and_cells_without_names(
    client: LanguageClient, sales: NotebookHandle
) -> None:
    for number in range(2):
        assert client.request("textDocument/hover", sales.at(2, "df", number)) is None
        assert client.request("textDocument/definition", sales.at(2, "df", number)) == []
        assert client.request("textDocument/documentHighlight", sales.at(2, "df", number)) is None
    assert client.request("textDocument/hover", sales.at(4, "return")) is None


def test_a_hover_is_plain_where_the_client_takes_no_markdown(fresh: LanguageClient) -> None:
    capabilities = copy.deepcopy(CAPABILITIES)
    capabilities["textDocument"]["hover"]["contentFormat"] = ["plaintext"]
    fresh.initialize(capabilities)
    book = fresh.open_notebook(["x = 1", "print(x)"])
    found = fresh.request("textDocument/hover", book.at(1, "x"))
    assert found["contents"] == {
        "kind": "plaintext",
        "value": "x int\nMade in cell 0: x = 1\nRead in cell 1",
    }


def title_when_known(client: LanguageClient, book: NotebookHandle, name: str) -> tuple[str, str]:
    """The first line of the first hover on a name, and of the first that has a type; each asks anew."""
    asked = book.at(len(book.cells) - 1, name)
    titles = []
    for _ in range(20_000):
        value = client.request("textDocument/hover", asked)["contents"]["value"]
        titles.append(value.split("  \n")[0])
        if titles[-1] != f"**`{name}`**":
            break
    return titles[0], titles[-1]


UNKNOWN_TO_THE_ANALYSIS = ("import sys", 'value = 1 if sys.argv else "a"', "print(value)")


def test_jedi_gives_the_type_where_the_analysis_knows_none(fresh: LanguageClient) -> None:
    """The first hover asks and does not wait for the process to start; a later one has the answer."""
    fresh.initialize()
    book = fresh.open_notebook(UNKNOWN_TO_THE_ANALYSIS)
    first, last = title_when_known(fresh, book, "value")
    assert (first, last) == ("**`value`**", "**`value`** `int | str`")
    assert fresh.stop() == 0


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are read from /proc")
@pytest.mark.parametrize("end", ["stop", "kill"])
def test_the_process_of_jedi_ends_with_the_server(fresh: LanguageClient, end: str) -> None:
    fresh.initialize()
    book = fresh.open_notebook(UNKNOWN_TO_THE_ANALYSIS)
    assert children(fresh.process.pid) == []
    title_when_known(fresh, book, "value")
    helpers = children(fresh.process.pid)
    assert helpers
    opened = [os.pidfd_open(number) for number in helpers]
    try:
        if end == "stop":
            fresh.stop()
        else:
            fresh.process.kill()
            fresh.wait()
        waiting = set(opened)
        while waiting:
            ended, _, _ = select.select(waiting, [], [], TIMEOUT)
            assert ended, "a process that the server started is still there"
            waiting -= set(ended)
    finally:
        for number in opened:
            os.close(number)


def children(parent: int) -> list[int]:
    """The processes that a process has started."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent:
            found.append(int(entry.name))
    return found


def test_lenses_say_what_a_cell_reads_and_makes(client: LanguageClient, sales: NotebookHandle) -> None:
    assert titles(client, sales, 0) == []
    assert titles(client, sales, 2) == []
    assert titles(client, sales, 3) == ["changes df"]
    assert titles(client, sales, 4) == []
    assert titles(client, sales, 5) == ["reads df / makes top", "Extract..."]


def test_lenses_say_what_is_wrong(client: LanguageClient, sales: NotebookHandle) -> None:
    sales.edit(3, 'df["total"] = df["price"] * 2')
    assert titles(client, sales, 3)[0] == "edited since it ran"
    sales.run(3)
    assert titles(client, sales, 5)[0] == "outdated: df changed in [6]"
    sales.edit(5, "top = best(df, 2)")
    assert titles(client, sales, 5)[0] == "edited since it ran"


def test_extract_has_the_command_of_the_client(client: LanguageClient, sales: NotebookHandle) -> None:
    uri = sales.uris[5]
    *_, lens = client.request("textDocument/codeLens", {"textDocument": {"uri": uri}})
    assert lens["command"] == {
        "title": "Extract...",
        "command": "notelift.extract",
        "arguments": [{"uri": uri, "cell": 5}],
    }


def test_other_clients_get_lenses_without_commands(fresh: LanguageClient) -> None:
    fresh.initialize()
    book = fresh.open_notebook(["import os\nfolder = os.getcwd()", "print(folder)"])
    found = fresh.request("textDocument/codeLens", {"textDocument": {"uri": book.uris[0]}})
    assert [lens["command"] for lens in found] == [{"title": "makes folder", "command": ""}]


def refreshes(client: LanguageClient) -> int:
    """How often the client was asked to show lenses anew."""
    return len(client.requested("workspace/codeLens/refresh"))


def test_lenses_are_switched_off_by_settings(fresh: LanguageClient) -> None:
    settings = {"lenses": {"dataflow": False}}
    fresh.configuration["notelift"] = settings
    fresh.initialize(options={"commands": True, "settings": settings})
    book = fresh.open_notebook(["import os\nfolder = os.getcwd()", "print(folder)"])
    assert titles(fresh, book, 0) == ["Extract..."]
    book.settled()
    before = refreshes(fresh)
    fresh.configure("notelift", {"lenses": {"extract": False}})
    fresh.wait_for(lambda: refreshes(fresh) > before, what="the request to show lenses anew")
    assert titles(fresh, book, 0) == ["makes folder"]


def test_lenses_are_asked_for_anew_where_a_run_changes_them(fresh: LanguageClient) -> None:
    fresh.initialize()
    book = fresh.open_notebook(["x = 1", "y = x"])
    book.run(0)
    book.run(1)
    book.settled()
    before = refreshes(fresh)
    book.edit(0, "x = 2")
    book.run(0)
    fresh.wait_for(lambda: refreshes(fresh) > before, what="the request to show lenses anew")
    book.settled()
    assert titles(fresh, book, 1)[0] == "outdated: x changed in [3]"


def test_highlights_are_the_slice_within_the_cell(client: LanguageClient, sales: NotebookHandle) -> None:
    found = client.request("textDocument/documentHighlight", sales.at(5, "top"))
    shown = [
        (text_of(sales, {"uri": sales.uris[5], "range": each["range"]})[1], each["kind"]) for each in found
    ]
    assert shown == [("top", 3), ("best", 2), ("df", 2), ("top", 2)]


def test_definition_leads_to_what_made_and_changed_a_value(
    client: LanguageClient, sales: NotebookHandle
) -> None:
    found = client.request("textDocument/definition", sales.at(5, "df"))
    assert [text_of(sales, each) for each in found] == [(1, "df"), (3, "df")]
    found = client.request("textDocument/definition", sales.at(5, "best"))
    assert [text_of(sales, each) for each in found] == [(4, "best")]


def test_references_are_of_the_value_not_of_the_name(client: LanguageClient, sales: NotebookHandle) -> None:
    sales.insert(6, "df = 1\nprint(df)")
    params = {**sales.at(1, "df"), "context": {"includeDeclaration": True}}
    found = client.request("textDocument/references", params)
    assert {text_of(sales, each) for each in found} == {(1, "df"), (3, "df"), (5, "df")}
    params["context"] = {"includeDeclaration": False}
    found = client.request("textDocument/references", params)
    assert {text_of(sales, each) for each in found} == {(3, "df"), (5, "df")}


def test_symbols_of_a_cell(client: LanguageClient, sales: NotebookHandle) -> None:
    params = {"textDocument": {"uri": sales.uris[1]}}
    found = client.request("textDocument/documentSymbol", params)
    assert [(each["name"], each["kind"]) for each in found] == [("PATH", 14), ("df", 13)]
    found = client.request("textDocument/documentSymbol", {"textDocument": {"uri": sales.uris[4]}})
    assert [(each["name"], each["kind"], each["range"]["end"]["line"]) for each in found] == [("best", 12, 1)]


def test_views_of_a_script_whose_cells_are_in_one_document(client: LanguageClient) -> None:
    text = '# %%\nöl = "😀"; x = [öl]\n\n# %% second\nx.append(1)\n\n# %%\nprint("😀", x)\n'
    script = client.open_text(text, "file:///home/someone/books/script.py")
    hover = client.request("textDocument/hover", script.at("x)"))
    value = hover["contents"]["value"]
    assert f"Made in [cell 0]({script.uri}#L2): `x = [öl]`" in value
    assert f"Changed in [cell 1]({script.uri}#L5): `x.append(1)`" in value
    assert hover["range"]["start"] == {"line": 7, "character": 12}
    found = client.request("textDocument/definition", script.at("x)"))
    assert [each["range"]["start"] for each in found] == [
        {"line": 1, "character": 11},
        {"line": 4, "character": 0},
    ]
    found = client.request("textDocument/documentHighlight", script.at("x)"))
    assert [each["range"]["start"]["line"] for each in found] == [1, 1, 1, 4, 7]
    tree = client.request("textDocument/documentSymbol", {"textDocument": {"uri": script.uri}})
    assert [[inner["name"] for inner in each.get("children") or ()] for each in tree] == [["öl", "x"], [], []]
    lenses = client.request("textDocument/codeLens", {"textDocument": {"uri": script.uri}})
    shown = [(each["range"]["start"]["line"], each["command"]["title"]) for each in lenses]
    assert (4, "changes x") in shown
    script.close()


def test_names_in_text_that_takes_two_units(client: LanguageClient) -> None:
    book = client.open_notebook(['wörter = ["😀"]; zahl = len(wörter)', 'print("😀😀", zahl)'])
    hover = client.request("textDocument/hover", book.at(1, "zahl"))
    assert hover["contents"]["value"].startswith("**`zahl`** `int`")
    assert hover["range"]["start"]["character"] == 14
    [place] = client.request("textDocument/definition", book.at(1, "zahl"))
    assert text_of(book, place) == (0, "zahl")
    book.close()


def test_a_cell_that_does_not_parse_keeps_what_was_known(
    client: LanguageClient, sales: NotebookHandle
) -> None:
    sales.edit(5, "top = best(df, (\nprint(top)")
    value = client.request("textDocument/hover", sales.at(5, "df"))["contents"]["value"]
    assert "Made in [\\[2\\]]" in value
    assert client.request("textDocument/documentHighlight", sales.at(5, "df")) is None
    found = client.request("textDocument/definition", sales.at(5, "df"))
    assert [text_of(sales, each) for each in found] == [(1, "df"), (3, "df")]


def test_status_has_the_fields_of_the_command_line(client: LanguageClient, sales: NotebookHandle) -> None:
    state = sales.settled()
    assert state["notebook"] == sales.uri
    assert {each["state"] for each in state["variables"]} == {"same"}
    assert [(each["cell"], each["uri"], each["label"], each["state"]) for each in state["cells"]] == [
        (cell, sales.uris[cell], f"[{order}]", "fresh") for order, cell in enumerate((0, 1, 3, 4, 5), 1)
    ]
    assert (state["runs"], state["run_uris"], state["notes"]) == ([], [], [])
    sales.edit(1, 'PATH = "b.csv"\ndf = pd.read_csv(PATH)')
    state = sales.settled()
    differing = {each["name"]: each for each in state["variables"] if each["state"] != "same"}
    assert set(differing) == {"PATH", "df", "top"}
    assert differing["top"]["reason"] == "[2] (cell 1), which sets `PATH`, was edited after it ran"
    assert state["runs"] == [1, 3, 5]
    assert state["run_uris"] == [sales.uris[cell] for cell in (1, 3, 5)]


def test_a_cell_that_an_edit_replaces_was_edited(client: LanguageClient) -> None:
    book = client.open_notebook(["x = 1", "y = x + 1"])
    book.run(0)
    book.run(1)
    book.replace(0, "x = 2")
    state = book.settled()
    assert [each["state"] for each in state["cells"]] == ["edited", "outdated"]
    assert titles(client, book, 0)[0] == "edited since it ran"
    assert book.codes() == {0: ["NL103"]}
    book.close()


def test_the_advised_runs_leave_nothing_outdated(client: LanguageClient) -> None:
    book = client.open_notebook(["x = 1", "y = x + 1", "print(y)"])
    for cell in (0, 1, 2):
        book.run(cell)
    book.edit(0, "x = 2")
    book.run(0)
    state = book.settled()
    assert state["run_uris"] == [book.uris[1], book.uris[2]]
    for uri in state["run_uris"]:
        book.run(book.uris.index(uri))
    state = book.settled()
    assert {each["state"] for each in (*state["variables"], *state["cells"])} == {"same", "fresh"}
    assert (state["run_uris"], book.codes()) == ([], {})
    book.close()


def test_the_lineage_of_a_name_and_of_the_notebook(client: LanguageClient, sales: NotebookHandle) -> None:
    notebook = {"notebook": {"uri": sales.uri}}
    found = client.request("notelift/lineage", {**notebook, "name": "top"})
    roles = {each["source"]: each["role"] for each in found["statements"]}
    assert roles["top = best(df)"] == "value"
    assert roles["print(top)"] == "to"
    assert roles["df = pd.read_csv(PATH)"] == "from"
    [file] = found["files"]
    assert (file["path"], file["direction"]) == ("sales.csv", "read")
    numbers = {each["id"] for each in found["statements"]}
    assert all(each["from"] in numbers and each["to"] in numbers for each in found["flows"])
    assert {each["certainty"] for each in found["flows"]} <= {"must", "may"}
    assert found["mermaid"].startswith("flowchart")
    whole = client.request("notelift/lineage", notebook)
    assert whole["name"] is None and len(whole["statements"]) == 8
    at = client.request("notelift/lineage", sales.at(3, "df"))
    assert at["name"] == "df"
    assert [each["source"] for each in at["statements"] if each["role"] == "value"] == [
        "df = pd.read_csv(PATH)"
    ]


def test_the_graph_of_the_notebook_has_what_statements_make_and_every_slice(
    client: LanguageClient, sales: NotebookHandle
) -> None:
    notebook = {"notebook": {"uri": sales.uri}}
    whole = client.request("notelift/lineage", notebook)
    steps = {each["source"]: each for each in whole["statements"]}
    assert steps["df = pd.read_csv(PATH)"]["binds"] == ["df"]
    assert steps["print(top)"]["binds"] == steps["print(top)"]["changes"] == []
    [change] = steps['df["total"] = df["price"] * df["count"]']["changes"]
    assert (change["name"], change["certainty"]) == ("df['total']", "must") and change["why"]
    [top] = [each for each in whole["values"] if each["name"] == "top"]
    assert top["made_by"] == [{"statement": steps["top = best(df)"]["id"], "certainty": "must"}]
    needed = {each["statement"] for each in top["made_by"]}
    for _ in whole["statements"]:
        needed |= {flow["from"] for flow in whole["flows"] if flow["to"] in needed}
    kept = client.request("notelift/slice", {**notebook, "target": "top"})["statements"]
    assert [each["source"] for each in whole["statements"] if each["id"] in needed] == [
        each["source"] for each in kept
    ]


def test_the_slice_of_a_target(client: LanguageClient, sales: NotebookHandle) -> None:
    found = client.request("notelift/slice", {"notebook": {"uri": sales.uri}, "target": "top"})
    kept = [text_of(sales, each) for each in found["statements"]]
    assert (5, "top = best(df)") in kept and (5, "print(top)") not in kept
    assert all(each["source"] == text for each, (_, text) in zip(found["statements"], kept, strict=True))
    assert found["kept"] == len(kept) and found["total"] == 8
    assert all(each["reasons"] for each in found["statements"])
    at = client.request("notelift/slice", sales.at(5, "top"))
    assert at["statements"] == found["statements"]


def test_the_plan_of_an_extraction(client: LanguageClient, sales: NotebookHandle) -> None:
    params = {"notebook": {"uri": sales.uri}, "targets": ["top"], "module": "tops", "function": "best_sales"}
    plan = client.request("notelift/planExtraction", params)
    assert (plan["module"], plan["path"], plan["function"]) == ("tops", "tops.py", "best_sales")
    assert "def best_sales(" in plan["source"]
    compile(plan["source"], plan["path"], "exec")
    assert plan["rewrites"] is True and plan["refusal"] is None
    assert plan["call"] == "top = best_sales()"
    assert plan["import_source"] == "from tops import best_sales"
    assert {text_of(sales, each)[1] for each in plan["leaves"]} >= {"top = best(df)"}
    assert plan["kept"] == len(plan["statements"])
    assert [each["name"] for each in plan["parameters"]] == ["PATH"]


@pytest.mark.parametrize(
    ("method", "params", "code"),
    [
        ("notelift/slice", {"target": "nothing_like_it"}, INVALID_PARAMS),
        ("notelift/slice", {"target": "a b"}, INVALID_PARAMS),
        ("notelift/slice", {}, INVALID_PARAMS),
        ("notelift/slice", {"target": 3}, INVALID_PARAMS),
        ("notelift/lineage", {"name": "nothing_like_it"}, INVALID_PARAMS),
        ("notelift/lineage", {"position": {"line": 0, "character": 0}}, INVALID_PARAMS),
        ("notelift/planExtraction", {"targets": ["top"], "module": "not a name"}, REQUEST_FAILED),
        ("notelift/planExtraction", {"targets": ["nothing_like_it"]}, REQUEST_FAILED),
    ],
)
def test_what_cannot_be_answered_is_refused(
    client: LanguageClient, sales: NotebookHandle, method: str, params: dict[str, Any], code: int
) -> None:
    with pytest.raises(ServerError) as refused:
        client.request(method, {"notebook": {"uri": sales.uri}, **params})
    assert refused.value.code == code
    assert str(refused.value)
    assert client.request("textDocument/hover", sales.at(5, "df")) is not None
