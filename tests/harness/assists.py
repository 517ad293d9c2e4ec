"""The pytest items of tests/cases/assists: a place in a notebook, what is offered there, what it does."""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from notelift import config as configuration
from notelift.assists.model import Ask, Built, Offer, Refused, RunCells
from notelift.assists.registry import load_assist
from notelift.checks.context import Context
from notelift.checks.runner import run_rules
from notelift.config import Config
from notelift.edits.applying import Applied, apply
from notelift.edits.change import MovedCell, NotebookChange, RemovedCell
from notelift.edits.checking import analysed, check_change
from notelift.effects.library import Library, load_library
from notelift.flow.analysis import analyse
from notelift.notebook.model import Notebook
from notelift.notebook.session import Session
from notelift.queries.hidden import Kernel
from tests.harness.flow import WORKER
from tests.harness.items import CELLS, CaseFile, CaseItem, WrongCase, cell_of, session_of, text_of
from tests.harness.markdown import CaseError, Fence, read
from tests.harness.oracle import Worker
from tests.harness.snapshots import REWRITES, Rewrite
from tests.harness.values import without_code

CARET, START, END = "<|>", "<|", "|>"
_SNAPSHOTS = frozenset({"offers", "after", "runs", "refused"})
_FENCES = CELLS | _SNAPSHOTS | {
    "choose", "config", "data", "file", "findings", "note", "path", "plain", "session", "unexecuted"
}  # fmt: skip


@dataclass(frozen=True)
class AssistCase:
    """A notebook with a place in it, and what is expected there; `snapshots` are the fences that say so."""

    title: str
    path: Path
    line: int
    ask: Ask
    files: Mapping[str, str]
    choose: str
    data: Mapping[str, Any]
    executed: bool
    last: int
    snapshots: tuple[Fence, ...] = field(repr=False)

    @property
    def assist(self) -> str:
        """The assist that the file is about: its name is that of the file."""
        return self.path.stem

    @property
    def is_refactoring(self) -> bool:
        """Whether all values must stay, so that the notebook is executed before and after."""
        return self.executed and any(kind.startswith("refactor") for kind in load_assist(self.assist).kinds)


def read_assist_cases(path: Path) -> list[AssistCase]:
    """Return the cases of a Markdown file. Raises CaseError when one is not well formed."""
    return read(path, _FENCES, _case)


def _case(path: Path, title: str, line: int, fences: list[Fence]) -> AssistCase:
    parts = [fence for fence in fences if fence.kind in CELLS]
    place, sources = _place(f"{path}:{line}", [fence.text for fence in parts])
    cells = tuple(cell_of(index, fence, sources[index]) for index, fence in enumerate(parts))
    text = functools.partial(text_of, fences)
    notebook = Notebook(text("path") or "notebook.ipynb", "ipynb", "python", cells)
    files = {" ".join(fence.info): fence.text + "\n" for fence in fences if fence.kind == "file"}
    config = _config(text("config"))
    session = session_of(notebook, text("session"), f"{path}:{line}")
    ask = Ask(Context.of(_kernel(session, config)), config, *place, read=files.get)
    ask = replace(ask, changes_cells=not any(fence.kind == "plain" for fence in fences))
    return AssistCase(
        title,
        path,
        line,
        _with_findings(ask, text("findings").split()),
        files,
        text("choose"),
        _toml(text("data")),
        not any(fence.kind == "unexecuted" for fence in fences),
        max(fence.end for fence in fences if fence.kind not in _SNAPSHOTS),
        tuple(fence for fence in fences if fence.kind in _SNAPSHOTS),
    )


