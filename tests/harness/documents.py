"""Open documents as a client has them: a notebook that is edited and run, and a plain text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from tests.harness.jsonrpc import Json, Pending
from tests.harness.positions import difference, edited, found

if TYPE_CHECKING:
    from tests.harness.lsp import LanguageClient

BARRIER = "notelift/status"
"""The request that is answered after all earlier changes of a notebook were checked and published."""
KERNEL = {
    "metadata": {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python", "version": "3.11.7"},
    },
    "nbformat": 4,
    "nbformat_minor": 5,
    "indentAmount": " ",
}


@dataclass
class Cell:
    """A cell as the client knows it. `count` is saved, `summary` is of a run that was seen."""

    text: str
    language: str = "python"
    kind: int = 2
    count: int | None = None
    tags: tuple[str, ...] = ()
    summary: Json = None
    uri: str = ""
    version: int = 1
    has_metadata: bool = True

    @property
    def data(self) -> Json:
        """The cell as the protocol describes it, without its text."""
        data: Json = {"kind": self.kind, "document": self.uri}
        if self.has_metadata:
            inner = {"tags": list(self.tags)} if self.tags else {}
            data["metadata"] = {"execution_count": self.count, "metadata": inner, "id": _saved_id(self.uri)}
        if self.summary is not None:
            data["executionSummary"] = self.summary
        return data

    @property
    def document(self) -> Json:
        """The cell's text document, as it is opened."""
        return {"uri": self.uri, "languageId": self.language, "version": self.version, "text": self.text}


@dataclass
class TextHandle:
    """An open text document."""

    client: LanguageClient
    uri: str
    text: str
    language: str = "python"
    version: int = 1

    @property
    def document(self) -> Json:
        """The document as it is opened."""
        return {"uri": self.uri, "languageId": self.language, "version": self.version, "text": self.text}

    def edit(self, text: str) -> None:
        """Type: send the one change that makes `text` of what is there."""
        change = difference(self.text, text)
        self.version, self.text = self.version + 1, text
        document = {"uri": self.uri, "version": self.version}
        self.client.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})

    def close(self) -> None:
        """Close it."""
        self.client.notify("textDocument/didClose", {"textDocument": {"uri": self.uri}})

    def settled(self) -> Json:
        """Wait until all that was sent so far is checked and published; return the state."""
        return self.client.request(BARRIER, {"textDocument": {"uri": self.uri}})

    def at(self, needle: str, nth: int = 0) -> Json:
        """The parameters of a request at the start of `needle` in the text."""
        return {"textDocument": {"uri": self.uri}, "position": found(self.text, needle, nth)["start"]}


