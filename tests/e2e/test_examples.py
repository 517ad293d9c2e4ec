"""The notebooks in `examples/` run, and what is lifted out of them gives the same values."""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"

CHURN = "churn/churn.ipynb"
SALES = "sales-report/sales_report.ipynb"
ORDER = "out-of-order/out_of_order.ipynb"
MESSY = "messy/messy.ipynb"

NAMES = [
    *[
        (CHURN, "written", name)
        for name in ("customers", "X_train", "model", "auc", "threshold", "scored", "summary")
    ],
    *[
        (SALES, "written", name)
        for name in ("orders", "monthly", "best_month", "regions", "missed", "summary", "headline")
    ],
    *[(ORDER, "written", name) for name in ("by_day", "offsets", "limit", "report")],
    *[(ORDER, "ran", name) for name in ("by_day", "offsets", "limit", "warm_hours", "report")],
    *[(MESSY, "written", name) for name in ("df", "trips", "ci", "busy", "result", "final")],
    *[(MESSY, "ran", name) for name in ("ci", "result", "final")],
]
FILES = [
    (CHURN, "out/scored.csv"),
    (CHURN, "out/metrics.json"),
    (SALES, "out/summary.csv"),
    (SALES, "out/regions.png"),
    (MESSY, "out.json"),
]

REWRITTEN = [
    (SALES, "summary"),
    (SALES, "monthly"),
    (MESSY, "trips"),
    (MESSY, "ci"),
    (ORDER, "offsets"),
    (CHURN, "scored"),
]


def grouped(rows: list[Any]) -> list[Any]:
    """The rows as parameters, each notebook's in one xdist worker, where it is executed once."""
    return [pytest.param(*row, marks=pytest.mark.xdist_group(row[0]), id=":".join(row)) for row in rows]


@functools.cache
def executed(notebook: str, timeline: str) -> tuple[Path, dict[str, str]]:
    """The folder of a fresh run of the notebook's cells along `timeline`, and its values as text."""
    folder = Path(tempfile.mkdtemp(prefix="notelift-example-")) / "run"
    copy_folder(notebook, folder)
    names = [name for path, order, name in NAMES if (path, order) == (notebook, timeline)]
    return folder, values_of_run(folder / Path(notebook).name, timeline, names)


def copy_folder(notebook: str, folder: Path) -> None:
    """Copy the notebook and its data, without what a run of it left."""
    shutil.copytree(
        (EXAMPLES / notebook).parent, folder, ignore=shutil.ignore_patterns("out", "out.json", "kmh.png")
    )


def values_of_run(path: Path, timeline: str, names: list[str]) -> dict[str, str]:
    """The values of `names`, as text, after a run of the cells in a fresh kernel in the notebook's folder."""
    book = nbformat.read(path, as_version=4)
    cells = [
        (cell.execution_count, index) for index, cell in enumerate(book.cells) if cell.cell_type == "code"
    ]
    if timeline == "ran":
        cells = sorted((count, index) for count, index in cells if count is not None)
    probe = (
        "import json as _json, sys as _sys\n"
        f"_sys.path.insert(0, {str(ROOT)!r})\n"
        "from tests.harness.values import describe as _describe\n"
        f"_values = {{_name: _describe(globals()[_name]) for _name in {names!r}}}\n"
        "_json.dump(_values, open('values.json', 'w'))"
    )
    book.cells.append(nbformat.v4.new_code_cell(probe))
    # In the written order the notebook that ran out of order reads a name before it is defined.
    fails = path.name == Path(ORDER).name and timeline == "written"
    client = NotebookClient(
        book, timeout=300, allow_errors=fails, resources={"metadata": {"path": str(path.parent)}}
    )
    with client.setup_kernel():
        for _, index in cells:
            client.execute_cell(book.cells[index], index)
        client.execute_cell(book.cells[-1], len(book.cells) - 1)
    values: dict[str, str] = json.loads((path.parent / "values.json").read_text())
    return values


