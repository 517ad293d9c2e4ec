"""Feeds recorded messages of an editor to the language server and prints what it answers and publishes.

    python -m tools.recorded_payloads FOLDER

FOLDER has JSON files, each a message or a list of messages as a client sent them; `t`, where they have it, is
the time by which they are ordered. A notebook that the records change but do not open is opened as the
notebook is that they do open, under its own name. Exit code 1 when the server refuses or ends.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tests.harness.lsp import LanguageClient, Pending, ServerError

Json = Any
OPEN = "notebookDocument/didOpen"


def recorded(folder: Path) -> list[Json]:
    """The messages in the files of a folder, those that open something first, then by time."""
    messages = []
    for path in sorted(folder.glob("*.json")):
        found = json.loads(path.read_text(encoding="utf-8"))
        found = found if isinstance(found, list) else [found]
        if all("method" in message for message in found):
            messages += found
        else:
            print(f"{path.name} has no messages")
    return sorted(messages, key=lambda message: (message["method"] != OPEN, message.get("t", 0)))


def complete(messages: Iterable[Json]) -> Iterator[Json]:
    """Yield the messages, and before the first about a notebook one that opens it."""
    opened: dict[str, Json] = {}
    for message in messages:
        uri = notebook(message)
        if message["method"] == OPEN:
            opened[uri] = message
        elif uri and uri not in opened:
            known, first = next(iter(opened.items()))
            opened[uri] = json.loads(json.dumps(first).replace(path(known), path(uri)))
            yield opened[uri]
        yield message


def notebook(message: Json) -> str:
    """The name of the notebook that a notification is about; empty where it is about none."""
    return str(message["params"].get("notebookDocument", {}).get("uri", ""))


def path(uri: str) -> str:
    """The part of a notebook's name that its cells' names have too."""
    return uri.removeprefix("file://")


def feed(client: LanguageClient, messages: Iterable[Json]) -> tuple[set[str], list[Pending]]:
    """Send the messages; return the notebooks that were opened, and the requests."""
    notebooks, requests = set(), []
    for message in messages:
        if "id" in message:
            requests.append(client.start(message["method"], message["params"]))
            continue
        client.notify(message["method"], message["params"])
        if message["method"] == OPEN:
            notebooks.add(notebook(message))
    return notebooks, requests


def answers(requests: Iterable[Pending]) -> Iterator[tuple[bool, str]]:
    """Whether each request was answered, and a line that says what."""
    for pending in requests:
        try:
            yield True, f"{pending.method}: {json.dumps(pending.result())}"
        except ServerError as error:
            yield False, f"{pending.method} REFUSED: {error}"


def published(client: LanguageClient) -> Iterator[str]:
    """A line for each list of diagnostics that came, in the order of their documents."""
    for uri, lists in sorted(client.published.items()):
        for each in lists:
            found = "; ".join(f"{item.get('code')} {item['message']}" for item in each.items) or "nothing"
            yield f"{uri.rpartition('/')[2]} ({each.number}): {found}"


def main() -> int:
    """Feed, print, and return 0 when every request was answered."""
    parser = argparse.ArgumentParser(description="Feed recorded messages to the language server.")
    parser.add_argument("folder", type=Path, help="a folder of JSON files")
    folder = parser.parse_args().folder
    fine = True
    with LanguageClient() as client:
        client.initialize()
        notebooks, requests = feed(client, complete(recorded(folder)))
        for uri in sorted(notebooks):
            client.request("notelift/status", {"notebook": {"uri": uri}})
        for answered, line in answers(requests):
            fine = fine and answered
            print(line)
        print(*published(client), sep="\n")
        for params in client.received("window/logMessage"):
            print(f"log: {params['message']}")
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
