"""The cases of tests/cases/export: each module is executed and compared with the notebook."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from notelift.export.module import ExtractError
from tests.harness.values import describe
from tests.unit.export.lifting import call, lift, notebook_of, run_cells

CASES = Path(__file__).parents[2] / "cases" / "export"
FENCE = re.compile(r"^```(\w+) ?([^\n]*)\n(.*?)^```$|^target: ([^\n]+)$", re.MULTILINE | re.DOTALL)


@dataclass
class Case:
    """A notebook, its target, and what is expected: `has`, `lacks`, `module`, `error`; nothing: its value."""

    cells: list[str] = field(default_factory=list)
    tags: list[tuple[str, ...]] = field(default_factory=list)
    target: str = ""
    expected: dict[str, str] = field(default_factory=dict)
    value: bool = True


def cases() -> list[pytest.param]:
    found = []
    for path in sorted(CASES.glob("*.md")):
        for title, text in re.findall(
            r"^# (.+)\n((?:(?!^# ).*\n?)*)", _shielded(path.read_text()), re.MULTILINE
        ):
            found.append(pytest.param(_case(text), id=f"{path.stem}: {title}"))
    return found


def _shielded(text: str) -> str:
    """The text with `# ` inside fences hidden from the search for headings."""
    parts = re.split(r"(^```.*?^```$)", text, flags=re.MULTILINE | re.DOTALL)
    return "".join(
        re.sub(r"^# ", "#\0", part, flags=re.MULTILINE) if at % 2 else part for at, part in enumerate(parts)
    )


def _case(text: str) -> Case:
    case = Case()
    for kind, words, body, target in FENCE.findall(text.replace("#\0", "# ")):
        if target:
            case.target = target
        elif kind == "cell":
            case.cells.append(body.removesuffix("\n"))
            case.tags.append(tuple(words.split()))
        else:
            case.expected[kind] = body
            case.value = case.value and "unexecuted" not in words
    return case


@pytest.mark.parametrize("whole", [False, True], ids=["slice", "whole"])
@pytest.mark.parametrize("case", cases())
def test_case(case: Case, whole: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    notebook = notebook_of(case.cells, case.tags)
    targets = case.target.split()
    if "error" in case.expected:
        with pytest.raises(ExtractError, match=re.escape(case.expected["error"].strip())):
            lift(notebook, *targets, whole=whole)
        return
    module = lift(notebook, *targets, whole=whole)
    if case.value:
        expected = describe(run_cells(case.cells)[targets[0].split("@")[0]])
        assert describe(call(module)) == expected, module.source
    if whole:
        return
    if "module" in case.expected:
        assert module.source == case.expected["module"]
    for line in case.expected.get("has", "").splitlines():
        assert line in module.source.splitlines(), module.source
    for line in case.expected.get("lacks", "").splitlines():
        assert line not in module.source, module.source
