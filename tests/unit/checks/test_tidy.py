"""Each rule is registered, documented, has a page that is up to date, and enough cases."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from notelift.checks import rules
from notelift.checks.registry import ENTRIES, load_rule, page
from tests.harness.checks import read_checks_cases
from tools.rule_pages import FOLDER, pages

CASES = Path(__file__).resolve().parents[2] / "cases" / "checks"
NAMES = [entry.name for entry in ENTRIES]
ENOUGH = 3


def test_each_file_of_a_rule_is_registered() -> None:
    folder = Path(rules.__path__[0])
    files = {file.stem.replace("_", "-") for file in folder.glob("*.py") if file.stem != "__init__"}
    assert files == set(NAMES)


def test_names_and_codes_are_unique_and_sorted() -> None:
    codes = [entry.code for entry in ENTRIES]
    assert codes == sorted(set(codes))
    assert len(set(NAMES)) == len(NAMES)
    assert all(re.fullmatch(r"NL\d{3}", code) for code in codes)


@pytest.mark.parametrize("entry", ENTRIES, ids=NAMES)
def test_the_rule_is_what_the_registry_says(entry) -> None:
    rule = load_rule(entry.name)
    assert (rule.code, rule.name, rule.default) == entry


@pytest.mark.parametrize("name", NAMES)
def test_the_docstring_explains_the_rule(name: str) -> None:
    summary, _, rest = page(name).partition("\n\n")
    assert summary.endswith(".") and "\n" not in summary
    assert len(rest.split()) >= 20


@pytest.mark.parametrize("name", NAMES)
def test_the_rule_has_cases_that_fire_and_near_misses(name: str) -> None:
    cases = read_checks_cases(CASES / f"{name}.md")
    firing = [case.title for case in cases if case.expected]
    silent = [case.title for case in cases if not case.expected]
    assert len(firing) >= ENOUGH, f"{len(firing)} cases with findings: {firing}"
    assert len(silent) >= ENOUGH, f"{len(silent)} cases without: {silent}"
    assert {found.rule for case in cases for found in case.expected} == {name}


def test_there_are_no_cases_of_rules_that_do_not_exist() -> None:
    assert {file.stem for file in CASES.glob("*.md")} == set(NAMES)


@pytest.mark.parametrize("name", sorted(pages()))
def test_the_page_is_up_to_date(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == pages()[name], "run python -m tools.rule_pages"


def test_there_are_no_other_pages() -> None:
    assert {file.name for file in FOLDER.glob("*.md")} == set(pages())