def _place(where: str, texts: list[str]) -> tuple[tuple[int, int, int, int, int], list[str]]:
    """The selection that the markers make, and the texts without them."""
    marked = [index for index, text in enumerate(texts) if START in text or END in text]
    if len(marked) != 1:
        raise CaseError(f"{where}: one cell has the markers {CARET}, or {START} and {END}")
    text = texts[marked[0]].replace(CARET, START + END)
    if text.count(START) != 1 or text.count(END) != 1 or text.index(START) > text.index(END):
        raise CaseError(f"{where}: write {CARET} once, or {START} and {END} once each")
    head, _, rest = text.partition(START)
    inside, _, tail = rest.partition(END)
    texts = [*texts[: marked[0]], head + inside + tail, *texts[marked[0] + 1 :]]
    return (marked[0], *_position(head), *_position(head + inside)), texts


def _position(text: str) -> tuple[int, int]:
    return text.count("\n") + 1, len(text) - text.rfind("\n") - 1


def _toml(text: str) -> Mapping[str, Any]:
    toml = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    table: Mapping[str, Any] = toml.loads(text)
    return table


def _config(text: str) -> Config:
    config, problems = configuration.load(_toml(text))
    if problems:
        raise CaseError(problems[0])
    return config


def _kernel(session: Session, config: Config) -> Kernel:
    library = _library(tuple(sorted(config.effects.items())))
    return Kernel(session, analyse(session.written, library), library)


@functools.cache
def _library(effects: tuple[tuple[str, str], ...]) -> Library:
    return load_library(dict(effects))


def _with_findings(ask: Ask, rules: list[str]) -> Ask:
    """The ask with what these rules find in its lines."""
    if not rules:
        return ask
    report = run_rules(Context.of(ask.kernel), rules)
    here = (
        each
        for each in report.findings
        if each.cell == ask.cell and each.line <= ask.end_line and ask.line <= each.end_line
    )
    return replace(ask, findings=tuple(here))


@dataclass(frozen=True)
class Outcome:
    """What an assist answered: the fences of a case as they must be, and what was built."""

    fences: tuple[tuple[str, str], ...]
    chosen: Offer | None = None
    applied: Applied | None = None
    change: NotebookChange | None = None


def outcome_of(case: AssistCase) -> Outcome:
    """Return what the assist offers at the case's place, and what the chosen offer does."""
    assist = load_assist(case.assist)
    offers = list(assist.offers(case.ask))
    fences = [("offers", "\n".join(map(_shown, offers)))]
    possible = [offer for offer in offers if not offer.refused and case.choose in offer.title]
    if not possible:
        return Outcome(tuple(fences))
    chosen = possible[0]
    try:
        built = assist.build(case.ask, {**chosen.data, **case.data})
    except Refused as error:
        return Outcome((*fences, ("refused", str(error))), chosen)
    if isinstance(built, RunCells):
        return Outcome((*fences, ("runs", _runs(built))), chosen)
    applied = _applied(built, case)
    return Outcome((*fences, *_after(applied)), chosen, applied, built)


def _shown(offer: Offer) -> str:
    return f"{offer.title}: {offer.refused}" if offer.refused else offer.title


def _runs(built: RunCells) -> str:
    return "\n".join(["restart"] * built.restart + list(built.cell_ids))


def _applied(built: Built, case: AssistCase) -> Applied:
    assert isinstance(built, NotebookChange)
    notebook = case.ask.kernel.session.notebook
    applied = apply(built, notebook, {each.path: case.files.get(each.path) for each in built.files})
    _check_untouched(built, notebook, applied.notebook)
    if reason := check_change(built, case.ask.kernel):
        raise WrongCase(f"the change is wrong: {reason}")
    if built.cells and not case.ask.changes_cells:
        raise WrongCase("the change inserts, removes or moves cells, which the client cannot do")
    return applied


def _check_untouched(change: NotebookChange, before: Notebook, after: Notebook) -> None:
    """Raise WrongCase when a cell that the change does not name is another, or gone, or elsewhere."""
    named = {edit.cell_id for edit in change.texts}
    named |= {each.cell_id for each in change.cells if isinstance(each, (RemovedCell, MovedCell))}
    was = [(cell.id, cell.source) for cell in before.cells if cell.id not in named]
    known = {cell.id for cell in before.cells}
    now = [(cell.id, cell.source) for cell in after.cells if cell.id in known - named]
    if was != now:
        raise WrongCase(f"cells that the change does not name are others:\n{was}\n{now}")