def notelift(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line."""
    command = [sys.executable, "-m", "notelift.cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def lifted(notebook: str, timeline: str, target: str, folder: Path) -> tuple[dict[str, Any], str]:
    """Extract `target`, run its module beside a copy of the data; return the answer and the value as text."""
    shutil.copytree(
        (EXAMPLES / notebook).parent, folder, ignore=shutil.ignore_patterns("*.ipynb", "out", "out.json")
    )
    done = notelift(
        "extract",
        str(EXAMPLES / notebook),
        target,
        "--output",
        str(folder),
        "--timeline",
        timeline,
        "--format",
        "json",
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    code = (
        f"from {Path(answer['module']).stem} import {answer['function']} as function\n"
        "value = function()\n"
        "from tests.harness.values import describe\n"
        "print('VALUE ' + describe(value))"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(folder)]), "MPLBACKEND": "Agg"}
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    return answer, run.stdout.rpartition("VALUE ")[2].removesuffix("\n")


@pytest.mark.parametrize(("notebook", "timeline", "name"), grouped(NAMES))
def test_a_lifted_value_is_the_notebooks(notebook: str, timeline: str, name: str, tmp_path: Path) -> None:
    _, values = executed(notebook, timeline)
    answer, value = lifted(notebook, timeline, name, tmp_path / "lifted")
    assert value == values[name]
    assert answer["kept"] < answer["total"]


@pytest.mark.parametrize(("notebook", "path"), grouped(FILES))
def test_a_lifted_file_is_the_notebooks(notebook: str, path: str, tmp_path: Path) -> None:
    folder, _ = executed(notebook, "written")
    lifted(notebook, "written", f"file:{path}", tmp_path / "lifted")
    assert (tmp_path / "lifted" / path).read_bytes() == (folder / path).read_bytes()


@pytest.mark.parametrize(("notebook", "name"), grouped(REWRITTEN))
def test_a_rewritten_notebook_keeps_its_values(notebook: str, name: str, tmp_path: Path) -> None:
    copy_folder(notebook, tmp_path / "rewritten")
    path = tmp_path / "rewritten" / Path(notebook).name
    before = path.read_bytes()
    done = notelift("extract", str(path), name, "--output", str(path.parent), "--rewrite")
    assert done.returncode == 0, done.stderr
    assert path.read_bytes() != before
    _, values = executed(notebook, "written")
    assert values_of_run(path, "written", list(values)) == values


@pytest.mark.parametrize("notebook", [CHURN, SALES, ORDER, MESSY])
def test_the_notebooks_are_valid_and_hold_their_outputs(notebook: str) -> None:
    book = nbformat.read(EXAMPLES / notebook, as_version=4)
    nbformat.validate(book)
    assert 12 <= len(book.cells) <= 40
    assert any(cell.get("outputs") for cell in book.cells)


def test_the_order_of_the_cells_matters_where_it_should() -> None:
    saved = nbformat.read(EXAMPLES / ORDER, as_version=4)
    counts = [cell.execution_count for cell in saved.cells if cell.cell_type == "code"]
    assert counts != sorted(counts)
    assert executed(ORDER, "ran")[1]["report"] != executed(ORDER, "written")[1]["report"]


def test_a_name_that_a_fresh_run_does_not_have_is_refused(tmp_path: Path) -> None:
    refused = notelift("extract", str(EXAMPLES / ORDER), "warm_hours", "--output", str(tmp_path))
    assert refused.returncode == 2
    assert "reads `limit`" in refused.stderr
    assert "--timeline ran" in refused.stderr
    assert not list(tmp_path.iterdir())
    done = notelift(
        "extract",
        str(EXAMPLES / ORDER),
        "warm_hours",
        "--output",
        str(tmp_path),
        "--timeline",
        "ran",
        "--force",
    )
    assert "warning" not in done.stdout + done.stderr
