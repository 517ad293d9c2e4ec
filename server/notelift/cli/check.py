"""`notelift check`: findings in notebooks."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from notelift.cli.options import ExampleCommand

if TYPE_CHECKING:
    from notelift.cli.checking import Checked, Choice
    from notelift.cli.notebook_files import Found

# A process of its own takes as long to start as this many notebooks take to be checked.
_FILES_PER_PROCESS = 8
_CHUNK = 4


def _names(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Split `a,b`; several options add up."""
    from notelift.checks.registry import UnknownRule, matching
    from notelift.cli.checking import unknown_rule

    names = tuple(name.strip() for value in values for name in value.split(",") if name.strip())
    try:
        matching(names)
    except UnknownRule as error:
        raise click.BadParameter(unknown_rule(error.selector)) from error
    return names


def _complete_rules(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    from notelift.checks.registry import ENTRIES

    return [entry.name for entry in ENTRIES if entry.name.startswith(incomplete)]


@click.command(
    "check",
    cls=ExampleCommand,
    short_help="Find what makes notebooks unreliable.",
    examples=(
        "notelift check notebooks/",
        "notelift check analysis.ipynb --select data-leakage,NL3",
        "notelift check . --format github",
    ),
)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--select",
    multiple=True,
    callback=_names,
    shell_complete=_complete_rules,
    metavar="RULES",
    help="Run these rules only: names, codes, starts of codes, DEFAULT or ALL, separated by commas.",
)
@click.option(
    "--ignore",
    multiple=True,
    callback=_names,
    shell_complete=_complete_rules,
    metavar="RULES",
    help="Do not run these rules.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif", "github"]),
    default="text",
    show_default=True,
    help="The form of the answer; the JSON is a contract (docs/json.md).",
)
@click.option(
    "--session",
    "log",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The log of what ran in the kernel of the one notebook (docs/sessions.md); else saved counts tell.",
)
@click.option("--exit-zero", is_flag=True, help="Exit with 0 when there are findings.")
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Check in N processes.  [default: as many as there are processors and work for]",
)
def command(
    paths: tuple[Path, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    form: str,
    log: Path | None,
    exit_zero: bool,
    jobs: int | None,
) -> int:
    """Find what makes notebooks unreliable: files, and all notebooks in folders.

    Nothing is executed. Exit code 0: no findings, 1: findings, 2: a file or a setting is wrong.
    """
    from notelift.cli.checking import Choice
    from notelift.cli.errors import complain
    from notelift.cli.findings import render
    from notelift.cli.notebook_files import notebooks_in

    found = notebooks_in(paths)
    if not found:
        complain(f"no notebooks in {', '.join(map(str, paths))}", "warning")
    if log is not None and len(found) != 1:
        raise click.UsageError("--session is about one notebook: name it alone")
    results = list(_checked(found, Choice(select, ignore, str(log or "")), jobs))
    shown = render(form, results)
    if shown:
        click.echo(shown)
    errors = list(dict.fromkeys(error for result in results for error in result.errors))
    for error in errors:
        complain(error)
    if errors:
        return 2
    return 1 if not exit_zero and any(result.findings for result in results) else 0


def _checked(found: Sequence[Found], choice: Choice, jobs: int | None) -> Iterable[Checked]:
    """The results in the order of the files."""
    processes = jobs or min(_processors(), 1 + len(found) // _FILES_PER_PROCESS)
    with _progress(len(found)) as advance:
        if processes == 1:
            from notelift.cli.checking import check_files

            for checked in check_files(found, choice):
                yield checked
                advance()
        else:
            yield from _in_processes(found, choice, processes, advance)


def _in_processes(
    found: Sequence[Found], choice: Choice, processes: int, advance: Callable[[], object]
) -> Iterator[Checked]:
    from concurrent.futures import ProcessPoolExecutor, as_completed
    from multiprocessing import get_context

    # The largest first, so that no process is left alone with one at the end.
    order = sorted(range(len(found)), key=lambda index: (-_size(found[index].path), index))
    results: dict[int, Checked] = {}
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        waiting = {
            pool.submit(check_part, [found[index] for index in part], choice): part
            for part in (order[start : start + _CHUNK] for start in range(0, len(order), _CHUNK))
        }
        for done in as_completed(waiting):
            for index, result in zip(waiting[done], done.result(), strict=True):
                results[index] = result
                advance()
    for index in range(len(found)):
        yield results[index]


def check_part(found: Sequence[Found], choice: Choice) -> list[Checked]:
    """Return what is to say about each file; this is what a process of its own is given."""
    from notelift.cli.checking import check_files

    return list(check_files(found, choice))


def _size(path: str) -> int:
    try:
        return os.path.getsize(path)
    except OSError:
        return 0


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def _progress(total: int) -> Iterator[Callable[[], object]]:
    """Give what to call after each file: a bar on standard error where that is a terminal, else nothing."""
    if total <= _FILES_PER_PROCESS or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("checking"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("checking", total=total)
        yield lambda: bar.advance(task)
