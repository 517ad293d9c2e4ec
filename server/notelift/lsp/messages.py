"""The messages that are Notelift's own, as docs/protocol.md has them: what comes, and what is answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from pygls.exceptions import JsonRpcInvalidParams

from notelift.views.answers import (
    CellJson,
    FileJson,
    FlowJson,
    KeptJson,
    StepJson,
    ValueJson,
    VariableJson,
)

EXTRACT_COMMAND = "notelift.extract"


class PositionJson(TypedDict):
    """A position as the protocol has it."""

    line: int
    character: int


class RangeJson(TypedDict):
    """A range as the protocol has it."""

    start: PositionJson
    end: PositionJson


class LocatedCell(CellJson):
    """A cell with its document."""

    uri: str
    label: str


class StatusResult(TypedDict):
    """The answer to `notelift/status`. `restart` says that the kernel has to be restarted before `runs`."""

    notebook: str
    revision: int
    variables: list[VariableJson]
    cells: list[LocatedCell]
    runs: list[int]
    run_uris: list[str]
    restart: bool
    notes: list[str]


class LocatedStep(StepJson):
    """A statement of a lineage with its place in the client's documents."""

    uri: str
    range: RangeJson
    label: str


class LineageResult(TypedDict):
    """The answer to `notelift/lineage`."""

    notebook: str
    revision: int
    name: str | None
    type: str | None
    statements: list[LocatedStep]
    flows: list[FlowJson]
    files: list[FileJson]
    values: list[ValueJson]
    mermaid: str


class LocatedKept(KeptJson):
    """A statement of a slice with its place in the client's documents."""

    uri: str
    range: RangeJson
    label: str


class SliceResult(TypedDict):
    """The answer to `notelift/slice`."""

    notebook: str
    revision: int
    target: str
    statements: list[LocatedKept]
    kept: int
    total: int
    warnings: list[str]


class ParameterJson(TypedDict):
    """A parameter of an extracted function."""

    name: str
    default: str
    annotation: str


class LeftOut(TypedDict):
    """A statement that the rewritten notebook leaves out."""

    cell: int
    line: int
    end_line: int
    source: str
    uri: str
    range: RangeJson
    label: str


class PlanResult(TypedDict):
    """The answer to `notelift/planExtraction`.

    `refusal` is the sentence why the notebook cannot be rewritten, None where it can.
    """

    notebook: str
    revision: int
    targets: list[str]
    module: str
    path: str
    source: str
    function: str
    parameters: list[ParameterJson]
    returns: list[str]
    statements: list[LocatedKept]
    kept: int
    total: int
    maybe: int
    warnings: list[str]
    rewrites: bool
    refusal: str | None
    leaves: list[LeftOut]
    import_source: str | None
    call: str


class StateChanged(TypedDict):
    """What `notelift/stateChanged` tells: variables that differ, cells outdated, cells broken."""

    uri: str
    revision: int
    differing: int
    outdated: int
    broken: int


@dataclass(frozen=True, slots=True)
class About:
    """What a request of our own is about: a name, a position in the document named, or targets."""

    uri: str
    name: str | None = None
    position: tuple[int, int] | None = None
    targets: tuple[str, ...] = ()
    module: str | None = None
    function: str | None = None
    folder: str = ""

    @staticmethod
    def of(params: object) -> About:
        """Return the parameters. Raises JsonRpcInvalidParams with what is wrong with them."""
        if not isinstance(params, Mapping):
            raise JsonRpcInvalidParams("the parameters are an object with `notebook` or `textDocument`")
        return About(
            _uri(params),
            _text(params, "name"),
            _position(params),
            _targets(params),
            _text(params, "module"),
            _text(params, "function"),
            _text(params, "folder") or "",
        )


def _uri(params: Mapping[str, Any]) -> str:
    for key in ("textDocument", "notebook"):
        document = params.get(key)
        if isinstance(document, Mapping) and isinstance(document.get("uri"), str):
            uri: str = document["uri"]
            return uri
    raise JsonRpcInvalidParams("write `notebook: {uri}` or `textDocument: {uri}`")


def _text(params: Mapping[str, Any], key: str) -> str | None:
    value = params.get(key)
    if value is None or isinstance(value, str):
        return value or None
    raise JsonRpcInvalidParams(f"`{key}` is no text")


def _position(params: Mapping[str, Any]) -> tuple[int, int] | None:
    value = params.get("position")
    if value is None:
        return None
    if isinstance(value, Mapping):
        line, character = value.get("line"), value.get("character")
        if isinstance(line, int) and isinstance(character, int) and "textDocument" in params:
            return line, character
    raise JsonRpcInvalidParams("`position` has a line and a character in `textDocument`")


def _targets(params: Mapping[str, Any]) -> tuple[str, ...]:
    value = params.get("targets", params.get("target"))
    if value is None:
        return ()
    if isinstance(value, str):
        return (value,)
    if isinstance(value, Sequence) and all(isinstance(each, str) for each in value):
        return tuple(value)
    raise JsonRpcInvalidParams("`targets` is a list of texts")
