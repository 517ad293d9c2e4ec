"""Each quick fix has cases in which it is offered, and cases in which it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from notelift.assists.registry import ENTRIES
from tests.harness.assists import read_assist_cases

CASES = Path(__file__).resolve().parents[2] / "cases" / "assists"
FIXES = [entry.name for entry in ENTRIES if entry.kinds in (("quickfix",), ("source.fixAll.notelift",))]
DOES = 3
DOES_NOT = 2


@pytest.mark.parametrize("name", FIXES)
def test_the_fix_has_cases_that_do_and_that_do_not(name: str) -> None:
    cases = read_assist_cases(CASES / f"{name}.md")
    doing = [case.title for case in cases if any(each.kind in ("after", "runs") for each in case.snapshots)]
    others = [case.title for case in cases if case.title not in doing]
    assert len(doing) >= DOES, f"{len(doing)} cases in which something is done: {doing}"
    assert len(others) >= DOES_NOT, f"{len(others)} cases in which nothing is: {others}"
