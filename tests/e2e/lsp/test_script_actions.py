"""Code actions in scripts, whose cells are no documents and whose magics may be comments."""

from __future__ import annotations

from typing import Any

import pytest

from tests.harness.lsp import LanguageClient, ServerError

EXTRACT = "Extract `y` to a module..."


def extraction(client: LanguageClient, text: str, needle: str) -> Any:
    client.initialize(options={"commands": True, "cellEdits": True})
    script = client.open_text(text, "file:///work/s.py")
    script.settled()
    at = script.at(needle)
    selected = {"start": at["position"], "end": at["position"]}
    asked = {
        "textDocument": at["textDocument"],
        "range": selected,
        "context": {"diagnostics": [], "triggerKind": 1},
    }
    actions = client.request("textDocument/codeAction", asked)
    action = next(each for each in actions if each["title"] == EXTRACT)
    return client.request("codeAction/resolve", action)


def test_a_script_is_changed_by_edits_that_every_client_applies() -> None:
    with LanguageClient() as client:
        action = extraction(client, "# %%\nx = 1\ny = x + 2\n# %%\nprint(y)\n", "y = x")
    assert "command" not in action
    changed = action["edit"]["documentChanges"]
    assert [each.get("kind") or each["textDocument"]["uri"] for each in changed][-1] == "file:///work/s.py"


def test_a_line_that_is_a_comment_in_the_script_is_not_changed() -> None:
    with LanguageClient() as client, pytest.raises(ServerError, match="is a comment in the script"):
        extraction(client, "# %%\n%matplotlib inline\nx = 1\n\n# %%\n# %time y = x\n", "y = x")
