"""A lineage as a drawing: Mermaid and Graphviz DOT."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from notelift.flow.graph import Site
from notelift.queries.lineage import Lineage
from notelift.queries.reasons import first_line

_LABEL_WIDTH = 50
# A character that Mermaid reads as syntax, even within quotes, and the entity that stands for it.
_MERMAID_ENTITIES = {
    "#": "#35;",
    "&": "#38;",
    '"': "#quot;",
    "<": "#lt;",
    ">": "#gt;",
    "`": "#96;",
    "\\": "#92;",
}


def mermaid(lineage: Lineage) -> str:
    """Return the lineage as a Mermaid flowchart; possible effects are dotted, files are cylinders."""
    return "\n".join(
        [
            "flowchart TD",
            *_nodes(lineage, _mermaid_statement, lambda node, path: f'    {node}[("{_mermaid_text(path)}")]'),
            *_edges(lineage, _mermaid_edge),
            "    classDef value stroke-width:3px",
            *(
                f"    class {_node(step.statement.site)} value"
                for step in lineage.steps
                if _stands_out(lineage, step.role)
            ),
        ]
    )


def dot(lineage: Lineage) -> str:
    """Return the lineage as a Graphviz digraph; possible effects are dashed, files are cylinders."""
    return "\n".join(
        [
            "digraph lineage {",
            "    node [shape=box, fontname=monospace]",
            *_nodes(
                lineage,
                _dot_statement,
                lambda node, path: f'    {node} [label="{_dot_text(path)}", shape=cylinder]',
            ),
            *_edges(lineage, _dot_edge),
            *(
                f"    {_node(step.statement.site)} [penwidth=3]"
                for step in lineage.steps
                if _stands_out(lineage, step.role)
            ),
            "}",
        ]
    )


def _stands_out(lineage: Lineage, role: str) -> bool:
    return lineage.name is not None and role == "value"


def _node(site: Site) -> str:
    return f"s{site.run}_{site.statement}"


def _nodes(
    lineage: Lineage, statement: Callable[[str, str, str], str], file: Callable[[str, str], str]
) -> Iterator[str]:
    for step in lineage.steps:
        place = f"cell {step.statement.cell}, line {step.statement.line}"
        yield statement(_node(step.statement.site), place, first_line(step.statement.source, _LABEL_WIDTH))
    for path, node in _file_nodes(lineage).items():
        yield file(node, path)


def _file_nodes(lineage: Lineage) -> dict[str, str]:
    paths = dict.fromkeys(flow.path for flow in lineage.files)
    return {path: f"f{number}" for number, path in enumerate(paths)}


def _edges(lineage: Lineage, edge: Callable[[str, str, str, bool], str]) -> Iterator[str]:
    """Yield each pair of nodes once, with all that flows between them."""
    names: dict[tuple[Site, Site], dict[str, bool]] = {}
    for flow in lineage.flows:
        between = names.setdefault((flow.source, flow.reader), {})
        between[flow.needs.name] = between.get(flow.needs.name, False) or flow.needs.must
    for (source, reader), between in names.items():
        yield edge(_node(source), _node(reader), ", ".join(between), any(between.values()))
    nodes = _file_nodes(lineage)
    for file in dict.fromkeys(lineage.files):
        ends = (nodes[file.path], _node(file.site))
        source_node, reader_node = ends if file.direction == "read" else ends[::-1]
        yield edge(source_node, reader_node, "", True)


def _mermaid_text(text: str) -> str:
    return "".join(_MERMAID_ENTITIES.get(character, character) for character in text)


def _mermaid_statement(node: str, place: str, source: str) -> str:
    return f'    {node}["{place}<br/>{_mermaid_text(source)}"]'


def _mermaid_edge(source: str, reader: str, label: str, must: bool) -> str:
    arrow = "-->" if must else "-.->"
    return (
        f'    {source} {arrow}|"{_mermaid_text(label)}"| {reader}'
        if label
        else f"    {source} {arrow} {reader}"
    )


def _dot_text(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _dot_statement(node: str, place: str, source: str) -> str:
    return f'    {node} [label="{place}\\n{_dot_text(source)}"]'


def _dot_edge(source: str, reader: str, label: str, must: bool) -> str:
    style = [f'label="{_dot_text(label)}"'] if label else []
    style += [] if must else ["style=dashed"]
    return f"    {source} -> {reader}" + (f" [{', '.join(style)}]" if style else "")
