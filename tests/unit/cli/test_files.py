"""Files are written whole or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from notelift.cli.errors import CommandError
from notelift.cli.files import make_folder, replace_files


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def test_files_are_written_and_nothing_else_stays(tmp_path: Path) -> None:
    replace_files({tmp_path / "a.py": b"1", tmp_path / "b.py": b"2"})
    assert names(tmp_path) == ["a.py", "b.py"]
    assert (tmp_path / "b.py").read_bytes() == b"2"


def test_a_file_keeps_its_permissions_and_a_new_one_has_the_usual(tmp_path: Path) -> None:
    old = tmp_path / "old.py"
    old.write_text("1")
    old.chmod(0o751)
    usual = tmp_path / "usual.py"
    usual.write_text("1")
    replace_files({old: b"2", tmp_path / "new.py": b"2"})
    assert stat.S_IMODE(old.stat().st_mode) == 0o751
    assert (tmp_path / "new.py").stat().st_mode == usual.stat().st_mode


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    real = tmp_path / "real" / "n.ipynb"
    real.parent.mkdir()
    real.write_text("old")
    link = tmp_path / "n.ipynb"
    link.symlink_to(real)
    replace_files({link: b"new"})
    assert link.is_symlink()
    assert real.read_text() == "new"


def test_nothing_is_written_when_one_place_is_impossible(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("old")
    with pytest.raises(CommandError, match=r"missing.b\.py: cannot be written: No such file"):
        replace_files({tmp_path / "a.py": b"new", tmp_path / "missing" / "b.py": b"2"})
    assert names(tmp_path) == ["a.py"]
    assert (tmp_path / "a.py").read_text() == "old"


def test_folders_are_made(tmp_path: Path) -> None:
    make_folder(tmp_path / "a" / "b")
    make_folder(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(CommandError, match="is a file, not a folder"):
        make_folder(file)
    with pytest.raises(CommandError, match="cannot be created"):
        make_folder(file / "below")


def test_the_umask_is_left_as_it_was(tmp_path: Path) -> None:
    mask = os.umask(0o027)
    try:
        replace_files({tmp_path / "a.py": b"1"})
        assert stat.S_IMODE((tmp_path / "a.py").stat().st_mode) == 0o640
        assert os.umask(0o027) == 0o027
    finally:
        os.umask(mask)
