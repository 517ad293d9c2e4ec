"""What the command says when something is wrong."""

from __future__ import annotations

import click
import pytest

from notelift import __version__
from notelift.cli import main
from notelift.cli.errors import CommandError, nearest


@click.command("fail")
def fail() -> None:
    raise FAILURES.pop()


FAILURES: list[BaseException] = []


def run_failing(monkeypatch: pytest.MonkeyPatch, failure: BaseException) -> int:
    """Run the command line with a command in it that fails in that way."""
    FAILURES.append(failure)
    monkeypatch.setattr(main.LazyGroup, "get_command", lambda *_: fail)
    return main.run(["fail"])


@pytest.mark.parametrize(
    ("failure", "code", "line"),
    [
        (CommandError("a.ipynb: is\nempty"), 2, "notelift: error: a.ipynb: is empty"),
        (click.UsageError("Wrong."), 2, "notelift: error: Wrong (see notelift fail --help)"),
        (click.FileError("f", "no"), 2, "notelift: error: Could not open file 'f': no"),
        (KeyboardInterrupt(), 130, "notelift: error: interrupted"),
        (
            ZeroDivisionError("x"),
            2,
            "notelift: error: this is a bug in Notelift (ZeroDivisionError: x); please report it to"
            " Notelift's issue tracker with the output that NOTELIFT_DEBUG=1 gives",
        ),
        (
            RecursionError("deep"),
            2,
            "notelift: error: this is a bug in Notelift (RecursionError: deep); please report it to"
            " Notelift's issue tracker with the output that NOTELIFT_DEBUG=1 gives",
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_every_failure_is_one_line(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    failure: BaseException,
    code: int,
    line: str,
) -> None:
    monkeypatch.delenv("NOTELIFT_DEBUG", raising=False)
    assert run_failing(monkeypatch, failure) == code
    out, err = capsys.readouterr()
    assert (out, err.strip()) == ("", line)


def test_debugging_shows_the_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NOTELIFT_DEBUG", "1")
    assert run_failing(monkeypatch, ZeroDivisionError("x")) == 2
    err = capsys.readouterr().err
    assert "Traceback" in err
    assert "this is a bug in Notelift" in err


@pytest.mark.parametrize(
    ("arguments", "code", "out", "err"),
    [
        (["--version"], 0, f"notelift {__version__}", ""),
        (["slcie"], 2, "", "notelift: error: No such command 'slcie' (see notelift --help)"),
        (["slice"], 2, "", "notelift: error: Missing argument 'NOTEBOOK' (see notelift slice --help)"),
        (["slice", "a"], 2, "", "notelift: error: Missing argument 'TARGET' (see notelift slice --help)"),
        (["lineage"], 2, "", "notelift: error: Missing argument 'NOTEBOOK' (see notelift lineage --help)"),
    ],
)
def test_wrong_arguments(
    capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, out: str, err: str
) -> None:
    assert main.run(arguments) == code
    printed = capsys.readouterr()
    assert (printed.out.strip(), printed.err.strip()) == (out, err)


@pytest.mark.parametrize("option", ["--nothing", "--explian"])
def test_unknown_options(capsys: pytest.CaptureFixture[str], option: str) -> None:
    assert main.run(["slice", "a.ipynb", "x", option]) == 2
    assert capsys.readouterr().err.startswith("notelift: error: No such option")


@pytest.mark.parametrize("command", ["extract", "slice", "lineage", "verify", "completion"])
def test_help_has_an_example(capsys: pytest.CaptureFixture[str], command: str) -> None:
    assert main.run([command, "--help"]) == 0
    text = capsys.readouterr().out
    assert f"\n  notelift {command} " in text[text.index("\nExamples:") :]


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], []])
def test_help_lists_the_commands_and_the_forms_of_targets(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert main.run(arguments) == 0
    text = capsys.readouterr().out
    words = ["extract", "slice", "lineage", "verify", "completion", "name@CELL:LINE", "file:PATH"]
    assert [word for word in words if word not in text] == []
    assert "..." not in text.replace("[ARGS]...", "")


@pytest.mark.parametrize(
    ("name", "known", "words"),
    [
        ("modle", ["model", "df"], "; did you mean `model`?"),
        ("df", ["df1", "df2", "df3"], "; did you mean `df3`, `df2` or `df1`?"),
        ("x", ["model"], ""),
        ("x", [], ""),
    ],
)
def test_nearest(name: str, known: list[str], words: str) -> None:
    assert nearest(name, known) == words
