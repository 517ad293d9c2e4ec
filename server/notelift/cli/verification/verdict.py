"""Runs a notebook and a module in throw-away copies, and says whether they give the same value."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from notelift.cli.errors import CommandError
from notelift.cli.extract import build
from notelift.cli.loading import Loaded, dataflow_of, slice_of
from notelift.cli.verification.compare import Difference, Incomparable, describe, first_difference
from notelift.cli.verification.runs import Deadline, Place, Step, run_module, run_notebook
from notelift.cli.verification.sandbox import Copier
from notelift.cli.verification.written import HOW, file_difference, text_difference
from notelift.export.model import Module
from notelift.flow.graph import Dataflow
from notelift.queries.slice import Slice
from notelift.queries.targets import Target

_MAY_RAISE = "raises-exception"
_TOLERANCE = "floats are compared to 6 digits (4 in single precision)"


@dataclass(frozen=True, slots=True)
class Settings:
    """How to run: the interpreter, the seconds in all, the folder to copy, and how many bytes at most."""

    python: str
    timeout: float
    root: Path | None
    copy_limit: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the module gives the notebook's value.

    `difference` is the first where they differ, `reason` why they cannot be compared, `how` says in sentences
    how they were compared.
    """

    target: str
    verdict: Literal["equal", "different", "cannot compare"]
    type: str
    difference: Difference | None = None
    reason: str = ""
    how: tuple[str, ...] = ()


def verify(loaded: Loaded, target: Target, settings: Settings) -> Verdict:
    """Execute notebook and module and return the verdict.

    Raises CommandError where there is no module, a run fails in the notebook, or the time is over.
    """
    kept = slice_of(loaded, (target,))
    module = build(loaded, (target,), kept, None, None)
    deadline = Deadline.after(settings.timeout)
    dataflow = dataflow_of(loaded)
    steps = steps_to(loaded, target, kept, dataflow)
    with tempfile.TemporaryDirectory(prefix="notelift-verify-", ignore_cleanup_errors=True) as folder:
        throw_away = Path(folder).resolve()
        with _progress() as progress:
            progress("copying")
            ours = _place(loaded, dataflow, settings, throw_away / "notebook")
            notebook = run_notebook(ours, steps, target, module.module, deadline, progress)
            progress("running the module")
            theirs = _place(loaded, dataflow, settings, throw_away / "module")
            answer = _run_module(theirs, module, deadline)
        if target.kind == "file":
            return verdict_of_files(target, loaded.path.parent, ours.folder, theirs.folder, answer)
    if target.kind == "output":
        return verdict_of_outputs(str(target), notebook, answer)
    return verdict_of(str(target), notebook, answer)


def steps_to(loaded: Loaded, target: Target, kept: Slice, dataflow: Dataflow) -> list[Step]:
    """Return the runs of the timeline up to the point where the target has its value."""
    last = max((each.statement.site.run for each in kept.statements), default=0)
    steps = []
    for number, run in enumerate(loaded.timeline):
        may_raise = _MAY_RAISE in loaded.notebook.cells[run.cell].tags
        source = run.source
        if run.cell == target.cell and target.line is not None:
            source = _until(source, dataflow, number, target.line)
        steps.append(Step(run.cell, source, may_raise, number <= last))
        if run.cell == target.cell:
            break
    return steps


def _until(source: str, dataflow: Dataflow, run: int, line: int) -> str:
    """The cell's source up to the end of the statement at `line`."""
    ends = [
        (statement.end_line, statement.end_column)
        for statement in dataflow.runs[run].statements
        if statement.line <= line
    ]
    end_line, end_column = max(ends)
    lines = source.split("\n")[:end_line]
    return "\n".join([*lines[:-1], lines[-1][:end_column]])


def _place(loaded: Loaded, dataflow: Dataflow, settings: Settings, root: Path) -> Place:
    """A new copy of the folder that the notebook works in, and of files outside that it surely reads."""
    folder = loaded.path.resolve().parent
    source = folder if settings.root is None else settings.root.resolve()
    if not folder.is_relative_to(source):
        raise CommandError(f"--root {settings.root}: {loaded.path} is not in it")
    copier = Copier(root / "files", settings.copy_limit)
    copier.copy(source, _read_files(dataflow, folder))
    return Place(settings.python, root, copier.place(folder))


