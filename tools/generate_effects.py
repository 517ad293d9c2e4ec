"""Writes the generated part of the effect specs of Python, numpy and scipy from type stubs.

Run from the top folder: `python -m tools.generate_effects [FILE..]`, with the folders of the stubs
in `--stubs` before mypy's typeshed and the site-packages of this Python (scipy's come from the
package scipy-stubs). In a data file, what stands above the marker is written by hand and wins over
what is generated below it.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tools.generated_modules import COPYING, MODULES, PUBLIC, RESULTS, SKIPPED
from tools.stub_rules import DUNDERS, Rules
from tools.stub_types import Scope, Types
from tools.stubs import Definition, Found, Module, Stubs, flatten

DATA = Path("server/notelift/effects/data")
MARKER = "# ---- below: written by tools/generate_effects.py from type stubs; put corrections above ----"
ROOT_CLASSES = frozenset({"object", "abc.ABC", "?", "self", "None"})
# What derives from these has methods of its own; the types they are named by have more.
ABSTRACT = frozenset(
    {"Sequence", "Mapping", "Set", "AbstractSet", "Collection", "Iterable", "Reversible", "Container"}
)


class Generator:
    """Entries of modules, in the order of their stubs."""

    def __init__(self, stubs: Stubs) -> None:
        self._stubs = stubs
        self._known: set[str] = set()
        self._public = self._public_names()
        self._types = Types(stubs, self._public)
        self._rules = Rules(self._types)

    def module(self, name: str) -> Iterator[tuple[str, str]]:
        """The entries of a module, each a qualified name and its clauses."""
        module = self._stubs.module(name)
        if module is None:
            raise SystemExit(f"generate_effects: no stub of {name}")
        prefix = "" if name == "builtins" else f"{name}."
        for public in self._stubs.public(module):
            found = self._stubs.find(module, public)
            if found is not None and found.nodes:
                yield from self._definition(f"{prefix}{public}", found)

    def _public_names(self) -> dict[str, str]:
        names: dict[str, str] = dict(PUBLIC)
        for modules in MODULES.values():
            for name in modules:
                module = self._stubs.module(name)
                for public in self._stubs.public(module) if module else ():
                    self._known.add(f"{name}.{public}")
                    found = self._stubs.find(module, public) if module else None
                    if found is not None and found.nodes and found.module.name != name:
                        names.setdefault(f"{found.module.name}.{found.name}", f"{name}.{public}")
        return names

    def _definition(self, qualname: str, found: Found) -> Iterator[tuple[str, str]]:
        node, scope = found.nodes[0], Scope(found.module)
        if isinstance(node, ast.ClassDef):
            yield from self._class(qualname, node, found.module)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield qualname, self._rules.function(_functions(found.nodes), scope)
        elif isinstance(node, ast.AnnAssign):
            yield from self._variable(qualname, node, scope)
        elif isinstance(node, ast.Assign):
            yield from self._assigned(qualname, node, found.module)

    def _variable(self, qualname: str, node: ast.AnnAssign, scope: Scope) -> Iterator[tuple[str, str]]:
        annotation = ast.unparse(node.annotation)
        if annotation.endswith("TypeAlias"):
            if isinstance(node.value, ast.Name | ast.Subscript):
                yield from self._assigned(qualname, node, scope.module)
            return
        if annotation == "Final" and isinstance(node.value, ast.Constant):
            yield qualname, f"property; -> {type(node.value.value).__name__}"
            return
        inputs = ufunc_inputs(annotation)
        if inputs:
            names = ", ".join([f"x{n}" for n in range(1, inputs + 1)] if inputs > 1 else ["x"])
            yield qualname, f"({names}, out) changes out if out; -> numpy.ndarray"
        else:
            yield qualname, self._rules.attribute(node.annotation, scope)

    def _assigned(
        self, qualname: str, node: ast.Assign | ast.AnnAssign, module: Module
    ) -> Iterator[tuple[str, str]]:
        """`a = _hidden.b`: the method of a hidden object; `a = b`: another name; `a = b[c]`: a kind of b."""
        value = node.value
        if isinstance(value, ast.Attribute) and isinstance(value.value, ast.Name):
            holder = self._stubs.find(module, value.value.id)
            if holder and holder.nodes and isinstance(holder.nodes[0], ast.AnnAssign):
                owner = ast.unparse(holder.nodes[0].annotation)
                found = self._stubs.find(holder.module, owner)
                methods = _methods(found.nodes[0], value.attr) if found else []
                if found and methods:
                    yield qualname, self._rules.function(methods, Scope(found.module, qualname))
        elif isinstance(value, ast.Name):
            found = self._stubs.find(module, value.id)
            if found is not None and found.nodes and not isinstance(found.nodes[0], ast.Assign):
                yield from self._again(qualname, found)
        elif isinstance(value, ast.Subscript):
            base = self._types.name(value.value, Scope(module))
            if self._has_entry(base):
                yield qualname, f"class {base}; -> {qualname}"
        elif isinstance(value, ast.Constant) and value.value is not Ellipsis:
            yield qualname, f"property; -> {type(value.value).__name__}"

    def _again(self, qualname: str, found: Found) -> Iterator[tuple[str, str]]:
        """Another name of a definition: `same` when its own is public."""
        own = f"{found.module.name}.{found.name}".removeprefix("builtins.")
        own = self._public.get(own, own)
        if isinstance(found.nodes[0], ast.ClassDef) and not any(part[0] == "_" for part in own.split(".")):
            yield qualname, f"same {own}"
        else:
            yield from self._definition(qualname, found)

    def _class(self, qualname: str, node: ast.ClassDef, module: Module) -> Iterator[tuple[str, str]]:
        parameters = frozenset(_class_variables(node))
        scope = Scope(module, qualname, parameters)
        plain = [b for b in node.bases if ast.unparse(b).partition("[")[0].rpartition(".")[2] not in ABSTRACT]
        bases = [self._types.name(base, Scope(module)).partition("[")[0] for base in plain]
        bases = [b for b in dict.fromkeys(bases) if self._has_entry(b) and b != qualname]
        members = list(flatten(node.body))
        members += self._inlined(node, module)
        makers = [m for m in members if _function_name(m) in ("__init__", "__new__")]
        clauses = [" ".join(["class", *bases])]
        clauses += self._rules.constructor(makers, qualname, scope) if makers else [f"-> {qualname}"]  # type: ignore[arg-type]
        yield qualname, "; ".join(clauses)
        done: set[str] = set()
        for member in members:
            for name, text in self._member(member, members, qualname, scope):
                if name not in done:
                    done.add(name)
                    yield f"{qualname}.{name}", text

    def _has_entry(self, name: str) -> bool:
        name = name.partition("[")[0]
        return name not in ROOT_CLASSES and (name.isidentifier() or name in self._known)

    def _inlined(self, node: ast.ClassDef, module: Module, depth: int = 0) -> list[ast.stmt]:
        """The members of bases that have no entries of their own."""
        members: list[ast.stmt] = []
        for base in node.bases:
            name = ast.unparse(base.value if isinstance(base, ast.Subscript) else base)
            found = self._types.find(name, module)
            if found is None or depth > 4 or self._has_entry(self._types.name(base, Scope(module))):
                continue
            for definition in found.nodes:
                if isinstance(definition, ast.ClassDef):
                    members += list(flatten(definition.body))
                    members += self._inlined(definition, found.module, depth + 1)
        return members

    def _member(
        self, member: ast.stmt, members: Sequence[ast.stmt], qualname: str, scope: Scope
    ) -> Iterator[tuple[str, str]]:
        name = _function_name(member)
        if name and isinstance(member, ast.FunctionDef | ast.AsyncFunctionDef):
            if name.startswith("_") and name not in DUNDERS:
                return
            decorators = [ast.unparse(d) for d in member.decorator_list]
            if any(d.rpartition(".")[2] in ("property", "cached_property") for d in decorators):
                yield name, self._rules.attribute(member.returns, scope)
            elif not any(d.endswith((".setter", ".deleter")) for d in decorators):
                overloads = [m for m in members if _function_name(m) == name]
                yield name, self._rules.function(overloads, scope)  # type: ignore[arg-type]
        elif isinstance(member, ast.AnnAssign) and isinstance(member.target, ast.Name):
            if not member.target.id.startswith("_"):
                yield member.target.id, self._rules.attribute(member.annotation, scope)
        elif isinstance(member, ast.Assign) and isinstance(member.targets[0], ast.Name):
            target, value = member.targets[0].id, member.value
            if target.startswith("_"):
                return
            overloads = [m for m in members if isinstance(value, ast.Name) and _function_name(m) == value.id]
            if overloads:
                yield target, self._rules.function(overloads, scope)  # type: ignore[arg-type]
            elif isinstance(value, ast.Constant):
                yield target, "property"


def ufunc_inputs(annotation: str) -> int:
    """How many arrays a ufunc takes, 0 when the annotation is not of a ufunc."""
    head = annotation.partition("[")[0]
    if "UFunc" not in head and "ufunc" not in head:
        return 0
    digits = head.partition("Nin")[2][:1] or head.partition("UFunc")[2][:1]
    return int(digits) if digits.isdigit() else 2


def _functions(nodes: Sequence[Definition]) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def _methods(node: Definition, name: str) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    body = flatten(node.body) if isinstance(node, ast.ClassDef) else ()
    found = [m for m in body if isinstance(m, ast.FunctionDef | ast.AsyncFunctionDef) and m.name == name]
    return list(found)


def _function_name(statement: ast.stmt) -> str:
    return statement.name if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef) else ""


def _class_variables(node: ast.ClassDef) -> Iterator[str]:
    for base in node.bases:
        if isinstance(base, ast.Subscript):
            for inner in ast.walk(base.slice):
                if isinstance(inner, ast.Name) and inner.id.startswith("_"):
                    yield inner.id


def completed(entry: tuple[str, str]) -> tuple[str, str]:
    """The entry with the result that the stub leaves out, and without `holds` where a library copies."""
    name, clauses = entry
    if name.startswith(COPYING):
        clauses = re.sub(r"(changes \S+|-> \S+) holds [^;]*", r"\1", clauses)
        clauses = re.sub(r"^\([^)]*\) (?!.*( \d| \*| out| overwrite_| random_state| rng| seed))", "", clauses)
    if name in RESULTS and "->" not in clauses:
        clauses = f"{clauses}; -> {RESULTS[name]}" if clauses else f"-> {RESULTS[name]}"
    return name, clauses


def merged(file: Path, title: str, entries: Sequence[tuple[str, str]]) -> str:
    """The new text of a data file: its hand-written part, the marker, the entries that it does not have."""
    text = (
        file.read_text(encoding="utf-8")
        if file.exists()
        else f"# Effects of {title}. Entries above the marker are written by hand.\n"
    )
    by_hand = text.partition(MARKER)[0].rstrip() + "\n"
    taken = {line.split(None, 1)[0] for line in by_hand.splitlines() if line and line[0] != "#"}
    lines = []
    for name, clauses in map(completed, entries):
        if name not in taken and not name.startswith(tuple(SKIPPED)):
            taken.add(name)
            lines.append(f"{name:<39} {clauses}".rstrip())
    return "\n".join([by_hand, MARKER, "", *lines]) + "\n"


def main() -> None:
    """Write the files that are named on the command line, or all."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", help="stems of data files, such as numpy")
    parser.add_argument(
        "--stubs", nargs="*", type=Path, help="folders to look for stubs in, before the defaults"
    )
    arguments = parser.parse_args()
    site = [Path(p) for p in sys.path if p.endswith("site-packages")]
    typeshed = [folder / "mypy/typeshed/stdlib" for folder in site]
    generator = Generator(Stubs([*(arguments.stubs or ()), *typeshed, *site]))
    for stem in arguments.files or MODULES:
        modules = MODULES[stem]
        entries = [entry for module in modules for entry in generator.module(module)]
        path = DATA / f"{stem}.effects"
        path.write_text(merged(path, f"`{stem}`", entries), encoding="utf-8")
        print(f"{stem}: {len(entries)} entries")


if __name__ == "__main__":
    main()
