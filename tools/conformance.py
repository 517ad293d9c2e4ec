"""Scores the analysis on what the tests of other tools expect.

    python tools/conformance.py FOLDER [--failures] [--only SUITE]

FOLDER holds the expectations as JSON lines, one file for each suite; its README says what each field is. A
case is sound when nothing that is expected is missing, and exact when there is nothing more either. What the
analysis has no answer for (control dependencies: it keeps compound statements whole) is skipped.
"""

from __future__ import annotations

import argparse
import ast
import builtins
import functools
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from notelift.cells.code import read_cell
from notelift.effects.library import Library, load_library
from notelift.flow.analysis import analyse
from notelift.flow.graph import Dataflow, Dependency, Statement
from notelift.notebook.model import Run, Timeline

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is missing of the expected, and what is there beside it."""

    missing: tuple[str, ...]
    extra: tuple[str, ...]

    @staticmethod
    def of(missing: Iterable[Any], extra: Iterable[Any]) -> Verdict:
        """The verdict on sets of names, lines or runs."""
        return Verdict(tuple(sorted(map(str, missing))), tuple(sorted(map(str, extra))))


@functools.cache
def library() -> Library:
    """Return the effect specs, loaded once."""
    return load_library()


def dataflow_of(sources: Sequence[str], ids: Sequence[object] | None = None) -> Dataflow:
    """Return the dataflow of cells that run one after the other; runs of one cell have the same id."""
    names = [str(each) for each in ids] if ids is not None else [str(n) for n in range(len(sources))]
    runs: Timeline = tuple(
        Run(
            names.index(names[number]),
            names[number],
            source,
            number + 1,
            occurrence=names[:number].count(names[number]),
        )
        for number, source in enumerate(sources)
    )
    return analyse(runs, library()).dataflow


def closure(dataflow: Dataflow, start: Iterable[Statement]) -> list[Statement]:
    """Return all that these statements need, themselves included."""
    found = {statement.site: statement for statement in start}
    waiting = list(found.values())
    while waiting:
        for needs in waiting.pop().reads:
            if needs.source not in found:
                found[needs.source] = dataflow.statement(needs.source)
                waiting.append(found[needs.source])
    return [found[site] for site in sorted(found)]


def lines_of(statements: Iterable[Statement]) -> set[int]:
    """Return the lines that statements stand on."""
    return {line for each in statements for line in range(each.line, each.end_line + 1)}


def given(source: str) -> Dataflow:
    """Return the dataflow of a cell after one that binds all names that it mentions; the cell is run 1."""
    names = sorted(_identifiers(source) - set(dir(builtins)))
    return dataflow_of(["\n".join(f"{name} = given({n})" for n, name in enumerate(names)), source])


def interface(source: str) -> tuple[set[str], set[str]]:
    """Return the names that a cell leaves bound, and those that it or its functions read from outside."""
    dataflow = given(source)
    return _bound(dataflow, 1), _read_from_outside(dataflow, 1)


def _identifiers(source: str) -> set[str]:
    found: set[str] = set()
    for statement in read_cell(source).statements:
        for part in ast.walk(statement.node):
            if isinstance(part, ast.Name):
                found.add(part.id)
    return found


def _bound(dataflow: Dataflow, run: int) -> set[str]:
    bound = {name for each in dataflow.runs[run].statements for name in each.binds}
    return bound & dataflow.values.keys()


def _changed(dataflow: Dataflow, run: int) -> set[str]:
    changes = {name for each in dataflow.runs[run].statements for name, _, _ in each.changes}
    return {name.partition("[")[0].partition(".")[0] for name in changes}


def _read_from_outside(dataflow: Dataflow, run: int) -> set[str]:
    edges: list[Dependency] = [needs for each in dataflow.runs[run].statements for needs in each.reads]
    for name in _bound(dataflow, run):
        edges += dataflow.values[name].reads
    return {needs.name for needs in edges if needs.source.run < run and needs.kind == "name"}


# -- suites: what a record of each says, or None where there is no answer


def ppa_slices(record: Record) -> Verdict | None:
    """Backward slices of lines."""
    dataflow = dataflow_of([record["source"]])
    seeds = set(record["seed_lines"])
    start = [each for each in dataflow.statements() if seeds & lines_of([each])]
    kept = lines_of(closure(dataflow, start))
    return Verdict.of(set(record["expected_lines"]) - kept, set(record["forbidden_lines"]) & kept)


def ppa_line_deps(record: Record) -> Verdict | None:
    """Direct dependencies between lines."""
    if record["kind"] != "data":
        return None
    dataflow = dataflow_of([record["source"]])
    found = {
        (each.line, dataflow.statement(needs.source).line)
        for each in dataflow.statements()
        for needs in each.reads
    }
    exact = record["exact"]
    must = {tuple(pair) for pair in (record["must"] if exact is None else exact)}
    extra = {tuple(pair) for pair in record["must_not"]} & found if exact is None else {*found} - must
    return Verdict.of(must - found, extra)


def ppa_names(record: Record) -> Verdict | None:
    """Names that the first statement defines or uses."""
    defined, used = interface(record["source"])
    found = defined if record["kind"] == "defs" else used
    unwanted = found if record["exact_empty"] else found & set(record["exclude"])
    return Verdict.of(set(record["include"]) - set(dir(builtins)) - found, unwanted)


def marimo_defs_refs(record: Record) -> Verdict | None:
    """Names that a cell defines and reads, where the record says them."""
    if "raises" in record or {"sql", "marimo_local_mangling"} & set(record["tags"]):
        return None
    defined, used = interface(record["source"])
    wanted = set(record["defs"])
    verdict = Verdict.of((f"def {n}" for n in wanted - defined), (f"def {n}" for n in defined - wanted))
    if record["refs_without_builtins"] is None:
        return verdict
    refs = set(record["refs_without_builtins"])
    missing = [*verdict.missing, *(f"ref {n}" for n in refs - used)]
    return Verdict.of(missing, [*verdict.extra, *(f"ref {n}" for n in used - refs)])


def ipyflow_slices(record: Record) -> Verdict | None:
    """The runs that one run needs."""
    if record["expected_runs"] is None:
        return None
    runs = record["runs"]
    numbers = [run["n"] for run in runs]
    dataflow = dataflow_of([run["source"] for run in runs], [run["cell_id"] for run in runs])
    start = dataflow.runs[numbers.index(record["slice_of_run"])].statements
    kept = {numbers[each.site.run] for each in closure(dataflow, start)}
    expected = set(record["expected_runs"])
    return Verdict.of(expected - kept, kept - expected)


def ipyflow_liveness(record: Record) -> Verdict | None:
    """Names that are read before they are bound."""
    _, used = interface(record["source"])
    live = set(record["live"]) - set(dir(builtins))
    return Verdict.of(live - used, used & set(record.get("dead", ())))


def soorgeon_io(record: Record) -> Verdict | None:
    """Inputs and outputs of sections; it leaves out definitions, imports and targets of loops."""
    if record["kind"] != "io":
        return None
    dataflow = given(record["source"])
    inputs, outputs = _read_from_outside(dataflow, 1), _bound(dataflow, 1) | _changed(dataflow, 1)
    missing = {f"input {name}" for name in set(record["inputs"]) - inputs}
    missing |= {f"output {name}" for name in set(record["outputs"]) - outputs}
    return Verdict.of(missing, {f"input {name}" for name in inputs - set(record["inputs"])})


def kale_stage_io(record: Record) -> Verdict | None:
    """Names that stages need of the stages before them, those of their functions included."""
    cells = record["cells"]
    missing: set[str] = set()
    extra: set[str] = set()
    for number, cell in enumerate(cells):
        dataflow = dataflow_of([each["source"] for each in cells[: number + 1]])
        found = _read_from_outside(dataflow, number)
        expected = set(record["expected"][cell["cell_id"]]["ins"])
        missing |= {f"{cell['cell_id']} {name}" for name in expected - found}
        extra |= {f"{cell['cell_id']} {name}" for name in found - expected}
    return Verdict.of(missing, extra)


SUITES: tuple[Callable[[Record], Verdict | None], ...] = (
    ppa_slices,
    ppa_line_deps,
    ppa_names,
    marimo_defs_refs,
    ipyflow_slices,
    ipyflow_liveness,
    soorgeon_io,
    kale_stage_io,
)


def show_failure(record: Record, verdict: Verdict) -> str:
    """Return a case that differs, with its code."""
    cells = [record["source"]] if "source" in record else []
    cells += [each["source"] for part in ("runs", "cells") for each in record.get(part, [])]
    code = "\n    # ----\n".join("\n".join("    " + line for line in each.split("\n")) for each in cells)
    return f"{record['id']}\n  missing: {verdict.missing}\n  extra: {verdict.extra}\n{code}\n"


def main() -> None:
    """Score the suites and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--failures", action="store_true", help="show the cases that differ")
    parser.add_argument("--only", default="", metavar="SUITE", help="only suites with this in their name")
    options = parser.parse_args()
    rows = []
    for suite in SUITES:
        name = suite.__name__
        if options.only not in name:
            continue
        text = (options.folder / f"{name}.jsonl").read_text(encoding="utf-8")
        records = [json.loads(line) for line in text.splitlines() if line]
        judged = [(record, verdict) for record in records if (verdict := suite(record)) is not None]
        if options.failures:
            for record, verdict in judged:
                if verdict.missing or verdict.extra:
                    print(show_failure(record, verdict))
        sound = sum(not verdict.missing for _, verdict in judged)
        exact = sum(not verdict.missing and not verdict.extra for _, verdict in judged)
        rows.append((name, len(judged), sound, exact, len(records) - len(judged)))
    print(f"{'suite':20}{'cases':>7}{'sound':>7}{'exact':>7}{'skipped':>9}")
    for name, cases, sound, exact, skipped in rows:
        print(f"{name:20}{cases:7}{sound:7}{exact:7}{skipped:9}")


if __name__ == "__main__":
    main()
