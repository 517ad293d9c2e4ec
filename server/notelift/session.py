"""Open notebooks: the only state that changes. Events come in, snapshots go out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from itertools import compress, count
from operator import is_not

from notelift.cells.code import read_cell
from notelift.config import Config
from notelift.effects.library import Library, load_library
from notelift.notebook.model import Cell, Notebook
from notelift.notebook.session import Event, Session
from notelift.queries.hidden import Kernel, Memory


@dataclass(frozen=True, slots=True)
class Arranged:
    """The notebook has these cells, in this order: several came, went, moved or changed at once.

    `language` is the kernel's, where that is another now. `replaced` has cells that are gone with those that
    stand for them: what ran under the old id is a run of the new.
    """

    cells: tuple[Cell, ...]
    language: str | None = None
    replaced: Mapping[str, str] = field(default_factory=dict)

    def applied(self, session: Session) -> Session:
        """Return the session after it."""
        after = session.with_cells(self.cells)
        if self.replaced:
            after = after.renamed(self.replaced)
        if self.language is None:
            return after
        return replace(after, notebook=replace(after.notebook, language=self.language))


@dataclass(frozen=True, slots=True)
class Changed:
    """Some cells are others now, at the same places: what happens with each key."""

    cells: Mapping[int, Cell]

    def applied(self, session: Session) -> Session:
        """Return the session after it."""
        cells = list(session.notebook.cells)
        for index, cell in self.cells.items():
            cells[index] = cell
        return replace(session, notebook=replace(session.notebook, cells=tuple(cells)))


class Draft:
    """A text of a cell that is being typed, and those before it, back to one that is known to parse or not.

    `known` is what `parses` says, None where that was not asked yet. Drafts are written as texts come,
    without parsing. What they say is asked on the analysis thread alone.
    """

    __slots__ = ("_before", "_good", "known", "text")

    def __init__(self, text: str, before: Draft | None = None) -> None:
        self.text = text
        self._before = before
        self.known: bool | None = None
        self._good: str | None = None

    @property
    def parses(self) -> bool:
        """Whether the text is valid."""
        if self.known is None:
            self._resolve()
        return self.known is True

    @property
    def good(self) -> str | None:
        """The text, where it parses, else the last one before it that did; None where none did."""
        if self.known is None:
            self._resolve()
        return self._good

    def _resolve(self) -> None:
        asked: list[Draft] = []
        draft: Draft | None = self
        while draft is not None and draft.known is None:
            asked.append(draft)
            draft.known = not read_cell(draft.text).error
            if draft.known:
                draft._good = draft.text
                break
            draft = draft._before
        good = None if draft is None else draft._good
        for each in asked:
            each._good, each._before = good, None


@dataclass(slots=True)
class _Memories:
    """What the analyses of one notebook keep for the next; the analysis thread's alone.

    `shown` are the cells that stand in for broken ones, each with the typed cell that it was made for.
    """

    kernel: Memory = field(default_factory=Memory)
    shown: dict[str, tuple[Cell, Cell]] = field(default_factory=dict)


class Snapshot:
    """A notebook at one moment. `revision` grows with each event, over all notebooks.

    `session` is the notebook as it is typed, with the runs of its kernel. What is derived of it is computed
    when it is first asked for, on the analysis thread.
    """

    def __init__(
        self,
        uri: str,
        revision: int,
        session: Session,
        config: Config,
        drafts: Mapping[str, Draft],
        doubtful: Mapping[str, Draft],
        memories: _Memories,
    ) -> None:
        self.uri = uri
        self.revision = revision
        self.session = session
        self.config = config
        self._drafts = drafts
        self._doubtful = doubtful
        self._memories = memories
        self._kernel: Kernel | None = None

    @property
    def notebook(self) -> Notebook:
        """The notebook as it is typed."""
        return self.session.notebook

    @property
    def library(self) -> Library:
        """What is known of libraries, with what the settings say."""
        return library_of(tuple(sorted(self.config.effects.items())))

    @cached_property
    def broken(self) -> frozenset[str]:
        """The ids of the cells that do not parse."""
        return frozenset([name for name, draft in self._doubtful.items() if not draft.parses])

    @cached_property
    def shown(self) -> Session:
        """The session, where cells that do not parse have the text that last did: what is shown."""
        shown = self._memories.shown
        if not self.broken:
            shown.clear()
            return self.session
        cells = [self._standing_in(cell) if cell.id in self.broken else cell for cell in self.notebook.cells]
        for name in shown.keys() - self.broken:
            del shown[name]
        if all(cell is typed for cell, typed in zip(cells, self.notebook.cells, strict=True)):
            return self.session
        return replace(self.session, notebook=replace(self.notebook, cells=tuple(cells)))

    def _standing_in(self, typed: Cell) -> Cell:
        known = self._memories.shown.get(typed.id)
        if known is not None and known[0] is typed:
            return known[1]
        good = self._drafts[typed.id].good or ""
        # What was blank before tells nothing of what is being typed.
        cell = typed if not good or good.isspace() else replace(typed, source=good)
        if known is not None and known[1] == cell:
            # An analysis knows a cell that stays the same object.
            cell = known[1]
        self._memories.shown[typed.id] = (typed, cell)
        return cell

    @property
    def kernel(self) -> Kernel:
        """The kernel of the notebook in which cells that do not parse have the text that last did."""
        return self.analyse()

    def analyse(self, cancelled: Callable[[], bool] | None = None) -> Kernel:
        """Return `kernel`. Raises Cancelled (flow.analysis) when `cancelled` says so."""
        if self._kernel is None:
            self._kernel = Kernel.of(self.shown, self.library, self._memories.kernel, cancelled)
        return self._kernel

    @cached_property
    def exact(self) -> Kernel:
        """The kernel of the notebook as it is typed, which edits are made from."""
        kernel = self.kernel
        if self.shown is self.session:
            return kernel
        # A copy, which goes on from what is shown and leaves that as it is.
        return Kernel.of(self.session, self.library, replace(self._memories.kernel))


@dataclass(slots=True)
class _Open:
    session: Session
    config: Config
    revision: int
    drafts: Mapping[str, Draft] = field(default_factory=dict)
    doubtful: Mapping[str, Draft] = field(default_factory=dict)
    """The drafts that are not known to parse."""
    gone: dict[str, Draft] = field(default_factory=dict)
    """What was typed in cells that are deleted, which may come back."""
    memories: _Memories = field(default_factory=_Memories)

    def take(self, session: Session) -> None:
        """Have another session, with drafts of the texts that are new."""
        before, now = self.session.notebook.cells, session.notebook.cells
        self.session = session
        drafts, doubtful = dict(self.drafts), dict(self.doubtful)
        others = len(before) != len(now)
        # Nearly always one cell has changed: the others are the same objects.
        cells = now if others else compress(now, map(is_not, now, before))
        for cell in cells:
            others = others or cell.id not in drafts
            known = drafts.get(cell.id) or self.gone.pop(cell.id, None)
            if not cell.is_python:
                drafts.pop(cell.id, None)
            elif known is None or known.text != cell.source:
                drafts[cell.id] = doubtful[cell.id] = Draft(cell.source, known)
            else:
                drafts[cell.id] = doubtful[cell.id] = known
        if others:
            present = {cell.id for cell in now}
            for name in drafts.keys() - present:
                self.gone[name] = drafts.pop(name)
        self.drafts = drafts
        self.doubtful = {
            name: draft
            for name, draft in doubtful.items()
            if draft.known is not True and drafts.get(name) is draft
        }


class Workspace:
    """The open notebooks by URI. Everything here is short: nothing is parsed or analysed."""

    def __init__(self) -> None:
        self._open: dict[str, _Open] = {}
        self._revisions = count(1)

    @property
    def uris(self) -> tuple[str, ...]:
        """The notebooks that are open."""
        return tuple(self._open)

    def open(self, uri: str, session: Session, config: Config) -> None:
        """Open a notebook, or open it anew."""
        empty = replace(session, notebook=replace(session.notebook, cells=()))
        opened = self._open[uri] = _Open(empty, config, next(self._revisions))
        opened.take(session)

    def close(self, uri: str) -> None:
        """Close a notebook; one that is not open stays so."""
        self._open.pop(uri, None)

    def apply(self, uri: str, event: Event | Arranged | Changed) -> None:
        """Let something happen to an open notebook. Raises KeyError where it is not open."""
        known = self._open[uri]
        before = known.session
        after = event.applied(before) if isinstance(event, (Arranged, Changed)) else before.apply(event)
        if after is not before:
            known.revision = next(self._revisions)
            known.take(after)

    def configure(self, uri: str, config: Config) -> bool:
        """Give an open notebook other settings; return whether they differ. Raises KeyError."""
        known = self._open[uri]
        if known.config == config:
            return False
        known.config, known.revision = config, next(self._revisions)
        return True

    def session(self, uri: str) -> Session:
        """The session of an open notebook. Raises KeyError where it is not open."""
        return self._open[uri].session

    def snapshot(self, uri: str) -> Snapshot | None:
        """The notebook as it is now; None where it is not open."""
        known = self._open.get(uri)
        if known is None:
            return None
        return Snapshot(
            uri, known.revision, known.session, known.config, known.drafts, known.doubtful, known.memories
        )

    def is_newest(self, snapshot: Snapshot) -> bool:
        """Whether nothing happened to the notebook since; False where it is closed."""
        known = self._open.get(snapshot.uri)
        return known is not None and known.revision == snapshot.revision


@lru_cache(maxsize=8)
def library_of(effects: tuple[tuple[str, str], ...]) -> Library:
    """Return the effect specs with those of the settings. Raises EffectError for one that is wrong."""
    return load_library(dict(effects))
