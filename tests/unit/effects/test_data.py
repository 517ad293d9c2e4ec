"""The data files: they parse whole, name types that exist, and cover what Python has."""

from __future__ import annotations

import builtins
import importlib
import json
from pathlib import Path

import pytest

from notelift.effects import table
from notelift.effects.library import Library, load_library
from notelift.effects.parse import parse_spec
from tools import index_methods

FILES = sorted(Path(table.DATA).glob("*.effects"))


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()


def lines(path: Path) -> list[tuple[int, str, str]]:
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            name, _, clauses = line.partition(" ")
            found.append((number, name, clauses))
    return found


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_every_line_parses_and_stands_once(path: Path) -> None:
    seen: dict[str, int] = {}
    table.parse_table(path.name, path.read_text(encoding="utf-8"))
    for number, name, clauses in lines(path):
        # A prefix may have several replacements, which are tried in turn.
        entry = name + clauses if name.endswith(".") else name
        assert entry not in seen, f"{path.name}:{number}: {entry} stands already in line {seen[entry]}"
        seen[entry] = number
        if entry == name:
            parse_spec(name, clauses, f"{path.name}:{number}")


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_same_and_bases_lead_somewhere(path: Path, library: Library) -> None:
    for number, name, clauses in lines(path):
        if name.endswith("."):
            continue
        spec = parse_spec(name, clauses, f"{path.name}:{number}")
        if spec.same:
            assert library.find(name) is not None, f"{path.name}:{number}: {spec.same} is nowhere"
        for base in spec.bases:
            if library.knows(base.partition(".")[0]) or "." not in base:
                assert library.find(base) is not None, f"{path.name}:{number}: base {base} is nowhere"


def test_the_index_of_methods_is_up_to_date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).parents[3])
    assert index_methods.INDEX.read_text(encoding="utf-8") == index_methods.index_text(), (
        "run python -m tools.index_methods"
    )


SPECIAL = {"get_ipython", "display", "exit", "quit"}
TYPES = [
    list,
    dict,
    set,
    frozenset,
    str,
    bytes,
    bytearray,
    tuple,
    int,
    float,
    complex,
    range,
    slice,
    memoryview,
]


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.__name__)
def test_all_methods_of_builtin_types_are_known(kind: type, library: Library) -> None:
    names = [name for name in vars(kind) if not name.startswith("_")]
    assert [name for name in names if library.method(kind.__name__, name) is None] == []


def test_all_builtins_are_known(library: Library) -> None:
    names = [name for name in dir(builtins) if not name.startswith("_")]
    assert [
        name for name in names if library.find(name) is None and name not in ("None", "True", "False")
    ] == []


MODULES = [
    *("os", "os.path", "io", "pathlib", "glob", "shutil", "tempfile", "json", "pickle", "csv", "re", "math"),
    *(
        "random",
        "statistics",
        "itertools",
        "functools",
        "operator",
        "collections",
        "copy",
        "datetime",
        "time",
    ),
    *(
        "calendar",
        "zoneinfo",
        "logging",
        "warnings",
        "string",
        "textwrap",
        "subprocess",
        "sqlite3",
        "hashlib",
    ),
    *(
        "base64",
        "uuid",
        "zipfile",
        "gzip",
        "bz2",
        "tarfile",
        "configparser",
        "argparse",
        "dataclasses",
        "typing",
    ),
    *("enum", "abc", "contextlib", "threading", "queue", "heapq", "bisect", "decimal", "fractions", "cmath"),
    *("struct", "array", "pprint", "platform", "inspect", "types", "traceback", "gc", "weakref", "timeit"),
    *(
        "secrets",
        "shelve",
        "html",
        "locale",
        "signal",
        "ast",
        "numbers",
        "difflib",
        "getpass",
        "email",
        "sys",
    ),
    *("concurrent.futures", "urllib.request", "urllib.parse", "http.client", "multiprocessing"),
]


@pytest.mark.parametrize("name", MODULES)
def test_public_names_of_modules_are_known(name: str, library: Library) -> None:
    module = importlib.import_module(name)
    public = [n for n in getattr(module, "__all__", dir(module)) if not n.startswith("_")]
    public = [n for n in public if hasattr(module, n)]
    own = [n for n in public if getattr(getattr(module, n), "__module__", name) in (name, f"_{name}", None)]
    functions = [n for n in own if callable(getattr(module, n))]
    unknown = [n for n in functions if library.find(f"{name}.{n}") is None]
    # A few names of each Python version have no stub.
    assert len(unknown) <= len(functions) * 0.1, unknown


def test_generated_and_hand_written_entries_are_told_apart() -> None:
    text = (Path(table.DATA) / "json.effects").read_text(encoding="utf-8")
    by_hand, marker, generated = text.partition("# ---- below: written by tools/generate_effects.py")
    assert marker
    assert "json.load " in by_hand
    assert "json.dumps " in generated
    assert json.__name__ in generated
