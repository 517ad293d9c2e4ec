"""Code actions over stdio: listed at a place, built when chosen, refused where they would be wrong."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.harness.documents import NotebookHandle
from tests.harness.editor import CAPABILITIES
from tests.harness.jsonrpc import UNANSWERED
from tests.harness.lsp import LanguageClient, ServerError
from tests.harness.positions import edited

Json = Any
CANCELLED, CONTENT_MODIFIED, INVALID_PARAMS, REQUEST_FAILED = -32800, -32801, -32602, -32803
MODULE = "refactor.extract.module.notelift"
INVOKED, AUTOMATIC = 1, 2

NUMBERS = ["import math", "rows = [1, 2, 3]", "total = sum(rows)", "root = math.sqrt(total)"]


@pytest.fixture(scope="module")
def capable() -> Iterator[LanguageClient]:
    """The server of a client that changes and runs cells."""
    with LanguageClient() as client:
        client.initialize(options={"cellEdits": True, "commands": True})
        yield client


def listed(
    book: NotebookHandle, cell: int, needle: str, trigger: int = INVOKED, **context: Json
) -> list[Json]:
    """The actions at a selection."""
    context = {"diagnostics": list(book.diagnostics(cell)), "triggerKind": trigger, **context}
    found = book.client.request("textDocument/codeAction", book.over(cell, needle) | {"context": context})
    assert isinstance(found, list)
    return found


def titled(actions: list[Json], title: str) -> Json:
    """The action with that title."""
    [found] = [action for action in actions if action["title"] == title]
    return found


def error_of(client: LanguageClient, method: str, params: Json) -> ServerError:
    """The error that a request is answered with."""
    with pytest.raises(ServerError) as caught:
        client.request(method, params)
    assert "Traceback" not in caught.value.message
    return caught.value


def test_a_value_is_extracted_by_a_plain_edit(server: LanguageClient) -> None:
    book = server.open_notebook(NUMBERS)
    action = titled(listed(book, 2, "total"), "Extract `total` to a module...")
    assert action["kind"] == MODULE and "edit" not in action and "disabled" not in action
    resolved = server.request("codeAction/resolve", action)
    create = resolved["edit"]["documentChanges"][0]
    assert create["kind"] == "create" and create["uri"].endswith("/total.py")
    assert not create["options"].get("overwrite") and not create["options"].get("ignoreIfExists")
    [(uri, module)] = book.apply(resolved["edit"]).items()
    assert uri == create["uri"] and "def compute_total()" in module
    assert [cell.text for cell in book.cells] == [
        "import math",
        "# Moved to total.py",
        "from total import compute_total\ntotal = compute_total()",
        "root = math.sqrt(total)",
    ]
    book.settled()
    assert book.codes() == {}
    book.close()


def test_columns_count_as_the_protocol_does(server: LanguageClient) -> None:
    book = server.open_notebook(['s = "\U0001f600"; total = len(s); print(total)', "half = total / 2"])
    action = titled(listed(book, 0, "total"), "Extract `total` to a module...")
    book.apply(server.request("codeAction/resolve", action)["edit"])
    assert book.cells[0].text == "from total import compute_total; total = compute_total(); print(total)"
    book.close()


def test_an_edit_is_of_the_version_that_was_listed(server: LanguageClient) -> None:
    book = server.open_notebook(NUMBERS)
    book.edit(2, "total = sum(rows) + 1")
    action = titled(listed(book, 2, "total"), "Extract `total` to a module...")
    edit = server.request("codeAction/resolve", action)["edit"]
    versions = {
        change["textDocument"]["uri"]: change["textDocument"]["version"]
        for change in edit["documentChanges"]
        if "textDocument" in change
    }
    assert versions[book.uris[2]] == 2 and versions[book.uris[1]] == 1
    book.edit(0, "import math, os")
    assert error_of(server, "codeAction/resolve", action).code == CONTENT_MODIFIED
    book.run(3)
    assert error_of(server, "codeAction/resolve", action).code == CONTENT_MODIFIED
    book.close()


def test_a_refusal_is_a_sentence(server: LanguageClient) -> None:
    book = server.open_notebook(
        [
            "import random\nrandom.seed(1)\nfirst = random.random()",
            "second = random.random()",
            "print(first, random.random())",
        ]
    )
    actions = listed(book, 1, "second")
    error = error_of(server, "codeAction/resolve", titled(actions, "Extract `second` to a module..."))
    assert error.code == REQUEST_FAILED
    assert "not the notebook rewritten: cell 2, line 1 draws from the random stream" in error.message
    alone = titled(actions, "Extract `second` to a module, leave the notebook as it is...")
    texts = [cell.text for cell in book.cells]
    assert len(book.apply(server.request("codeAction/resolve", alone)["edit"])) == 1
    assert [cell.text for cell in book.cells] == texts
    book.close()


def test_what_cannot_be_done_is_disabled_with_the_reason(server: LanguageClient) -> None:
    book = server.open_notebook(["n = 0\ndef more():\n    global n\n    n += 1\nmore()"])
    action = titled(listed(book, 0, "more"), "Move `more` to a module...")
    assert action["disabled"]["reason"] == "`more` sets `n` of the notebook: return the value instead"
    assert all("disabled" not in each for each in listed(book, 0, "more", AUTOMATIC))
    book.close()


def test_definitions_move_to_a_module(server: LanguageClient) -> None:
    book = server.open_notebook(["import math", "def area(r):\n    return math.pi * r", "a = area(2)"])
    action = titled(listed(book, 1, "area"), "Move `area` to a module...")
    files = book.apply(server.request("codeAction/resolve", action)["edit"])
    assert [uri.rpartition("/")[2] for uri in files] == ["helpers.py"]
    assert book.cells[1].text == "from helpers import area"
    book.close()


THERE = "import os\n\nX = os.sep  # 😀"


def in_the_way(client: LanguageClient, folder: Path) -> tuple[NotebookHandle, Path, Json]:
    """A notebook beside a file that the module of the action would be."""
    there = folder / "total.py"
    there.write_text(THERE, encoding="utf-8")
    book = client.open_notebook(NUMBERS, uri=(folder / "n.ipynb").as_uri())
    return book, there, titled(listed(book, 2, "total"), "Extract `total` to a module...")


def edits_of(action: Json, uri: str) -> Json:
    """The edits of one document, and its version."""
    [found] = [
        each for each in action["edit"]["documentChanges"] if each.get("textDocument", {}).get("uri") == uri
    ]
    return found


@pytest.fixture
def plain() -> Iterator[LanguageClient]:
    """The server of a client that knows the protocol only, and a person who chooses."""
    with LanguageClient() as client:
        client.initialize()
        yield client


def test_a_file_in_the_way_is_asked_about(plain: LanguageClient, tmp_path: Path) -> None:
    book, there, action = in_the_way(plain, tmp_path)
    plain.chooses = "Add to total.py"
    resolved = plain.request("codeAction/resolve", action)
    [question] = plain.requested("window/showMessageRequest")
    assert question["message"] == "total.py exists already. What is to become of it?"
    assert [each["title"] for each in question["actions"]] == ["Add to total.py", "Write total_2.py"]
    edit = edits_of(resolved, there.as_uri())
    text = edited(THERE, edit["edits"])
    assert text.startswith(f"{THERE}\n\n\ndef compute_total()") and edit["textDocument"]["version"] is None
    assert not any(each.get("kind") == "create" for each in resolved["edit"]["documentChanges"])
    assert all(each["range"]["start"]["line"] == 2 for each in edit["edits"])
    assert there.read_text(encoding="utf-8") == THERE
    book.close()


def test_another_file_is_written_where_that_is_chosen(plain: LanguageClient, tmp_path: Path) -> None:
    book, _, action = in_the_way(plain, tmp_path)
    (tmp_path / "total_2.py").write_text("", encoding="utf-8")
    plain.chooses = "Write"
    [(uri, module)] = book.apply(plain.request("codeAction/resolve", action)["edit"]).items()
    assert uri == (tmp_path / "total_3.py").as_uri() and "def compute_total()" in module
    assert "from total_3 import" in book.cells[2].text
    book.close()


def test_where_nothing_is_chosen_nothing_is_written(plain: LanguageClient, tmp_path: Path) -> None:
    book, _, action = in_the_way(plain, tmp_path)
    error = error_of(plain, "codeAction/resolve", action)
    assert error.code == REQUEST_FAILED and "total.py exists already" in error.message
    assert error.data == {"exists": "total.py", "free": "total_2"}
    book.close()


def test_while_a_person_thinks_the_server_goes_on(plain: LanguageClient, tmp_path: Path) -> None:
    book, _, action = in_the_way(plain, tmp_path)
    seen: list[Json] = []

    def think(params: Json) -> Json:
        # The server is asked, and the notebook typed in, before there is an answer.
        book.edit(0, "import math, os")
        seen.append(plain.start("textDocument/hover", book.at(2, "total")))
        return params["actions"][0]

    plain.thinks = think
    error = error_of(plain, "codeAction/resolve", action)
    assert error.code == CONTENT_MODIFIED
    assert seen[0].result() is not None
    book.close()


def test_a_request_is_cancelled_while_a_person_thinks(plain: LanguageClient, tmp_path: Path) -> None:
    book, _, action = in_the_way(plain, tmp_path)
    plain.thinks = lambda question: UNANSWERED
    pending = plain.start("codeAction/resolve", action)
    plain.wait_for(lambda: plain.requested("window/showMessageRequest"))
    pending.cancel()
    with pytest.raises(ServerError) as caught:
        pending.result()
    assert caught.value.code == CANCELLED
    book.close()


def test_what_is_typed_in_an_open_module_is_kept(plain: LanguageClient, tmp_path: Path) -> None:
    book, there, action = in_the_way(plain, tmp_path)
    module = plain.open_text(THERE, there.as_uri())
    typed = "import os\nimport sys\n\nX = os.sep\n"
    module.edit(typed)
    plain.chooses = "Add"
    edit = edits_of(plain.request("codeAction/resolve", action), there.as_uri())
    assert edit["textDocument"]["version"] == 2
    assert edited(typed, edit["edits"]).startswith(f"{typed}\n\ndef compute_total()")
    assert all(each["range"]["start"] == each["range"]["end"] for each in edit["edits"])
    module.close()
    book.close()


@pytest.mark.parametrize(
    ("there", "said"),
    [(b"# caf\xe9\n", "total.py cannot be read as UTF-8"), (b"def f(:\n", "total.py cannot be added to")],
)
def test_a_module_that_cannot_be_added_to_is_told_in_words(
    capable: LanguageClient, tmp_path: Path, there: bytes, said: str
) -> None:
    book, file, action = in_the_way(capable, tmp_path)
    file.write_bytes(there)
    action["data"]["options"]["append"] = True
    error = error_of(capable, "notelift/resolveChange", action["data"])
    assert error.code == REQUEST_FAILED and said in error.message
    assert file.read_bytes() == there
    book.close()


def test_a_module_with_a_byte_order_mark_is_added_to(capable: LanguageClient, tmp_path: Path) -> None:
    book, file, action = in_the_way(capable, tmp_path)
    file.write_bytes(b"\xef\xbb\xbf" + THERE.encode())
    action["data"]["options"]["append"] = True
    [change] = capable.request("notelift/resolveChange", action["data"])["files"]
    assert change["before"] == THERE and change["text"].startswith(THERE)
    book.close()


def test_a_client_that_asks_itself_is_not_asked(capable: LanguageClient, tmp_path: Path) -> None:
    book, _, action = in_the_way(capable, tmp_path)
    asked = len(capable.requested("window/showMessageRequest"))
    for method, params in (("codeAction/resolve", action), ("notelift/resolveChange", action["data"])):
        error = error_of(capable, method, params)
        assert error.data == {"exists": "total.py", "free": "total_2"}
    assert len(capable.requested("window/showMessageRequest")) == asked
    action["data"]["options"].update(append=False, module="sums", function="add_up", folder="lib")
    change = capable.request("notelift/resolveChange", action["data"])
    [file] = change["files"]
    assert file["uri"] == (tmp_path / "lib" / "sums.py").as_uri() and "def add_up()" in file["text"]
    book.close()


def test_who_resolves_nothing_chooses_what_says_that_it_adds(fresh: LanguageClient, tmp_path: Path) -> None:
    fresh.initialize(less(textDocument__codeAction__resolveSupport=None))
    there = tmp_path / "total.py"
    there.write_text(THERE, encoding="utf-8")
    book = fresh.open_notebook(NUMBERS, uri=(tmp_path / "n.ipynb").as_uri())
    action = titled(listed(book, 2, "total"), "Extract `total` to a module, added to total.py")
    assert edited(THERE, edits_of(action, there.as_uri())["edits"]).startswith(f"{THERE}\n\n\ndef ")
    assert fresh.requested("window/showMessageRequest") == []


def test_cells_come_and_go_where_the_client_changes_cells(capable: LanguageClient) -> None:
    book = capable.open_notebook(NUMBERS)
    action = titled(listed(book, 2, "total"), "Extract `total` to a module...")
    resolved = capable.request("codeAction/resolve", action)
    assert "edit" not in resolved
    assert resolved["command"]["command"] == "notelift.applyChange"
    assert resolved["command"]["arguments"] == [action["data"]]
    change = capable.request("notelift/resolveChange", action["data"])
    assert change["kind"] == "change"
    assert change["cells"] == [
        {"insert": {"before": book.uris[2], "kind": "code", "source": "from total import compute_total"}},
        {"remove": {"uri": book.uris[1]}},
    ]
    [text] = change["texts"]
    assert text["uri"] == book.uris[2] and text["newText"] == "compute_total("
    assert text["range"] == {"start": {"line": 0, "character": 8}, "end": {"line": 0, "character": 16}}
    [file] = change["files"]
    assert file["uri"].endswith("/total.py") and file["before"] is None and "compute_total" in file["text"]
    book.edit(0, "import math, os")
    assert error_of(capable, "notelift/resolveChange", action["data"]).code == CONTENT_MODIFIED
    book.close()


def test_cells_run_where_the_client_runs_them(capable: LanguageClient, server: LanguageClient) -> None:
    for client in (capable, server):
        book = client.open_notebook(["a = 1", "b = a", "c = b"])
        for cell in (0, 1, 2):
            book.run(cell)
        book.edit(0, "a = 2")
        book.run(0)
        book.settled()
        assert book.codes() == {1: ["NL102"]}
        actions = listed(book, 1, "b = a")
        runs = [each for each in actions if each["title"] == "Restart the kernel and run all cells"]
        if client is server:
            assert runs == []
        else:
            [action] = runs
            assert action["kind"] == "quickfix" and action["isPreferred"]
            assert [each["code"] for each in action["diagnostics"]] == ["NL102"]
            command = client.request("codeAction/resolve", action)["command"]
            assert command["command"] == "notelift.runCells"
            run = {"kind": "run", "notebook": book.uri, "cells": book.uris, "restart": True}
            assert command["arguments"] == [run]
            assert client.request("notelift/resolveChange", action["data"]) == run
        book.close()


def test_fixes_beside_a_cell_that_is_being_typed(server: LanguageClient) -> None:
    book = server.open_notebook(["x = 1", "np.zeros(x)"])
    for typed in ("x = (", "x = ((", "x = 1", "y = ("):
        book.edit(0, typed)
        book.settled()
        assert "NL104" in book.codes()[1]
        action = titled(listed(book, 1, "np"), "Add `import numpy as np`")
        assert [each["code"] for each in action["diagnostics"]] == ["NL104"]
    resolved = server.request("codeAction/resolve", action)
    book.apply(resolved["edit"])
    assert [cell.text for cell in book.cells] == ["y = (", "import numpy as np\nnp.zeros(x)"]
    book.close()


def test_kinds_are_those_that_were_asked_for(server: LanguageClient) -> None:
    book = server.open_notebook(["import random\nrows = [random.random()]\ndef f():\n    return 1"])
    book.settled()
    for only in (
        ["quickfix"],
        ["refactor"],
        ["refactor.extract"],
        [MODULE],
        ["source.fixAll"],
        ["refactor.inline"],
    ):
        kinds = {action["kind"] for action in listed(book, 0, "rows", only=only)}
        assert all(kind == only[0] or kind.startswith(only[0] + ".") for kind in kinds)
        assert kinds or only[0] in ("source.fixAll", "refactor.inline")
    automatic = listed(book, 0, "rows", AUTOMATIC)
    assert all(each["kind"].startswith("refactor") or each.get("isPreferred") for each in automatic)
    book.close()


def less(**without: Json) -> Json:
    """What a client can do, without some of it."""
    capabilities = copy.deepcopy(CAPABILITIES)
    for path, value in without.items():
        part = capabilities
        *inner, last = path.split("__")
        for name in inner:
            part = part[name]
        part[last] = value
    return capabilities


def test_a_client_that_resolves_nothing_gets_edits(fresh: LanguageClient) -> None:
    fresh.initialize(less(textDocument__codeAction__resolveSupport=None))
    book = fresh.open_notebook(NUMBERS)
    action = titled(listed(book, 2, "total"), "Extract `total` to a module...")
    book.apply(action["edit"])
    assert book.cells[2].text.endswith("total = compute_total()")


def test_a_client_that_shows_no_reasons_gets_what_is_possible(fresh: LanguageClient) -> None:
    fresh.initialize(less(textDocument__codeAction__disabledSupport=False))
    book = fresh.open_notebook(["n = 0\ndef more():\n    global n\n    n += 1"])
    assert not any(each["title"].startswith("Move") for each in listed(book, 0, "more"))


def test_a_client_that_creates_no_files_is_told(fresh: LanguageClient) -> None:
    fresh.initialize(less(workspace__workspaceEdit={"documentChanges": True}))
    book = fresh.open_notebook([*NUMBERS, "def half(x):\n    return x / 2"])
    for cell, needle in ((2, "total"), (4, "half")):
        modules = [each for each in listed(book, cell, needle) if each["kind"] == MODULE]
        assert modules and all("create files" in each["disabled"]["reason"] for each in modules)


def test_a_notebook_in_no_folder_is_to_be_saved(server: LanguageClient, capable: LanguageClient) -> None:
    book = server.open_notebook(NUMBERS, uri="untitled:Untitled-1.ipynb")
    action = titled(listed(book, 2, "total"), "Extract `total` to a module...")
    assert action["disabled"]["reason"] == "save the notebook first: the file goes to its folder"
    book.close()
    # A client that asks for the folder may name another.
    book = capable.open_notebook(NUMBERS, uri="untitled:Untitled-1.ipynb")
    action = titled(listed(book, 2, "total"), "Extract `total` to a module...")
    error = error_of(capable, "notelift/resolveChange", action["data"])
    assert error.code == REQUEST_FAILED and "save the notebook first" in error.message
    action["data"]["options"]["folder"] = "/home/someone/lib"
    [file] = capable.request("notelift/resolveChange", action["data"])["files"]
    assert file["uri"] == "file:///home/someone/lib/total.py"
    book.close()


def test_a_script_is_edited_as_one_text(server: LanguageClient) -> None:
    text = "# %%\nimport math\n\n# %%\nrows = [1, 2]\n\n# %%\ntotal = sum(rows)\n\n# %%\nhalf = total / 2\n"
    script = server.open_text(text, "file:///home/someone/books/script.py")
    script.settled()
    start = script.at("total")["position"]
    params = {
        "textDocument": {"uri": script.uri},
        "range": {"start": start, "end": start},
        "context": {"diagnostics": [], "triggerKind": INVOKED},
    }
    actions = server.request("textDocument/codeAction", params)
    edit = server.request("codeAction/resolve", titled(actions, "Extract `total` to a module..."))["edit"]
    create, new, change = edit["documentChanges"]
    assert create["uri"] == new["textDocument"]["uri"] == "file:///home/someone/books/total.py"
    assert change["textDocument"]["uri"] == script.uri
    assert edited(text, change["edits"]) == (
        "# %%\nimport math\n\n# %%\n# Moved to total.py\n\n"
        "# %%\nfrom total import compute_total\ntotal = compute_total()\n\n# %%\nhalf = total / 2\n"
    )
    script.close()


@pytest.mark.parametrize("data", [None, 1, "x", {}, {"revision": "1"}, {"assist": "extract-module"}])
def test_data_of_no_action(server: LanguageClient, data: Json) -> None:
    book = server.open_notebook(NUMBERS)
    action = titled(listed(book, 2, "total"), "Extract `total` to a module...")
    broken = data if not isinstance(data, dict) else {"notebook": book.uri, **data}
    assert error_of(server, "codeAction/resolve", {**action, "data": broken}).code == INVALID_PARAMS
    assert error_of(server, "notelift/resolveChange", broken or {}).code == INVALID_PARAMS
    unknown = {**action["data"], "assist": "no-such-assist"}
    assert error_of(server, "codeAction/resolve", {**action, "data": unknown}).code == INVALID_PARAMS
    book.close()
