"""`notelift extract`: a module that gives a notebook's values."""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from notelift.cli.options import (
    ExampleCommand,
    complete_names,
    format_option,
    notebook_argument,
    timeline_option,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from notelift.cli.loading import Loaded
    from notelift.export.model import Module
    from notelift.queries.slice import Slice
    from notelift.queries.targets import Target


@click.command(
    "extract",
    cls=ExampleCommand,
    short_help="Write a module that gives a value.",
    examples=(
        "notelift extract analysis.ipynb model --output src",
        "notelift extract analysis.ipynb scores figure --output src --module report --rewrite",
    ),
)
@notebook_argument
@click.argument("targets", metavar="TARGET...", nargs=-1, required=True, shell_complete=complete_names)
@click.option(
    "--output",
    "folder",
    metavar="DIR",
    required=True,
    type=click.Path(path_type=Path),
    help="The folder that the module is written to; made if missing.",
)
@click.option("--module", metavar="NAME", help="The module's name.  [default: from the target]")
@click.option("--function", metavar="NAME", help="The function's name.  [default: from the target]")
@timeline_option
@click.option(
    "--rewrite/--no-rewrite",
    default=False,
    show_default=True,
    help="Change the notebook to import and call the function instead of the code that moved.",
)
@click.option("--force", is_flag=True, help="Overwrite the module if it exists.")
@format_option()
def command(
    notebook: Path,
    targets: tuple[str, ...],
    folder: Path,
    module: str | None,
    function: str | None,
    timeline: str | None,
    rewrite: bool,
    force: bool,
    form: str,
) -> None:
    """Write a module with a function that returns the value of TARGET.

    Several targets are returned as a named tuple. Literals that configure the result, and all of a cell
    tagged `parameters`, become parameters of the function. Nothing is executed.
    """
    from notelift.cli.files import make_folder, replace_files
    from notelift.cli.loading import load_notebook, parse_targets, slice_of
    from notelift.cli.output import print_json

    for name, what in ((module, "module"), (function, "function")):
        check_name(name, what)
    asked = parse_targets(notebook, targets)
    loaded = load_notebook(notebook, timeline)
    kept = slice_of(loaded, asked)
    built = build(loaded, asked, kept, module, function)
    check_imports(built)
    place = folder / f"{built.module}.py"
    check_free(place, force)
    files = {place: built.source.encode()}
    left_out = None
    if rewrite:
        from notelift.cli.rewriting import rewritten

        files[notebook], left_out = rewritten(loaded, asked, kept, built, folder)
    make_folder(folder)
    replace_files(files)
    if form == "json":
        print_json(as_json(built, place, notebook))
    else:
        click.echo("\n".join(as_text(built, place, notebook, asked, left_out)))


def build(
    loaded: Loaded, targets: tuple[Target, ...], kept: Slice, module: str | None, function: str | None
) -> Module:
    """Return the module of the targets. Raises CommandError where there is none that gives their values."""
    from notelift.cli.errors import CommandError
    from notelift.export.model import ExtractError, Options
    from notelift.export.module import build_module

    if kept.unbound:
        raise CommandError(f"{loaded.path}: {kept.unbound[0]}: correct the notebook, or try --timeline ran")
    try:
        return build_module(loaded.notebook, targets, kept, Options(module=module, function=function))
    except ExtractError as error:
        raise CommandError(f"{loaded.path}: {error}") from error


def check_name(name: str | None, what: str) -> None:
    """Raise CommandError for a name that a module or function of that kind cannot have."""
    import keyword

    from notelift.cli.errors import CommandError

    if name is None:
        return
    if not name.isidentifier():
        raise CommandError(f"--{what} {name}: is no Python identifier")
    if keyword.iskeyword(name):
        raise CommandError(f"--{what} {name}: is a keyword of Python")
    if what == "module" and name in sys.stdlib_module_names:
        raise CommandError(f"--module {name}: would shadow the module {name} of the standard library")


def check_imports(built: Module) -> None:
    """Raise CommandError for a module that would find itself where it imports another of its name."""
    from notelift.cli.errors import CommandError

    imported = {
        name.partition(".")[0] for node in ast.walk(ast.parse(built.source)) for name in _imported(node)
    }
    if built.module in imported:
        raise CommandError(
            f"the module {built.module} would import another of its name: choose a name with --module"
        )


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


def check_free(place: Path, force: bool) -> None:
    """Raise CommandError where writing the module would overwrite a file without `--force`, or a folder."""
    from notelift.cli.errors import CommandError

    if place.is_dir():
        raise CommandError(f"{place}: is a folder: choose another name with --module")
    if not force and (place.exists() or place.is_symlink()):
        raise CommandError(
            f"{place}: exists already: choose another name with --module, or overwrite with --force"
        )


def as_json(built: Module, place: Path, notebook: Path) -> dict[str, Any]:
    """Return the answer as docs/json.md has it."""
    return {
        "module": str(place),
        "function": built.function,
        "parameters": [
            {"name": each.name, "default": each.default, "annotation": each.annotation}
            for each in built.parameters
        ],
        "returns": list(built.returns),
        "kept": built.kept,
        "total": built.total,
        "maybe": built.maybe,
        "warnings": list(built.warnings),
        "notebook": str(notebook),
    }


def as_text(
    built: Module, place: Path, notebook: Path, targets: tuple[Target, ...], left_out: int | None
) -> Iterator[str]:
    """Yield the lines that a terminal shows."""
    from notelift.cli.output import plural

    named = ", ".join(str(target) for target in targets)
    yield f"wrote {place}: {built.function}() gives {named}"
    doubt = f", {built.maybe} of them only because they may have an effect" if built.maybe else ""
    yield f"kept {built.kept} of {plural(built.total, 'statement')}{doubt}"
    if built.parameters:
        yield "parameters:"
    for each in built.parameters:
        annotation = f": {each.annotation}" if each.annotation else ""
        yield f"    {each.name}{annotation} = {each.default}"
    for sentence in built.warnings:
        yield f"warning: {sentence}"
    if left_out is not None:
        less = plural(left_out, "statement")
        yield f"rewrote {notebook}: it calls {built.function}() and leaves {less} out"
        return
    arguments = " ".join(_quoted(word) for word in (str(notebook), *map(str, targets)))
    yield f"next: notelift verify {arguments} runs both and compares the values"


def _quoted(word: str) -> str:
    import shlex

    return shlex.quote(word)
