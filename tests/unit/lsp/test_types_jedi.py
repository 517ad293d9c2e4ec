"""Types by jedi: what it is asked for, what it must not do, and what happens when its process is gone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from notelift.lsp import types_jedi
from notelift.lsp.types_jedi import TypesByJedi, infer

LONG = 60.0


@pytest.fixture
def types() -> Iterator[TypesByJedi]:
    found = TypesByJedi()
    yield found
    found.close()


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("x = 1\nx", "int"),
        ("x = 1 if q else 'a'\nx", "int | str"),
        ("import re\nm = re.match('a', 'b')\nm", "re.Match | NoneType"),
        ("import fractions\nf = fractions.Fraction(1)\nf", "fractions.Fraction"),
        ("class A: pass\na = A()\na", "A"),
        ("x = unknown()\nx", ""),
        ("def f(): pass\nf", ""),
        ("x = (\nx", ""),
        ("", ""),
    ],
)
def test_the_type_of_the_last_line(code: str, found: str) -> None:
    assert infer(code).removeprefix("__main__.") == found


def test_a_broken_cache_of_jedi_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = "import colorsys\nx = colorsys.rgb_to_hsv(1.0, 1.0, 1.0)\nx"
    for program in ("fills the cache", "finds it broken"):
        asked = f"from notelift.lsp.types_jedi import infer; print(infer({code!r}))"
        environment = {**os.environ, "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
        done = subprocess.run(
            [sys.executable, "-c", asked], env=environment, capture_output=True, encoding="utf-8", check=True
        )
        assert done.stdout == "tuple\n", program
        cached = list(tmp_path.rglob("*.pkl"))
        assert cached
        for path in cached:
            path.write_bytes(b"")


def test_code_is_not_run_and_modules_beside_the_notebook_are_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "beside.py").write_text("open('ran', 'w')\nvalue = 1\n")
    monkeypatch.chdir(tmp_path)
    assert infer("import beside\nopen('ran', 'w').close()\nx = beside.value\nx") == ""
    assert not Path("ran").exists()


def test_the_first_question_is_not_waited_for_and_then_known(types: TypesByJedi) -> None:
    code = "x = 1 if q else 'a'\nx"
    assert types.ask(code, patience=0) == ""
    assert types.ask(code, patience=LONG) == "int | str"
    assert types.ask(code, patience=0) == "int | str"


def test_of_many_questions_the_newest_is_answered(types: TypesByJedi) -> None:
    for number in range(50):
        types.ask(f"x = {number}\nx", patience=0)
    assert types.ask("y = 'a'\ny", patience=LONG) == "str"


def test_a_process_that_was_killed_is_started_again(
    types: TypesByJedi, caplog: pytest.LogCaptureFixture
) -> None:
    number = types.ask("x = 1\nx", patience=LONG)
    assert number == "int"
    [helper] = helpers()
    os.kill(helper, signal.SIGKILL)
    types.ask("y = 'a'\ny", patience=LONG)
    assert "jedi did not answer" in caplog.text
    assert types.ask("z = 2.5\nz", patience=LONG) == "float"


def test_jedi_is_left_out_when_its_process_does_not_start(
    types: TypesByJedi, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def failing() -> None:
        raise OSError("no process can be started")

    monkeypatch.setattr(types_jedi, "_Helper", failing)
    for number in range(5):
        assert types.ask(f"x = {number}\nx", patience=LONG) == ""
    assert caplog.text.count("no process can be started") == 3
    assert "jedi is left out from now on" in caplog.text


def helpers() -> list[int]:
    """The processes named jedi that this one has started."""
    import multiprocessing

    return [each.pid for each in multiprocessing.active_children() if each.name == "jedi" and each.pid]
