"""A module as a file of a change: new, or added to one that exists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import count

from notelift.assists.extraction import Choices, Extraction, imported_packages, path_of, plan_extraction
from notelift.assists.model import Ask, Data, FileExists, Refused
from notelift.edits.change import ChangedFile, FileChange, NewFile, NotebookChange
from notelift.edits.checking import check_change
from notelift.export.merging import MergeError, merge_modules
from notelift.queries.targets import Target, TargetError, parse_target


def extraction_change(ask: Ask, data: Data) -> NotebookChange:
    """Return the change of an extraction: the module, and where the data say `rewrite` the notebook.

    The data have the `targets`, apart by blanks, and may have `module`, `function` and `folder`, and `append`
    for a module that exists. Raises Refused.
    """
    plan = planned(ask, data)
    change = plan.rewriting(ask.changes_cells) if data.get("rewrite") else NotebookChange()
    written = module_file(ask, data, plan.choices.folder, plan.module.module, plan.module.source)
    return checked(ask, replace(change, files=(written,)))


def planned(ask: Ask, data: Data) -> Extraction:
    """Return the plan of the extraction that the data ask for. Raises Refused."""
    choices = Choices(text(data, "module"), text(data, "function"), text(data, "folder") or "")
    kernel = ask.kernel
    return plan_extraction(kernel.session.notebook, kernel.written, _targets(data), choices)


def _targets(data: Data) -> Sequence[Target]:
    try:
        targets = [parse_target(each) for each in (text(data, "targets") or "").split()]
    except TargetError as error:
        raise Refused(str(error)) from error
    if not targets:
        raise Refused("The data name no target")
    return targets


def module_file(ask: Ask, data: Data, folder: str, module: str, source: str) -> FileChange:
    """Return the change that writes a module to a folder.

    Raises FileExists where a file is there and the data do not say `append`, Refused where the two modules
    cannot be one.
    """
    path = path_of(folder, module)
    there = ask.read(path)
    if there is None:
        if module in imported_packages(ask.kernel.written.dataflow):
            raise Refused(f"The notebook imports another module {module}: choose another name for this one")
        if ask.kernel.written.library.knows(module):
            raise Refused(f"`{module}` is a library, which this module would hide: choose another name")
        return NewFile(path, source)
    if not data.get("append"):
        numbered = (f"{module}_{number}" for number in count(2))
        raise FileExists(path, next(name for name in numbered if ask.read(path_of(folder, name)) is None))
    try:
        return ChangedFile(path, there, merge_modules(there, source, module))
    except MergeError as error:
        raise Refused(f"{path} cannot be added to: {error}") from error


def checked(ask: Ask, change: NotebookChange) -> NotebookChange:
    """Return the change. Raises Refused where the notebook would be broken by it."""
    if reason := check_change(change, ask.kernel):
        raise Refused(f"The notebook would not be as before: {reason}")
    return change


def text(data: Data, key: str) -> str | None:
    """Return a text of the data, None where it is missing or empty. Raises Refused for anything else."""
    value = data.get(key)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise Refused(f"`{key}` is no text")
    return value
