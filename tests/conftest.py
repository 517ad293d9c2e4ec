"""Collects the Markdown cases and ends the worker that executes them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from tests.harness.checks import ChecksFile
from tests.harness.flow import WORKER, FlowFile

settings.register_profile("short", max_examples=40, deadline=None, derandomize=True, database=None)
settings.register_profile("medium", max_examples=400, deadline=None, report_multiple_bugs=False)
settings.register_profile("long", max_examples=5000, deadline=None, report_multiple_bugs=False)
settings.load_profile("short")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect `tests/cases/flow/*.md` and `tests/cases/checks/*.md`."""
    if file_path.suffix != ".md" or file_path.parent.parent.name != "cases":
        return None
    if file_path.parent.name == "flow":
        return FlowFile.from_parent(parent, path=file_path)
    if file_path.parent.name == "checks":
        return ChecksFile.from_parent(parent, path=file_path)
    return None


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the worker."""
    worker = config.stash.get(WORKER, None)
    if worker is not None:
        worker.close()
