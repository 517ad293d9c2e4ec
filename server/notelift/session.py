"""Open notebooks: the only state that changes. Events come in, snapshots go out."""

from __future__ import annotations

from dataclasses import dataclass

from notelift.config import Config
from notelift.effects.library import Library
from notelift.notebook.model import Notebook
from notelift.notebook.session import Session
from notelift.queries.hidden import Kernel


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A notebook at one moment. `revision` grows with each event of the notebook.

    `kernel` is of the notebook in which cells that do not parse (`broken`, by id) still have the text that
    last did: what is shown while one types. `exact` is of the notebook as it is typed: what edits are made
    from. They are the same where nothing is broken.
    """

    uri: str
    revision: int
    session: Session
    broken: frozenset[str]
    kernel: Kernel
    exact: Kernel
    config: Config
    library: Library

    @property
    def notebook(self) -> Notebook:
        """The notebook as it is typed."""
        return self.session.notebook
