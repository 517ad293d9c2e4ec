"""A confined process changes nothing outside its folder, whichever way it is confined."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import os, pathlib, sys
from notelift.cli.verification.child.guard import confine
inside, outside, how = sys.argv[1:]
confine([inside], landlock=how == "system")
refused = []
def attempt(name, action):
    try:
        action()
    except PermissionError:
        refused.append(name)
for folder in (inside, outside):
    there = pathlib.Path(folder)
    attempt("write", lambda: (there / "a").write_text("changed"))
    attempt("append", lambda: open(there / "a", "a").write("more"))
    attempt("create", lambda: open(there / "new", "x").close())
    attempt("open", lambda: os.close(os.open(there / "new2", os.O_CREAT | os.O_WRONLY)))
    attempt("mkdir", lambda: (there / "folder").mkdir())
    attempt("rename", lambda: os.rename(there / "a", there / "b"))
    attempt("truncate", lambda: os.truncate(there / "b" if folder == inside else there / "a", 0))
    attempt("symlink", lambda: os.symlink("x", there / "link"))
    attempt("remove", lambda: os.remove(there / "gone"))
    attempt("rmdir", lambda: os.rmdir(there / "empty"))
    attempt("bytes", lambda: open(os.fsencode(there / "c"), "wb").close())
open(os.devnull, "w").write("nothing")
print((pathlib.Path(outside) / "a").read_text(), ",".join(refused))
"""
ACTIONS = "write,append,create,open,mkdir,rename,truncate,symlink,remove,rmdir,bytes"


def prepared(folder: Path) -> Path:
    (folder / "empty").mkdir(parents=True)
    (folder / "a").write_text("theirs")
    (folder / "gone").write_text("")
    return folder


@pytest.mark.parametrize("how", ["system", "audit"])
def test_changes_outside_are_refused_and_inside_are_not(tmp_path: Path, how: str) -> None:
    inside, outside = prepared(tmp_path / "inside"), prepared(tmp_path / "outside")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, inside, outside, how], capture_output=True, text=True, check=False
    )
    assert (done.stdout.strip(), done.stderr) == (f"theirs {ACTIONS}", "")
    assert sorted(path.name for path in outside.iterdir()) == ["a", "empty", "gone"]
    assert sorted(path.name for path in inside.iterdir()) == ["b", "c", "folder", "link", "new", "new2"]
