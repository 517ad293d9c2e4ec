"""Collects the Markdown cases and ends the worker that executes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.harness.flow import WORKER, FlowFile


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect `tests/cases/flow/*.md`."""
    if (
        file_path.suffix == ".md"
        and file_path.parent.name == "flow"
        and file_path.parent.parent.name == "cases"
    ):
        return FlowFile.from_parent(parent, path=file_path)
    return None


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the worker."""
    worker = config.stash.get(WORKER, None)
    if worker is not None:
        worker.close()
