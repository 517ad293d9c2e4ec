"""The server driven by pytest-lsp, which checks what it sends against what the client can do."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

BOOK = "file:///home/someone/books/sales.ipynb"
SOURCES = ("price = 2", "total = price * 3", "print(total, unknown)")
pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.filterwarnings("error::pytest_lsp.LspSpecificationWarning"),
]


@pytest_lsp.fixture(config=ClientServerConfig([sys.executable, "-m", "notelift.cli", "lsp"]))
async def client(lsp_client: LanguageClient) -> AsyncIterator[None]:
    capabilities = client_capabilities("visual-studio-code")
    capabilities.notebook_document = types.NotebookDocumentClientCapabilities(
        synchronization=types.NotebookDocumentSyncClientCapabilities(
            dynamic_registration=True, execution_summary_support=True
        )
    )
    for method in (types.CLIENT_REGISTER_CAPABILITY, types.WORKSPACE_CODE_LENS_REFRESH):
        lsp_client.feature(method)(answered)
    await lsp_client.initialize_session(types.InitializeParams(capabilities=capabilities))
    open_notebook(lsp_client)
    yield
    await lsp_client.shutdown_session()


def answered(params: types.RegistrationParams | None) -> None:
    """Take what the server asks for, and answer nothing."""


def cell(number: int) -> str:
    return f"vscode-notebook-cell:/home/someone/books/sales.ipynb#W{number}"


def document(number: int) -> types.TextDocumentIdentifier:
    return types.TextDocumentIdentifier(uri=cell(number))


def open_notebook(client: LanguageClient) -> None:
    client.notebook_document_did_open(
        types.DidOpenNotebookDocumentParams(
            notebook_document=types.NotebookDocument(
                uri=BOOK,
                notebook_type="jupyter-notebook",
                version=0,
                cells=[
                    types.NotebookCell(kind=types.NotebookCellKind.Code, document=cell(number))
                    for number in range(len(SOURCES))
                ],
            ),
            cell_text_documents=[
                types.TextDocumentItem(uri=cell(number), language_id="python", version=1, text=text)
                for number, text in enumerate(SOURCES)
            ],
        )
    )


def change(client: LanguageClient, version: int, cells: types.NotebookDocumentCellChanges) -> None:
    client.notebook_document_did_change(
        types.DidChangeNotebookDocumentParams(
            notebook_document=types.VersionedNotebookDocumentIdentifier(version=version, uri=BOOK),
            change=types.NotebookDocumentChangeEvent(cells=cells),
        )
    )


def edit(client: LanguageClient, version: int, number: int, text: str) -> None:
    content = types.NotebookDocumentCellContentChanges(
        document=types.VersionedTextDocumentIdentifier(version=version, uri=cell(number)),
        changes=[types.TextDocumentContentChangeWholeDocument(text=text)],
    )
    change(client, version, types.NotebookDocumentCellChanges(text_content=[content]))


def run(client: LanguageClient, version: int, number: int, order: int) -> None:
    for summary in (None, types.ExecutionSummary(execution_order=order, success=True)):
        data = types.NotebookCell(
            kind=types.NotebookCellKind.Code, document=cell(number), execution_summary=summary
        )
        change(client, version, types.NotebookDocumentCellChanges(data=[data]))


async def status(client: LanguageClient) -> Any:
    """The notebook's state, which is answered when its diagnostics are published."""
    return await client.protocol.send_request_async("notelift/status", {"notebook": {"uri": BOOK}})


def codes(client: LanguageClient, number: int) -> list[Any]:
    return [diagnostic.code for diagnostic in client.diagnostics.get(cell(number), [])]


async def test_what_is_opened_is_checked(client: LanguageClient) -> None:
    await status(client)
    assert codes(client, 2) == ["NL104"]
    [diagnostic] = client.diagnostics[cell(2)]
    assert diagnostic.source == "notelift"
    assert diagnostic.code_description is not None
    assert diagnostic.severity == types.DiagnosticSeverity.Error


async def test_what_is_typed_is_checked(client: LanguageClient) -> None:
    edit(client, 2, 0, "price = 2\nunknown = 1")
    await status(client)
    assert codes(client, 2) == []


async def test_what_is_run_is_checked(client: LanguageClient) -> None:
    for number in (0, 1, 0):
        run(client, number, number, number + 1)
    edit(client, 2, 0, "price = 3")
    for order, number in enumerate((0, 1), start=1):
        run(client, 3, number, order)
    edit(client, 4, 0, "price = 4")
    run(client, 5, 0, 3)
    await status(client)
    assert "NL102" in codes(client, 1)


async def test_hover_tells_where_a_value_comes_from(client: LanguageClient) -> None:
    hover = await client.text_document_hover_async(
        types.HoverParams(text_document=document(1), position=types.Position(line=0, character=1))
    )
    assert hover is not None and isinstance(hover.contents, types.MarkupContent)
    assert "price" in hover.contents.value


async def test_actions_are_offered_and_resolved(client: LanguageClient) -> None:
    name = types.Range(start=types.Position(line=0, character=0), end=types.Position(line=0, character=5))
    offered = await client.text_document_code_action_async(
        types.CodeActionParams(
            text_document=document(1),
            range=name,
            context=types.CodeActionContext(diagnostics=[], only=[types.CodeActionKind.RefactorExtract]),
        )
    )
    actions = [action for action in offered or [] if isinstance(action, types.CodeAction)]
    [action] = [each for each in actions if each.title == "Extract `total` to a module..."]
    assert action.kind == "refactor.extract.module.notelift" and action.edit is None
    resolved = await client.code_action_resolve_async(action)
    assert resolved.edit is not None
    new_file, content, *_ = resolved.edit.document_changes or ()
    assert isinstance(new_file, types.CreateFile) and new_file.uri.endswith("/books/total.py")
    assert isinstance(content, types.TextDocumentEdit)
    assert "def compute_total(price: int = 2)" in content.edits[0].new_text


async def test_the_state_is_told_by_a_request_of_our_own(client: LanguageClient) -> None:
    run(client, 2, 0, 1)
    edit(client, 3, 0, "price = 5")
    state = await status(client)
    assert {cell.label: cell.state for cell in state.cells} == {
        "[1]": "edited",
        "cell 1": "never_run",
        "cell 2": "never_run",
    }


async def test_definition_leads_to_the_cell_that_made_the_value(client: LanguageClient) -> None:
    found = await client.text_document_definition_async(
        types.DefinitionParams(text_document=document(1), position=types.Position(line=0, character=9))
    )
    assert isinstance(found, list) and len(found) == 1
    assert getattr(found[0], "uri", None) or getattr(found[0], "target_uri", None) == cell(0)
