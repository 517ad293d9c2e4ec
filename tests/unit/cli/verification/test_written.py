"""Files that two runs wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from notelift.cli.verification.compare import Difference
from notelift.cli.verification.written import file_difference


@pytest.mark.parametrize(
    ("notebook", "module", "difference"),
    [
        (b"a\n1.5\n", b"a\n1.5\n", None),
        (b"\x00\xff", b"\x00\xff", None),
        (b"x 0.30000000000000004\n", b"x 0.3\n", None),
        (b"1e-5,2", b"0.00001,2.0", None),
        (b"a\n1.5\n", b"a\n1.6\n", Difference("line 2", "'1.5'", "'1.6'")),
        (b"a\nb\n", b"a\n", Difference("line 2", "'b'", "no such line")),
        (b"a 1", b"b 1", Difference("line 1", "'a 1'", "'b 1'")),
        (b"1 2", b"1", Difference("line 1", "'1 2'", "'1'")),
        (b"\x00\xff1", b"\x00\xff", Difference("byte 2", "3 bytes", "2 bytes")),
        (b"\x00\xfe", b"\x00\xff", Difference("byte 1", "2 bytes", "2 bytes")),
    ],
)
def test_files(tmp_path: Path, notebook: bytes, module: bytes, difference: Difference | None) -> None:
    (tmp_path / "a").write_bytes(notebook)
    (tmp_path / "b").write_bytes(module)
    assert file_difference(tmp_path / "a", tmp_path / "b") == difference
