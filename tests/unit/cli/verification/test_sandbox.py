"""Copies of folders."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from notelift.cli.errors import CommandError
from notelift.cli.verification.sandbox import Copier


def tree_of(folder: Path) -> dict[str, str]:
    """The files and links below a folder, with their contents or targets."""
    return {
        str(path.relative_to(folder)): os.readlink(path) if path.is_symlink() else path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_symlink() or path.is_file()
    }


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "home" / "work"
    folder.mkdir(parents=True)
    (folder / "a.txt").write_text("a")
    return folder


def test_files_are_copied_to_the_same_place_below_the_target(tmp_path: Path, work: Path) -> None:
    (work / "sub").mkdir()
    (work / "sub" / "b.txt").write_text("b")
    copier = Copier(tmp_path / "copy", 1000)
    copier.copy(work)
    assert tree_of(copier.place(work)) == {"a.txt": "a", "sub/b.txt": "b"}
    assert copier.place(work) == tmp_path / "copy" / work.relative_to("/")


def test_what_nobody_reads_is_left_out(tmp_path: Path, work: Path) -> None:
    for name in (".git", "__pycache__", ".ipynb_checkpoints", "node_modules", "env"):
        (work / name).mkdir()
        (work / name / "pyvenv.cfg").write_text("x")
    copier = Copier(tmp_path / "copy", 1000)
    copier.copy(work)
    assert tree_of(copier.place(work)) == {"a.txt": "a"}


def test_links_inside_stay_links_and_lead_into_the_copy(tmp_path: Path, work: Path) -> None:
    (work / "relative").symlink_to("a.txt")
    (work / "absolute").symlink_to(work / "a.txt")
    (work / "dangling").symlink_to("nothing")
    copier = Copier(tmp_path / "copy", 1000)
    copier.copy(work)
    assert tree_of(copier.place(work)) == {
        "a.txt": "a",
        "relative": "a.txt",
        "absolute": "a.txt",
        "dangling": "nothing",
    }


def test_links_to_the_outside_become_copies(tmp_path: Path, work: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "o.txt").write_text("o")
    (outside / "round").symlink_to(outside)
    (work / "file").symlink_to(outside / "o.txt")
    (work / "folder").symlink_to(outside)
    copier = Copier(tmp_path / "copy", 1000)
    copier.copy(work)
    assert tree_of(copier.place(work)) == {"a.txt": "a", "file": "o", "folder/o.txt": "o"}


def test_more_files_are_copied_where_they_exist_outside(tmp_path: Path, work: Path) -> None:
    data = work.parent / "data"
    data.mkdir()
    (data / "d.txt").write_text("d")
    (work.parent / "e.txt").write_text("e")
    copier = Copier(tmp_path / "copy", 1000)
    more = [
        work / ".." / "data",
        work / ".." / "e.txt",
        work / ".." / "e.txt",
        work / "a.txt",
        work / ".." / "no",
    ]
    copier.copy(work, more)
    assert tree_of(copier.place(work.parent)) == {"data/d.txt": "d", "e.txt": "e", "work/a.txt": "a"}


def test_too_much_is_refused(tmp_path: Path, work: Path) -> None:
    (work / "big.bin").write_bytes(bytes(2 << 20))
    with pytest.raises(CommandError, match="there is more than 1 MB to copy"):
        Copier(tmp_path / "copy", 1 << 20).copy(work)


def test_pipes_are_not_read(tmp_path: Path, work: Path) -> None:
    os.mkfifo(work / "pipe")
    copier = Copier(tmp_path / "copy", 1000)
    copier.copy(work)
    assert tree_of(copier.place(work)) == {"a.txt": "a"}