def _read_files(dataflow: Dataflow, folder: Path) -> Iterator[Path]:
    for statement in dataflow.statements():
        for effect, resource in statement.world:
            kind, _, path = resource.partition(":")
            if kind == "file" and effect == "read" and path and not Path(path).is_absolute():
                yield folder / path


def _run_module(place: Place, module: Module, deadline: Deadline) -> Mapping[str, Any]:
    file = place.root / f"{module.module}.py"
    file.write_text(module.source, encoding="utf-8")
    return run_module(place, file, module.module, module.function, deadline)


def verdict_of(target: str, notebook: Mapping[str, Any], module: Mapping[str, Any]) -> Verdict:
    """Return the verdict on the values that the two runs gave."""
    if "error" in notebook:
        raise CommandError(f"{notebook['error']} after the notebook has run")
    tree = notebook["tree"]
    if "error" in module:
        return Verdict(target, "different", tree["type"], _raised(describe(tree), module))
    how = tuple(dict.fromkeys([*notebook["how"], *module["how"], _TOLERANCE]))
    try:
        found = first_difference(tree, module["tree"])
    except Incomparable as error:
        return Verdict(target, "cannot compare", tree["type"], None, str(error), how)
    return Verdict(target, "different" if found else "equal", tree["type"], found, "", how)


def verdict_of_outputs(target: str, notebook: Mapping[str, Any], module: Mapping[str, Any]) -> Verdict:
    """Return the verdict on what a cell shows: its figure, value or text, whichever the module gives."""
    if "error" in module:
        return Verdict(target, "different", "", _raised("what the cell shows", module))
    gives = module["tree"]
    if gives["type"] != "NoneType" or not notebook["printed"]:
        shown = [each for each in (notebook["figure"], notebook["value"]) if each]
        if not shown:
            return Verdict(target, "cannot compare", "", reason="the cell displays neither value nor figure")
        alike = [each for each in shown if each["tree"]["type"] == gives["type"]] or shown
        return verdict_of(target, {**alike[0], "how": [*notebook["how"], *alike[0]["how"]]}, module)
    printed = module["printed"]
    lines = len(notebook["printed"].splitlines())
    found = text_difference(notebook["printed"], "\n".join(printed.splitlines()[-lines:]))
    how = ("the text is compared that the cell prints last, with numbers to 6 digits",)
    return Verdict(target, "different" if found else "equal", "text", found, "", how)


def verdict_of_files(
    target: Target, original: Path, notebook: Path, module: Path, answer: Mapping[str, Any]
) -> Verdict:
    """Return the verdict on the file that both runs wrote, each in its copy of the `original` folder."""
    before, ours, theirs = (folder / target.value for folder in (original, notebook, module))
    if not _is_written(ours, before):
        raise CommandError(f"the notebook has run, but it has not written {target.value}")
    if "error" in answer:
        return Verdict(str(target), "different", "file", _raised("the file", answer))
    if not _is_written(theirs, before):
        return Verdict(str(target), "different", "file", Difference("", "a file", "nothing written"))
    found = file_difference(ours, theirs)
    return Verdict(str(target), "different" if found else "equal", "file", found, "", (HOW,))


def _is_written(file: Path, before: Path) -> bool:
    """Whether a run wrote the file; a copy that it left alone still has the time of the file before."""
    if not file.is_file():
        return False
    return not before.is_file() or before.stat().st_mtime_ns != file.stat().st_mtime_ns


def _raised(notebook: str, answer: Mapping[str, Any]) -> Difference:
    return Difference("", notebook, f"an error ({answer['error']})")


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """Give a function that shows what is going on, where someone watches."""
    if not sys.stderr.isatty():
        yield lambda message: None
        return
    from rich.console import Console

    with Console(stderr=True).status("starting") as status:
        yield status.update
