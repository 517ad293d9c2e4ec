"""Collects the Markdown cases and ends the worker that executes them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from tests.harness.assists import AssistsFile
from tests.harness.checks import ChecksFile
from tests.harness.flow import WORKER, FlowFile
from tests.harness.snapshots import REWRITES, rewrite_files
from tests.harness.views import ViewsFile

settings.register_profile("short", max_examples=40, deadline=None, derandomize=True, database=None)
settings.register_profile("medium", max_examples=400, deadline=None, report_multiple_bugs=False)
settings.register_profile("long", max_examples=5000, deadline=None, report_multiple_bugs=False)
settings.load_profile("short")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the flag that rewrites what the cases expect."""
    parser.addoption(
        "--rewrite-snapshots",
        action="store_true",
        help="write what is found into the cases of assists and views that expect otherwise; read the diff",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Prepare for rewriting where it is asked for."""
    if config.getoption("--rewrite-snapshots"):
        config.stash[REWRITES] = []


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect the Markdown files of `tests/cases/flow`, `checks`, `assists` and `views`."""
    if file_path.suffix != ".md" or file_path.parent.parent.name != "cases":
        return None
    if file_path.parent.name == "flow":
        return FlowFile.from_parent(parent, path=file_path)
    if file_path.parent.name == "checks":
        return ChecksFile.from_parent(parent, path=file_path)
    if file_path.parent.name == "assists":
        return AssistsFile.from_parent(parent, path=file_path)
    if file_path.parent.name == "views":
        return ViewsFile.from_parent(parent, path=file_path)
    return None


def pytest_itemcollected(item: pytest.Item) -> None:
    """Give items that are no functions the arguments that pytest-lsp's hook fails without."""
    if not hasattr(item, "funcargs"):
        vars(item)["funcargs"] = {}


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the worker, and write what is to be rewritten."""
    for path in rewrite_files(config.stash.get(REWRITES, [])):
        print(f"rewrote {path}")
    worker = config.stash.get(WORKER, None)
    if worker is not None:
        worker.close()
