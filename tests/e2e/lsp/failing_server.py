"""The server with a rule and assists that raise and an answer that is no JSON, as faults in them would be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from notelift.assists.handlers import add_import, extract_module
from notelift.checks.rules import unseeded_random
from notelift.cli.main import main
from notelift.lsp.requests import references


def failing(*_: Any) -> Iterator[Any]:
    raise RuntimeError("made to fail")
    yield


unseeded_random.RULE = replace(unseeded_random.RULE, check=failing)
add_import.ASSIST = replace(add_import.ASSIST, offers=failing)
references.answer = lambda *_: {1: object()}  # type: ignore[assignment]
extract_module.ASSIST = replace(extract_module.ASSIST, build=failing)
main()
