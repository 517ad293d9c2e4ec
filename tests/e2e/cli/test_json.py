"""The JSON of the commands is what docs/json.md says, field by field."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.cli.notebooks import Cli

DOCUMENTATION = Path(__file__).resolve().parents[3] / "docs" / "json.md"
TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "string or null": (str, type(None)),
    "integer": (int,),
    "integer or null": (int, type(None)),
    "list": (list,),
    "list of integers": (list,),
    "list of strings": (list,),
    "object or null": (dict, type(None)),
}


def documented(command: str) -> dict[str, tuple[type, ...]]:
    """The types of the fields in the table of that command."""
    text = DOCUMENTATION.read_text(encoding="utf-8")
    section = text.split(f"## `notelift {command} --format json`", 1)[1].split("\n## ", 1)[0]
    rows = re.findall(r"^\| `([^`]+)` \| ([^|]+?) \|", section, re.MULTILINE)
    assert rows
    return {field: TYPES[kind] for field, kind in rows}


def fields(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every field of a JSON value with its path."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield f"{path}.{key}".lstrip("."), each
            yield from fields(each, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        for each in value:
            yield from fields(each, f"{path}[]")


def check(command: str, answers: list[Any]) -> None:
    """Fail unless the answers together have exactly the documented fields, with values of their types."""
    wanted = documented(command)
    seen = [pair for answer in answers for pair in fields(answer)]
    assert {path for path, _ in seen} == set(wanted)
    wrong = [(path, value) for path, value in seen if not isinstance(value, wanted[path])]
    assert wrong == []
    for answer in answers:
        assert list(answer) == [path for path in wanted if not re.search(r"[.\[]", path)]


def test_extract(cli: Cli, sales: Path, tmp_path: Path) -> None:
    answer = cli("extract", sales, "big", "--output", tmp_path / "out", "--format", "json").json
    check("extract", [answer])
    assert Path(answer["module"]).is_file()
    assert answer["notebook"] == str(sales)
    assert (answer["kept"], answer["total"], answer["maybe"]) == (5, 11, 0)


def test_slice(cli: Cli, sales: Path) -> None:
    answer = cli("slice", sales, "total", "--format", "json").json
    check("slice", [answer])
    assert [(each["cell"], each["line"], each["source"]) for each in answer["statements"]] == [
        (0, 1, "import pandas as pd"),
        (1, 1, 'df = pd.DataFrame({"a": [1.0, None, 3.0], "b": [1, 2, 3]})'),
        (2, 1, "df.dropna(inplace=True)"),
        (4, 1, 'total = df["a"].sum()'),
    ]
    assert (answer["kept"], answer["total"]) == (4, 11)
    assert {each["certainty"] for each in answer["statements"]} == {"must"}
    (reason,) = answer["statements"][2]["reasons"]
    assert reason == {
        "kind": "object",
        "name": "df",
        "cell": 4,
        "line": 1,
        "text": "`df.dropna(inplace=True)` changes `df`, read in cell 4",
    }


def test_lineage(cli: Cli, sales: Path) -> None:
    answer = cli("lineage", sales, "big", "--format", "json").json
    whole = cli("lineage", sales, "--format", "json").json
    check("lineage", [answer, whole])
    assert [(each["role"], each["source"]) for each in answer["statements"]] == [
        ("from", "import pandas as pd"),
        ("from", 'df = pd.DataFrame({"a": [1.0, None, 3.0], "b": [1, 2, 3]})'),
        ("from", "limit = 2"),
        ("from", "df.dropna(inplace=True)"),
        ("value", 'big = df[df["b"] > limit]'),
        ("to", 'big.to_csv("big.csv")'),
    ]
    assert answer["files"] == [{"statement": 5, "path": "big.csv", "direction": "write"}]
    assert (whole["name"], whole["type"], len(whole["statements"])) == (None, None, 11)


def test_status(cli: Cli, sales: Path, tmp_path: Path) -> None:
    log = tmp_path / "runs.jsonl"
    runs = [0, 1, 2, 4, 5, 3, 1]
    log.write_text(
        "".join(f'{{"event": "ran", "cell": {cell}, "order": {n}}}\n' for n, cell in enumerate(runs, 1))
    )
    answer = cli("status", sales, "--session", log, "--format", "json").json
    nothing = cli("status", sales, "--format", "json").json
    check("status", [answer, nothing])
    states = {each["name"]: each["state"] for each in answer["variables"]}
    assert states == {
        "big": "same",
        "df": "differs",
        "limit": "same",
        "pd": "same",
        "random": "same",
        "total": "same",
        "unrelated": "same",
    }
    assert [each["state"] for each in answer["cells"]] == ["fresh"] * 6
    assert answer["runs"] == [2]
    assert {each["state"] for each in nothing["variables"]} == {"same"}
    assert (nothing["runs"], nothing["notes"]) == ([], [])


@pytest.mark.parametrize("command", [["slice", "total"], ["lineage", "total"]], ids=["slice", "lineage"])
def test_output_is_ascii(cli: Cli, sales: Path, command: list[str]) -> None:
    sales.write_text(sales.read_text().replace("limit = 2", "größe = 2").replace("> limit", "> größe"))
    name, target = command
    answer = cli(name, sales, target, "--format", "json")
    assert answer.out.isascii()
    assert answer.err == ""
