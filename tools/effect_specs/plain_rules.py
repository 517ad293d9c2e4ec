"""The effect specs of libraries whose functions mostly read: networkx, skimage, sympy."""

from __future__ import annotations

import importlib
import inspect
from dataclasses import dataclass, field
from typing import Any

from .introspection import Member, documented, public_members

SEEDS = ("seed", "random_state", "rng", "prng")


@dataclass(frozen=True)
class Library:
    """What the rules cannot see: modules, classes, names that change something, docstrings' type words."""

    modules: tuple[str, ...]
    classes: tuple[str, ...] = ()
    changing: frozenset[str] = frozenset()
    drawing: frozenset[str] = frozenset()
    plotting: frozenset[str] = frozenset()
    streams: tuple[str, ...] = ("random:numpy",)
    types: dict[str, str] = field(default_factory=dict)
    # Classes whose inherited members are listed too, and the methods that change their object.
    whole: frozenset[str] = frozenset()
    changing_methods: frozenset[str] = frozenset()


GRAPH_CHANGES = frozenset(
    {
        "add_cycle",
        "add_path",
        "add_star",
        "set_edge_attributes",
        "set_node_attributes",
        "remove_edge_attributes",
    }
    | {"remove_node_attributes", "double_edge_swap", "connected_double_edge_swap", "directed_edge_swap"}
)
DRAWN = (
    "",
    "_circular",
    "_kamada_kawai",
    "_networkx",
    "_networkx_edges",
    "_networkx_labels",
    "_networkx_nodes",
    "_planar",
)
LIBRARIES = {
    "networkx": Library(
        modules=("networkx", "networkx.algorithms.community", "networkx.algorithms.bipartite"),
        classes=("Graph", "DiGraph", "MultiGraph", "MultiDiGraph"),
        changing=GRAPH_CHANGES,
        plotting=frozenset(
            [
                f"draw{name}"
                for name in (*DRAWN, "_networkx_edge_labels", "_random", "_shell", "_spectral", "_spring")
            ]
        ),
        streams=("random:random", "random:numpy"),
        types={
            "graph": "networkx.Graph",
            "networkx graph": "networkx.Graph",
            "digraph": "networkx.DiGraph",
            "dictionary": "dict",
            "dict": "dict",
            "float": "float",
            "int": "int",
            "bool": "bool",
            "list": "list",
            "numpy array": "numpy.ndarray",
        },
    ),
    "skimage": Library(
        modules=tuple(
            f"skimage.{name}"
            for name in (
                *(
                    "color",
                    "data",
                    "draw",
                    "exposure",
                    "feature",
                    "filters",
                    "measure",
                    "metrics",
                    "morphology",
                ),
                *("registration", "restoration", "segmentation", "transform", "util"),
            )
        ),
        types={
            "ndarray": "numpy.ndarray",
            "array": "numpy.ndarray",
            "(": "numpy.ndarray",
            "float": "float",
            "int": "int",
            "bool": "bool",
            "list": "list",
        },
    ),
    "sympy": Library(
        modules=("sympy", "sympy.abc", "sympy.stats", "sympy.ntheory", "sympy.physics.units", "sympy.vector"),
        classes=(
            "Basic",
            "Expr",
            "Symbol",
            "Poly",
            "Add",
            "Mul",
            "Pow",
            "Integer",
            "Rational",
            "Float",
            "Matrix",
        ),
        whole=frozenset({"Matrix"}),
        changing_methods=frozenset(
            {
                "row_del",
                "col_del",
                "row_swap",
                "col_swap",
                "row_op",
                "col_op",
                "fill",
                "zip_row_op",
                "simplify",
            }
            | {"copyin_matrix", "copyin_list", "row_add", "row_mult"}
        ),
        drawing=frozenset({"randMatrix", "random_poly", "sample", "sample_iter", "randprime"}),
        streams=("random:random",),
    ),
}


def shown_type(library: Library, member: Member) -> str:
    """Returns the type that the single item of the Returns section names, "" when it is not known."""
    items = documented(member.doc, "Returns")
    if len(items) != 1:
        return ""
    words = (items[0][1] or items[0][0]).lower().strip("`.: ")
    for start, name in library.types.items():
        if words.startswith(start) and " or " not in words:
            return name
    return ""


def effects(library: Library, member: Member) -> list[str]:
    """Returns the clauses of what a function changes, draws or plots."""
    clauses: list[str] = []
    if member.name in library.changing:
        clauses.append("changes 0")
    seeds = [name for name in SEEDS if name in member.parameters]
    if member.name in library.drawing or seeds:
        condition = f" unless {seeds[0]}" if seeds else ""
        clauses += [f"draws {stream}{condition}" for stream in library.streams]
    if member.name in library.plotting:
        clauses += ["changes ax", "alters pyplot", "uses rcparams"]
    return clauses


def function(library: Library, member: Member) -> str:
    """Returns the clauses of a function; `copy`, `out` and `in_place` say that it may work in place."""
    if member.name.startswith("read_"):
        return "reads-file 0"
    if member.name.startswith("write_"):
        return "writes-file 1"
    clauses = effects(library, member)
    clauses += [f"changes 0 if {name}=False" for name in ("copy",) if name in member.parameters]
    clauses += [f"changes 0 if {name}" for name in ("in_place", "inplace") if name in member.parameters]
    shown = shown_type(library, member)
    if "out" in member.parameters:
        clauses.append("changes out")
    return "; ".join([*clauses, f"-> {shown}"] if shown else clauses) or "pure"


def method(library: Library, class_name: str, member: Member) -> str:
    """Returns the clauses of a method: names tell which change their object."""
    if member.is_property:
        return "property"
    of_graph = "Graph" in library.classes and member.name.startswith(("add_", "remove_", "clear", "update"))
    of_matrix = class_name in library.whole and member.name in library.changing_methods
    return "changes self" if of_graph or of_matrix else "pure"


def base_of(library: Library, cls: type) -> str:
    """Returns the name of the nearest ancestor among the library's listed classes, "" without one."""
    return next((base.__name__ for base in cls.__mro__[1:] if base.__name__ in library.classes), "")


def entries(name: str) -> dict[str, str]:
    """Returns the clauses of what is public in one of the libraries, by qualified name."""
    library = LIBRARIES[name]
    lines: dict[str, str] = {}
    for module_name in library.modules:
        module: Any = importlib.import_module(module_name)
        for member in public_members(module):
            value = getattr(module, member.name)
            home = getattr(value, "__module__", None) or ""
            if not home.startswith(name) or inspect.ismodule(value):
                continue
            qualname = f"{module_name}.{member.name}"
            if member.is_class:
                base = base_of(library, value)
                lines[qualname] = f"class {name}.{base}" if base else "class"
            elif callable(value):
                lines[qualname] = function(library, member)
    for class_name in library.classes:
        cls = getattr(importlib.import_module(name), class_name)
        above = {
            attribute
            for base in cls.__mro__[1:]
            if base.__name__ in library.classes
            for attribute in vars(base)
        }
        for member in public_members(cls, own=class_name not in library.whole):
            if member.name not in above:
                lines[f"{name}.{class_name}.{member.name}"] = method(library, class_name, member)
    return lines
