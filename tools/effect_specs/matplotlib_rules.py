"""The effect specs of matplotlib, from its stubs: artists belong to figures, figures to pyplot."""

from __future__ import annotations

import ast
import importlib.util
from pathlib import Path

import matplotlib

from .introspection import unbracketed
from .stubs import StubClass, StubMember, classes, functions, modules

SKIPPED = tuple(
    f"matplotlib.{name}"
    for name in [
        "testing",
        "backends",
        "sphinxext",
        "ft2font",
        "backend_bases",
        "backend_tools",
        "backend_managers",
        "rcsetup",
        "dviread",
        "bezier",
        "cbook",
        "style",
        "deprecation",
    ]
)
READING = (
    "get_",
    "is_",
    "have_",
    "contains",
    "can_",
    "format_",
    "convert_",
    "in_axes",
    "pickable",
    "findobj",
)
PLAIN = {
    "int": "int",
    "float": "float",
    "bool": "bool",
    "str": "str",
    "list": "list",
    "dict": "dict",
    "tuple": "tuple",
}
# Where names of stubs stand for classes of others; and the first choice where two modules define a name.
PREFERRED = {"FigureBase": "matplotlib.figure.Figure", "_AxesBase": "matplotlib.axes.Axes"}
COLORMAPS = [
    "autumn",
    "bone",
    "cool",
    "copper",
    "flag",
    "gray",
    "hot",
    "hsv",
    "jet",
    "pink",
    "prism",
    "spring",
    "summer",
    "winter",
    "magma",
    "inferno",
    "plasma",
    "viridis",
    "nipy_spectral",
    "set_cmap",
]
CURRENT = frozenset(
    {"gca", "gcf", "gci", "sca", "delaxes", "clf", "cla", "close", "legend", "savefig", "fignum_exists"}
)
ARTISTS = (
    "matplotlib.artist.Artist",
    "matplotlib.container.Container",
    "matplotlib.contour.ContourLabeler",
    "matplotlib.colorbar.Colorbar",
    "matplotlib.colorizer._ColorizerInterface",
    "matplotlib.widgets.Widget",
)


def package() -> Path:
    """Returns the folder of the installed matplotlib."""
    spec = importlib.util.find_spec("matplotlib")
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent


def stub_classes() -> dict[str, StubClass]:
    """Returns all classes of the stubs by qualified name."""
    found: dict[str, StubClass] = {}
    for module, tree in modules(package()):
        if not module.startswith(SKIPPED):
            found |= {cls.name: cls for cls in classes(module, tree)}
    return found


class Stubs:
    """The classes of the stubs with look-up by bare name."""

    def __init__(self) -> None:
        """Reads the stubs."""
        self.classes = stub_classes()
        self.by_name = {name.rpartition(".")[2]: name for name in sorted(self.classes, reverse=True)}

    def bases(self, cls: StubClass) -> list[str]:
        """Returns the qualified names of the bases that are classes of the stubs."""
        names = [base.partition("[")[0].rpartition(".")[2] for base in cls.bases]
        return [
            self.by_name[name] for name in names if name in self.by_name and self.by_name[name] != cls.name
        ]

    def is_a(self, name: str, wanted: tuple[str, ...]) -> bool:
        """Tells whether a class is one of `wanted` or derives from one."""
        return name in wanted or any(self.is_a(base, wanted) for base in self.bases(self.classes[name]))

    def type_of(self, text: str) -> str:
        """Returns the type text that an annotation means, "?" when it is not one class."""
        parts = [part for part in unbracketed(text, "|") if part not in ("None", "SubFigure")]
        if len(parts) != 1:
            return "?"
        head, _, inside = parts[0].partition("[")
        if head == "tuple" and inside:
            items = [self.type_of(item) for item in unbracketed(inside[:-1], ",")]
            heads = [item.partition("[")[0] for item in items]
            return f"({', '.join(heads)})" if len(items) > 1 and "..." not in inside else "tuple"
        if head == "list" and self.type_of(inside[:-1]).startswith("matplotlib."):
            return f"list[{self.type_of(inside[:-1])}]"
        if head == "np.ndarray":
            return "numpy.ndarray"
        if head == "Self":
            return "self"
        return PLAIN.get(head) or PREFERRED.get(head) or self.by_name.get(head, "?")

    def linked(self, text: str) -> str:
        """Returns the result clause of a member: parts of a figure are views of what gave them."""
        shown = self.type_of(text)
        if shown == "?":
            return ""
        named = shown.removeprefix("list[").removesuffix("]")
        is_part = named in self.classes and (self.is_a(named, ARTISTS) or shown.startswith("list["))
        return f"-> {shown} view self" if is_part else f"-> {shown}"