def _after(applied: Applied) -> Iterator[tuple[str, str]]:
    for cell in applied.notebook.cells:
        yield "after" if cell.kind == "code" else f"after {cell.kind}", cell.source
    for path, text in applied.files.items():
        yield f"after file {path}", text.removesuffix("\n")


class AssistsFile(CaseFile[AssistCase]):
    """A Markdown file of cases of one assist."""

    def read(self) -> list[AssistCase]:
        """Return the cases of the file."""
        return read_assist_cases(self.path)

    def items(self, case: AssistCase) -> Iterator[pytest.Item]:
        """Yield the checks of a case."""
        outcome = functools.cache(functools.partial(outcome_of, case))
        yield AssistItem.from_parent(self, name=case.title, case=case, outcome=outcome)
        if case.is_refactoring and any(fence.kind == "after" for fence in case.snapshots):
            worker = self.config.stash.setdefault(WORKER, Worker())
            name = f"{case.title}::values"
            yield ValuesItem.from_parent(self, name=name, case=case, outcome=outcome, worker=worker)


class AssistItem(CaseItem[AssistCase]):
    """The assist offers and does what the case expects."""

    def __init__(self, *, outcome: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._outcome = outcome

    @property
    def outcome(self) -> Outcome:
        """What the assist answers, asked once for all checks of the case."""
        outcome: Outcome = self._outcome()
        return outcome

    def runtest(self) -> None:
        """Ask, build, apply and compare."""
        found = self.outcome.fences
        expected = tuple((" ".join((each.kind, *each.info)), each.text) for each in self.case.snapshots)
        if found == expected:
            return
        if REWRITES in self.config.stash:
            rewrites = self.config.stash[REWRITES]
            old = tuple((each.line - 1, each.end) for each in self.case.snapshots)
            rewrites.append(Rewrite(self.case.path, old, self.case.last, found))
            return
        raise WrongCase(f"expected{_listed(expected)}\nfound{_listed(found)}")


def _listed(fences: tuple[tuple[str, str], ...]) -> str:
    return "".join(f"\n```{kind}\n{text}\n```" for kind, text in fences)


class ValuesItem(AssistItem):
    """A refactoring leaves all values: they are compared after executing the notebook before and after it."""

    def __init__(self, *, worker: Worker, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._worker = worker

    def runtest(self) -> None:
        """Execute both notebooks and compare."""
        outcome = self.outcome
        if outcome.applied is None or outcome.chosen is None or outcome.change is None:
            raise WrongCase("the case expects a change, and there is none")
        notebook = self.case.ask.kernel.session.notebook
        names = sorted(
            analysed(outcome.applied, self.case.ask.kernel).dataflow.values.keys()
            & self.case.ask.kernel.written.dataflow.values.keys()
        )
        if not names:
            raise WrongCase("no value is left to compare: mark the case `unexecuted` and say why")
        before = self._values(notebook, names, self.case.files)
        after = self._values(outcome.applied.notebook, names, {**self.case.files, **outcome.applied.files})
        wrong = [f"{n}\n  before: {before[n]}\n  after:  {after[n]}" for n in names if before[n] != after[n]]
        if wrong:
            raise WrongCase("values differ\n" + "\n".join(wrong)[:4000])

    def _values(self, notebook: Notebook, names: list[str], files: Mapping[str, str]) -> dict[str, str]:
        cells = [cell.source for cell in notebook.cells if cell.is_python]
        steps = [
            {"code": source, "count": number, "raises": False} for number, source in enumerate(cells, 1)
        ]  # fmt: skip
        observe = [(len(steps) - 1, f"name:{name}") for name in names]
        answer = self._worker.ask({"files": list(files.items()), "steps": steps, "observe": observe})
        if "error" in answer:
            raise WrongCase(answer["error"])
        return dict(zip(names, map(without_code, answer["values"]), strict=True))
