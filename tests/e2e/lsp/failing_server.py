"""The server with a rule, an assist and a kind of hover that raise, as faults in them would."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from notelift.assists.handlers import add_import, extract_module
from notelift.checks.rules import unseeded_random
from notelift.cli.main import main


def failing(*_: Any) -> Iterator[Any]:
    raise RuntimeError("made to fail")
    yield


unseeded_random.RULE = replace(unseeded_random.RULE, check=failing)
add_import.ASSIST = replace(add_import.ASSIST, offers=failing)
extract_module.ASSIST = replace(extract_module.ASSIST, build=failing)
main()