def artist_method(stubs: Stubs, owner: str, member: StubMember) -> str:
    """Returns the clauses of a method of an artist: what does not read it changes it and the figure."""
    shown = stubs.linked(member.returns)
    if member.name.startswith(READING) and member.name != "get_cursor_data":
        return "; ".join(filter(None, ["uses pyplot", shown]))
    clauses = ["changes self", "alters pyplot"]
    is_canvas = stubs.is_a(owner, ("matplotlib.axes._AxesBase", "matplotlib.figure.FigureBase"))
    if is_canvas and not member.name.startswith("set_"):
        clauses.append("uses rcparams")
    return "; ".join([*clauses, shown] if shown else clauses)


def plain_method(stubs: Stubs, member: StubMember) -> str:
    """Returns the clauses of a method of another class: what returns nothing changes its object."""
    shown = stubs.type_of(member.returns)
    changing = member.returns == "None" or member.name.startswith("set_")
    clauses = ["changes self"] if changing else []
    if shown == "self":
        return "changes self; -> self alias self"
    return "; ".join([*clauses, f"-> {shown}"] if shown != "?" else clauses) or "pure"


def class_entries(stubs: Stubs) -> dict[str, str]:
    """Returns the entries of the classes and of their own members."""
    lines: dict[str, str] = {}
    for name, cls in stubs.classes.items():
        lines[name] = " ".join(["class", *stubs.bases(cls)])
        is_artist = stubs.is_a(name, ARTISTS)
        for member in cls.members:
            if member.is_property:
                shown = stubs.linked(member.returns)
                text = "; ".join(filter(None, ["property", shown]))
            else:
                text = artist_method(stubs, name, member) if is_artist else plain_method(stubs, member)
            lines[f"{name}.{member.name}"] = text
    return lines


def pyplot_entries(stubs: Stubs) -> dict[str, str]:
    """Returns the entries of the functions of pyplot: every call alters the current figure."""
    tree = ast.parse((package() / "pyplot.py").read_text(encoding="utf-8"))
    lines: dict[str, str] = {}
    for member in functions(tree.body):
        shown = stubs.type_of(member.returns)
        clauses = ["alters pyplot", "uses rcparams"]
        if member.name in COLORMAPS:
            clauses = ["alters rcparams", "alters pyplot"]
        elif member.name in CURRENT or member.name.startswith("get_"):
            clauses = ["uses pyplot", "alters pyplot"]
        lines[f"matplotlib.pyplot.{member.name}"] = "; ".join(
            [*clauses, f"-> {shown}"] if shown != "?" else clauses
        )
    for node in tree.body:
        if (
            isinstance(node, ast.ImportFrom)
            and node.module
            and node.module.startswith(("matplotlib", "ticker"))
        ):
            for alias in node.names:
                if alias.name in stubs.by_name and not alias.name.startswith("_"):
                    lines[f"matplotlib.pyplot.{alias.name}"] = f"same {stubs.by_name[alias.name]}"
    return lines


def module_functions(stubs: Stubs) -> dict[str, str]:
    """Returns the entries of the functions of the other modules, which read their arguments."""
    lines: dict[str, str] = {}
    for module, tree in modules(package()):
        if not module.startswith(SKIPPED):
            for member in functions(tree.body):
                shown = stubs.type_of(member.returns)
                lines[f"{module}.{member.name}"] = f"-> {shown}" if shown != "?" else "pure"
    return lines


def entries() -> dict[str, str]:
    """Returns the clauses of everything public in matplotlib, by qualified name."""
    stubs = Stubs()
    maps = {
        f"matplotlib.cm.{name}": "property; -> matplotlib.colors.Colormap" for name in matplotlib.colormaps
    }
    return maps | module_functions(stubs) | class_entries(stubs) | pyplot_entries(stubs)