@dataclass
class NotebookHandle:
    """An open notebook: `cells` are as the client has them. Cells are named by their index."""

    client: LanguageClient
    uri: str
    notebook_type: str
    metadata: Json
    cells: list[Cell] = field(default_factory=list)
    version: int = 0
    highest: int = 0
    """The execution count that the kernel gave last."""
    _named: int = 0

    @property
    def uris(self) -> list[str]:
        """The cells' documents, in order."""
        return [cell.uri for cell in self.cells]

    def new_uri(self) -> str:
        """A document's name that no cell has had."""
        self._named += 1
        return f"{self.uri.replace('file://', 'vscode-notebook-cell:', 1)}#W{self._named}sZmlsZQ%3D%3D"

    def open(self) -> None:
        """Open it, as it is now."""
        notebook = {
            "uri": self.uri,
            "notebookType": self.notebook_type,
            "version": self.version,
            "cells": [cell.data for cell in self.cells],
            "metadata": self.metadata,
        }
        documents = [cell.document for cell in self.cells]
        self.client.notify(
            "notebookDocument/didOpen", {"notebookDocument": notebook, "cellTextDocuments": documents}
        )

    def close(self) -> None:
        """Close it."""
        documents = [{"uri": cell.uri} for cell in self.cells]
        self.client.notify(
            "notebookDocument/didClose",
            {"notebookDocument": {"uri": self.uri}, "cellTextDocuments": documents},
        )

    def reopen(self) -> None:
        """Close and open it, as a client does that restarts: runs that were seen are told again."""
        self.close()
        self.open()

    def edit(self, cell: int, text: str, whole: bool = False) -> None:
        """Type: send one incremental change, or the `whole` text; a saved count is forgotten."""
        known = self.cells[cell]
        change: Json = {"text": text} if whole else difference(known.text, text)
        known.text = text
        known.version += 1
        document = {"uri": known.uri, "version": known.version}
        self.change({"textContent": [{"document": document, "changes": [change]}]})
        if known.count is not None:
            known.count = None
            self.change({"data": [known.data]})

    def run(self, cell: int, order: int | None = None, success: bool = True) -> None:
        """Run a cell: all that VS Code sends. Without an `order` the kernel counts on."""
        self.begin(cell)
        self.finish(cell, order, success)

    def begin(self, cell: int) -> None:
        """Start a run: the summary goes away, and the saved count a little later."""
        known = self.cells[cell]
        known.summary = None
        for _ in range(3):
            self.change({"data": [known.data]})
        known.count = None
        self.change({"data": [known.data]})

    def finish(self, cell: int, order: int | None = None, success: bool = True) -> None:
        """End a run: the summary comes, then the count in the metadata. Versions have gaps."""
        known = self.cells[cell]
        self.highest = self.highest + 1 if order is None else order
        self.version += 1
        known.summary = {"executionOrder": self.highest, "success": success}
        self.change({"data": [known.data]})
        known.count = self.highest
        self.change({"data": [known.data]})

    def restart(self) -> None:
        """Restart the kernel, which no message tells: counts start over."""
        self.highest = 0

    def insert(self, index: int, cell: str | Cell) -> None:
        """Insert a cell: it comes without metadata, which follow."""
        new = cell if isinstance(cell, Cell) else Cell(cell)
        new.uri = new.uri or self.new_uri()
        new.has_metadata = False
        self._splice(index, 0, [new], opened=[new])
        new.has_metadata = True
        self.change({"data": [new.data]})

    def delete(self, index: int) -> Cell:
        """Delete a cell and return it, for `undo_delete`."""
        gone = self.cells[index]
        self._splice(index, 1, [], closed=[gone])
        return gone

    def undo_delete(self, index: int, cell: Cell) -> None:
        """Bring a deleted cell back: the same document, its count and its summary."""
        self._splice(index, 0, [cell], opened=[cell])

    def replace(self, index: int, text: str) -> Cell:
        """Put a cell with another text in place of one, with all that it has; return the old, for `put_back`.

        VS Code can undo that together with a new file, which it cannot for a change of text.
        """
        old = self.cells[index]
        self.put_back(index, replace(old, text=text, uri=self.new_uri(), version=1))
        return old

    def put_back(self, index: int, cell: Cell) -> None:
        """Put a cell in place of another."""
        self._splice(index, 1, [cell], opened=[cell], closed=[self.cells[index]])

    def replace_run(self, start: int, *texts: str) -> list[Cell]:
        """Put cells with other texts in place of some in a row; return the old, for `put_back_run`."""
        old = self.cells[start : start + len(texts)]
        new = zip(old, texts, strict=True)
        self.put_back_run(
            start, *(replace(each, text=text, uri=self.new_uri(), version=1) for each, text in new)
        )
        return old

    def put_back_run(self, start: int, *cells: Cell) -> None:
        """Put cells in place of as many others, as VS Code tells it.

        The first message closes all the old and opens the first; each of the others opens one more. All of
        them have one version.
        """
        first, *others = cells
        self._splice(
            start, len(cells), [first], opened=[first], closed=self.cells[start : start + len(cells)]
        )
        for index, cell in enumerate(others, start + 1):
            self.version -= 1
            self._splice(index, 0, [cell], opened=[cell])

    def move(self, index: int, target: int) -> None:
        """Move a cell, so that it stands at `target`: one replacement of all cells between, none opened."""
        order = list(self.cells)
        order.insert(target, order.pop(index))
        first, last = min(index, target), max(index, target) + 1
        if first != last - 1:
            self._splice(first, last - first, order[first:last])

    def clear_outputs(self, cell: int | None = None) -> None:
        """Clear the outputs of a cell, or of all."""
        cleared = self.cells if cell is None else [self.cells[cell]]
        for each in cleared:
            each.summary = each.count = None
        self.change({"data": [each.data for each in cleared]})

    def change(self, cells: Json) -> None:
        """Send one change of cells, as it is."""
        self.version += 1
        document = {"uri": self.uri, "version": self.version}
        self.client.notify(
            "notebookDocument/didChange", {"notebookDocument": document, "change": {"cells": cells}}
        )

    def settled(self) -> Json:
        """Wait until all that was sent so far is checked and published; return the notebook's state."""
        return self.barrier().result()

    def barrier(self) -> Pending:
        """The request that is answered when all that was sent before it is checked and published."""
        return self.client.start(BARRIER, {"notebook": {"uri": self.uri}})

    def diagnostics(self, cell: int) -> tuple[Json, ...]:
        """What was published last for a cell."""
        return self.client.diagnostics(self.cells[cell].uri).items

    def codes(self) -> dict[int, list[str]]:
        """The codes of the diagnostics of each cell that has some, sorted."""
        found_codes = {n: sorted(d["code"] for d in self.diagnostics(n)) for n in range(len(self.cells))}
        return {cell: codes for cell, codes in found_codes.items() if codes}

    def at(self, cell: int, needle: str, nth: int = 0) -> Json:
        """The parameters of a request at the start of `needle` in a cell, `nth` time it occurs."""
        known = self.cells[cell]
        return {"textDocument": {"uri": known.uri}, "position": found(known.text, needle, nth)["start"]}

    def over(self, cell: int, needle: str, nth: int = 0) -> Json:
        """The parameters of a request about a selection."""
        known = self.cells[cell]
        return {"textDocument": {"uri": known.uri}, "range": found(known.text, needle, nth)}

    def apply(self, edit: Json) -> dict[str, str]:
        """Do what a WorkspaceEdit of plain text says, in cells and new files; return the new files' texts.

        The cells' changes are sent. Raises ValueError for an edit that does not fit, or of another document.
        """
        files: dict[str, str] = {}
        for change in edit.get("documentChanges") or _changes(edit):
            if change.get("kind") == "create":
                files[change["uri"]] = ""
                continue
            uri = change["textDocument"]["uri"]
            if uri in files:
                files[uri] = edited(files[uri], change["edits"])
                continue
            cell = self.uris.index(uri)
            if change["textDocument"].get("version") not in (None, self.cells[cell].version):
                raise ValueError(f"the edit is of another version of cell {cell}")
            self.edit(cell, edited(self.cells[cell].text, change["edits"]), whole=True)
        return files

    def _splice(
        self,
        start: int,
        count: int,
        cells: list[Cell],
        opened: Sequence[Cell] = (),
        closed: Sequence[Cell] = (),
    ) -> None:
        self.cells[start : start + count] = cells
        array: dict[str, Any] = {"start": start, "deleteCount": count}
        if cells:
            array["cells"] = [cell.data for cell in cells]
        self.change(
            {
                "structure": {
                    "array": array,
                    "didOpen": [cell.document for cell in opened],
                    "didClose": [{"uri": cell.uri} for cell in closed],
                }
            }
        )


def _changes(edit: Json) -> list[Json]:
    """The changes of an edit in its older form, as those of documents."""
    return [
        {"textDocument": {"uri": uri, "version": None}, "edits": edits}
        for uri, edits in edit.get("changes", {}).items()
    ]


def _saved_id(uri: str) -> str:
    """The id that the notebook has for a cell; it says nothing of its place."""
    return uri.partition("#")[2][:4].lower()
