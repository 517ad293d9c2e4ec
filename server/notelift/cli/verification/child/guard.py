"""Keeps a process, and the processes that it starts, from changing files outside the throw-away folder.

Linux enforces it (Landlock) since version 6.2 of its kernel. Elsewhere Python's audit events do, which see
what Python code opens, removes and renames, but not what other programs or C libraries do by themselves.
"""

from __future__ import annotations

import ctypes
import os
import platform
import sys
from collections.abc import Callable, Sequence
from typing import Any

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_SET_NO_NEW_PRIVS = 38
_PATH_BENEATH = 1
# The first version of Landlock that knows moves between folders and truncation; all rights to change files.
_NEEDED_VERSION = 3
_RIGHTS = 0x7FF2
_WRITE_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
# The audit events that change files, with the positions of the paths they change.
_CHANGES = {
    "os.chmod": (0,),
    "os.link": (1,),
    "os.mkdir": (0,),
    "os.remove": (0,),
    "os.rename": (0, 1),
    "os.rmdir": (0,),
    "os.symlink": (1,),
    "os.truncate": (0,),
}


def confine(folders: Sequence[str], landlock: bool = True) -> None:
    """From now on, refuse every change of a file that is not below one of `folders`."""
    writable = [os.path.realpath(folder) for folder in folders]
    if not (landlock and _landlock([*writable, "/dev"])):
        sys.addaudithook(_hook(writable))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def is_enforced() -> bool:
    """Whether the system confines all programs, not only what Python code does."""
    if platform.system() != "Linux":
        return False
    call = ctypes.CDLL(None, use_errno=True).syscall
    version: int = call(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    return version >= _NEEDED_VERSION


def _landlock(folders: Sequence[str]) -> bool:
    """Restrict this process with Landlock; False where the system has none."""
    if not is_enforced():
        return False
    call = ctypes.CDLL(None, use_errno=True).syscall
    handled = ctypes.c_uint64(_RIGHTS)
    ruleset = call(_CREATE_RULESET, ctypes.byref(handled), ctypes.c_size_t(8), ctypes.c_uint32(0))
    if ruleset < 0:
        return False
    try:
        for folder in filter(os.path.isdir, folders):
            opened = os.open(folder, os.O_PATH | os.O_CLOEXEC)
            try:
                rule = _Beneath(_RIGHTS, opened)
                if call(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(rule), ctypes.c_uint32(0)):
                    return False
            finally:
                os.close(opened)
        prctl = ctypes.CDLL(None, use_errno=True).prctl
        return not prctl(_SET_NO_NEW_PRIVS, 1, 0, 0, 0) and not call(
            _RESTRICT_SELF, ruleset, ctypes.c_uint32(0)
        )
    finally:
        os.close(ruleset)


def _hook(writable: Sequence[str]) -> Callable[[str, Any], None]:
    def inside(path: str) -> bool:
        real = os.path.realpath(path)
        return real.startswith("/dev/") or any(
            real == folder or real.startswith(folder + os.sep) for folder in writable
        )

    def hook(event: str, arguments: Any) -> None:
        if event == "open":
            path, mode, flags = arguments
            changed = (
                [path]
                if (flags & _WRITE_FLAGS if isinstance(flags, int) else set(mode or "r") & set("wax+"))
                else []
            )
        elif event in _CHANGES:
            changed = [arguments[position] for position in _CHANGES[event]]
        else:
            return
        for each in changed:
            if isinstance(each, (str, bytes, os.PathLike)) and not inside(os.fsdecode(each)):
                raise PermissionError(13, "notelift verify changes nothing outside its throw-away copy", each)

    return hook
