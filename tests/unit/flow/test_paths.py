"""Path expressions: known text, and symbols for what is not known."""

from __future__ import annotations

from typing import Any

import pytest

from notelift.flow.paths import (
    Path,
    basename_differs,
    concatenate,
    is_inside,
    is_relative,
    join_path,
    path_of,
    show_path,
)
from notelift.flow.values import NOTHING, Symbol

FOLDER = Symbol((("name", "folder"),))
OTHER = Symbol((("name", "other"),))
X = FOLDER.parts[0]


@pytest.mark.parametrize(
    ("const", "path"),
    [
        ("a.csv", ("a.csv",)),
        ("./a.csv", ("a.csv",)),
        ("././a//b/./c/", ("a/b/c",)),
        ("/", ("/",)),
        ("", (".",)),
        (".", (".",)),
        (b"a.csv", ("a.csv",)),
        ("https://host//a", ("https://host//a",)),
        (FOLDER, (X,)),
        (1, None),
        (NOTHING, None),
    ],
)
def test_path_of(const: Any, path: Path | None) -> None:
    assert path_of(const) == path


@pytest.mark.parametrize(
    ("left", "right", "joined"),
    [
        ("a", "b.csv", "a/b.csv"),
        ("a/", "b.csv", "a/b.csv"),
        ("", "b.csv", "b.csv"),
        ("a", "/b.csv", "/b.csv"),
        (FOLDER, "b.csv", Symbol((X, "/b.csv"))),
        ("a", FOLDER, Symbol(("a/", X))),
        (NOTHING, "b.csv", NOTHING),
        ("a", NOTHING, NOTHING),
    ],
)
def test_join_path(left: Any, right: Any, joined: Any) -> None:
    assert join_path(left, right) == joined


@pytest.mark.parametrize(
    ("left", "right", "joined"),
    [
        ("a", "b", "ab"),
        (FOLDER, "a", Symbol((X, "a"))),
        (Symbol((X, "a")), "b", Symbol((X, "ab"))),
        (Symbol(("a", X)), OTHER, Symbol(("a", X, OTHER.parts[0]))),
        (NOTHING, "a", NOTHING),
    ],
)
def test_concatenate(left: Any, right: Any, joined: Any) -> None:
    assert concatenate(left, right) == joined


@pytest.mark.parametrize(
    ("path", "directory", "inside"),
    [
        (("a/b.csv",), ("a",), True),
        (("a/b/c.csv",), ("a",), True),
        (("ab.csv",), ("a",), False),
        (("a",), ("a",), False),
        (("a/b.csv",), (".",), True),
        (("/a.csv",), (".",), False),
        (("/a/b.csv",), ("/",), True),
        ((X, "/b.csv"), (X,), True),
        ((X, "b.csv"), (X,), False),
        ((X,), (X,), False),
        ((X, "/a/b.csv"), (X, "/a"), True),
        ((OTHER.parts[0], "/b.csv"), (X,), False),
        (("a/b.csv",), (X,), False),
        (("a",), ("a/", X), False),
    ],
)
def test_is_inside(path: Path, directory: Path, inside: bool) -> None:
    assert is_inside(path, directory) is inside


@pytest.mark.parametrize(
    ("path", "relative"),
    [
        (("a.csv",), True),
        (("../a.csv",), True),
        ((X, "/a.csv"), True),
        (("/a.csv",), False),
        (("~/a.csv",), False),
        (("s3://bucket/a.csv",), False),
    ],
)
def test_is_relative(path: Path, relative: bool) -> None:
    assert is_relative(path) is relative


@pytest.mark.parametrize(
    ("left", "right", "differs"),
    [
        ((X, "/a.csv"), ("data/a.csv",), False),
        ((X, "/a.csv"), ("data/b.csv",), True),
        ((X, ".csv"), (OTHER.parts[0], "/a.csv"), False),
        (("a/", X), ("a/b.csv",), False),
        (("a/", X), ("b/b.csv",), True),
        ((X,), ("a.csv",), False),
        (("data/", X, ".csv"), ("data/a.txt",), True),
    ],
)
def test_basename_differs(left: Path, right: Path, differs: bool) -> None:
    assert basename_differs(left, right) is differs
    assert basename_differs(right, left) is differs


@pytest.mark.parametrize(
    ("path", "shown"), [(("a.csv",), "a.csv"), ((X, "/a.csv"), "…/a.csv"), (("a/", X), "a/…"), (None, "…")]
)
def test_show_path(path: Path | None, shown: str) -> None:
    assert show_path(path) == shown
