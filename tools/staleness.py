"""Scores the analysis on staleness that another tool's tests expect.

    python tools/staleness.py FOLDER [--failures] [--tier TIER]

FOLDER holds ipyflow_stale.jsonl; its README says what each field is. A probe is a run that is about to happen
after others: does it read a value that was made of what has changed since? Records of another kind, on which
cells a notebook offers to run next, are left out.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from notelift.effects.library import Library, load_library
from notelift.notebook.model import Run, Timeline
from notelift.queries.staleness import stale_sources

Record = dict[str, Any]


def timeline_of(runs: Sequence[Record]) -> Timeline:
    """Return the runs of a record."""
    seen: Counter[str] = Counter()
    found = []
    for number, run in enumerate(runs):
        cell = str(run["cell_id"])
        found.append(Run(number, cell, run["source"], number + 1, occurrence=seen[cell]))
        seen[cell] += 1
    return tuple(found)


def is_stale(record: Record, library: Library) -> bool:
    """Return what the analysis says of the probe of a record."""
    timeline = timeline_of([*record["runs"], record["probe"]])
    return bool(stale_sources(timeline[:-1], timeline[-1], library))


def show(record: Record, expected: bool) -> str:
    """Return a record that was answered wrongly, with its code."""
    lines = [f"{record['id']}: expected {'stale' if expected else 'fresh'} ({record.get('note', '')})"]
    for run in [*record["runs"], record["probe"]]:
        lines += [f"  [{run['cell_id']}] " + run["source"].replace("\n", "\n      ")]
    return "\n".join(lines)


def main() -> None:
    """Score the probes by tier and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--failures", action="store_true", help="show the records that are answered wrongly")
    parser.add_argument("--tier", default="", help="only records of this tier")
    options = parser.parse_args()
    library = load_library()
    asked: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for line in (options.folder / "ipyflow_stale.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        if options.tier not in ("", record["tier"]):
            continue
        if record["kind"] != "probe_reads_stale":
            continue
        expected = record["expected"]["probe_reads_stale"]
        said = is_stale(record, library)
        asked[record["tier"]] += 1
        right[record["tier"]] += expected == said
        if options.failures and expected != said:
            print(show(record, expected))
    for tier, count in asked.items():
        print(f"{tier:10}{right[tier]:5} of {count:4} right, {right[tier] / count:.1%}")


if __name__ == "__main__":
    main()
