"""A path below the notebook's folder, written relative to it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from notelift.assists.fixing import KIND, checked, data_of, found, of_rules
from notelift.assists.model import Ask, Assist, Data, Offer, Refused
from notelift.assists.texts import in_place_of, text_at
from notelift.checks.context import Context
from notelift.checks.model import Finding, Place
from notelift.edits.change import NotebookChange, TextEdit

RULES = ("absolute-path",)
_ABSOLUTE = re.compile(r"/|[A-Za-z]:[\\/]")


def offers(ask: Ask) -> Iterator[Offer]:
    """Yield the relative path for each finding on a path below the notebook's folder."""
    for finding in of_rules(ask, RULES):
        edits = _edits(ask.context, finding)
        if edits:
            more = f" and {len(edits) - 1} more" if len(edits) > 1 else ""
            title = f"Write the path relative to the notebook: {edits[0].text}{more}"
            yield Offer(title, KIND, data_of(finding), fixes=(finding,), preferred=True)


def build(ask: Ask, data: Data) -> NotebookChange:
    """Return the paths. Raises Refused where they would not do."""
    finding = found(ask, data)
    edits = _edits(ask.context, finding)
    if not edits:
        raise Refused("the path is not below the notebook's folder any more: ask for the fixes again")
    return checked(ask, NotebookChange(tuple(edits)), finding)


def _edits(context: Context, finding: Finding) -> list[TextEdit]:
    """The edits of all paths that the finding names; none where one of them cannot be relative."""
    folder = _folder(context.notebook.path)
    if not folder or _changes_folder(context):
        # The folder in which the notebook works is not known to be its own.
        return []
    own = Place(finding.cell, finding.line, finding.column, finding.end_line, finding.end_column)
    edits = []
    for place in (own, *(related.place for related in finding.related)):
        cell = context.notebook.cells[place.cell]
        text = _relative(text_at(cell, place), folder)
        if text is None:
            return []
        edits.append(in_place_of(cell, place, text))
    return edits


def _changes_folder(context: Context) -> bool:
    return any(
        resource == "cwd" and effect != "use"
        for statement in context.flow.statements()
        for effect, resource in statement.world
    )


def _folder(notebook: str) -> str:
    """The folder of a notebook whose whole path is known, with `/` between and behind its parts."""
    path = notebook.replace("\\", "/")
    return path[: path.rfind("/") + 1] if _ABSOLUTE.match(path) and path.count("/") > 1 else ""


def _relative(literal: str, folder: str) -> str | None:
    """A text as it is written (`"/home/kim/a.csv"`) without the folder; None where that is not in it."""
    separator = r"(?:/|\\\\|\\)"
    parts = [re.escape(part) for part in folder.rstrip("/").split("/")]
    match = re.match(rf"(?P<start>[rRuU]?['\"]{{1,3}}){separator.join(parts)}{separator}?", literal)
    if match is None:
        return None
    rest = literal[match.end() :]
    if match.group()[-1] not in "/\\" and rest[:1] not in ("'", '"'):
        # A folder whose name only starts like this one's.
        return None
    return match.group("start") + ("." if rest[:1] in ("'", '"') else "") + rest


ASSIST = Assist("relative-path", (KIND,), offers, build)
