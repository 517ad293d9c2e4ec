"""Resolves qualified names, methods and bare method names to effect specs."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from .parse import parse_spec
from .spec import Spec
from .table import Table, read_table

BUILTINS = "builtins.effects"
METHODS = "_methods.index"
NO_ENTRIES: Mapping[str, str] = MappingProxyType({})


def load_library(user: Mapping[str, str] = NO_ENTRIES) -> Library:
    """The specs that come with Notelift under the `user`'s own; EffectError for a bad user entry."""
    return Library(
        {name: parse_spec(name, text, f'[tool.notelift.effects] "{name}"') for name, text in user.items()}
    )


class Library:
    """All known effect specs. Files are read on first need, entries parsed on first look-up."""

    def __init__(self, user: Mapping[str, Spec]) -> None:
        """A library in which the `user` specs come before those of the data files."""
        self._user = dict(user)
        self._user_modules = {name.partition(".")[0] for name in user}
        self._found: dict[str, Spec | None] = {}
        self._agreed: dict[str, Spec | None] = {}

    def find(self, qualname: str) -> Spec | None:
        """The spec of a function, class, method or attribute, aliases and bases resolved; None if unknown."""
        if qualname in self._found:
            return self._found[qualname]
        # An entry that leads back to itself finds nothing instead of recursing.
        self._found[qualname] = None
        spec = self._resolve(qualname)
        self._found[qualname] = spec
        return spec

    def method(self, type_qualname: str, attribute: str) -> Spec | None:
        """The spec of a class's attribute, looked up on the class and then on its bases; None if unknown."""
        return self.find(f"{type_qualname}.{attribute}")

    def agreed(self, attribute: str) -> Spec | None:
        """The effects on which all specs of methods of this name agree; None if they differ."""
        if attribute not in self._agreed:
            table = read_table(METHODS)
            self._agreed[attribute] = self._parsed(table, attribute) if table else None
        return self._agreed[attribute]

    def is_subclass(self, type_qualname: str, base: str) -> bool:
        """Whether the class is `base` or derives from it, as far as the specs know."""
        wanted = self.find(base)
        target = wanted.name if wanted else base
        seen: set[str] = set()
        waiting = [type_qualname]
        while waiting:
            name = waiting.pop()
            spec = self.find(name)
            name = spec.name if spec else name
            if name == target:
                return True
            if spec and name not in seen:
                seen.add(name)
                waiting.extend(spec.bases)
        return False

    def is_users(self, qualname: str) -> bool:
        """Whether the user set the spec of this name, which then comes before all others."""
        return qualname in self._user

    def knows(self, top_level_module: str) -> bool:
        """Whether there are specs for this module."""
        return top_level_module in self._user_modules or _module_table(top_level_module) is not None

    def names(self, module: str) -> tuple[str, ...]:
        """The public names that the specs know in a module: what `from module import *` binds."""
        found: set[str] = set()
        table = _module_table(module.partition(".")[0])
        prefixes = [module + "."]
        for left, right in table.aliases if table else ():
            if left == module + ".":
                prefixes.append(right)
        for prefix in prefixes:
            other = _module_table(prefix.partition(".")[0])
            for line in other.lines if other else ():
                if line.startswith(prefix):
                    name = line[len(prefix) :].split(None, 1)[0]
                    if "." not in name and not name.startswith("_"):
                        found.add(name)
        return tuple(sorted(found))

    def _resolve(self, qualname: str) -> Spec | None:
        if qualname.startswith("builtins."):
            return self.find(qualname[len("builtins.") :])
        spec = self._entry(qualname)
        if spec is None:
            return self._aliased(qualname) or self._inherited(qualname)
        return self.find(spec.same) if spec.same else spec

    def _entry(self, qualname: str) -> Spec | None:
        own = self._user.get(qualname)
        if own is not None:
            return own
        table = _table_of(qualname)
        return self._parsed(table, qualname) if table else None

    def _parsed(self, table: Table, name: str) -> Spec | None:
        clauses = table.clauses(name)
        if clauses is None:
            return None
        try:
            return parse_spec(name, clauses, table.file)
        except ValueError:
            return parse_spec(name, clauses, table.where(name))

    def _aliased(self, qualname: str) -> Spec | None:
        table = _table_of(qualname)
        for left, right in table.aliases if table else ():
            if qualname.startswith(left):
                spec = self.find(right + qualname[len(left) :])
                if spec is not None:
                    return spec
        return None

    def _inherited(self, qualname: str) -> Spec | None:
        owner, _, attribute = qualname.rpartition(".")
        spec = self.find(owner) if owner else None
        if spec is None:
            return None
        if not spec.is_class:
            return self._on_result(spec, attribute) if spec.is_property else None
        if spec.name != owner:
            return self.find(f"{spec.name}.{attribute}")
        for base in spec.bases:
            found = self.find(f"{base}.{attribute}")
            if found is not None:
                return found
        return None

    def _on_result(self, spec: Spec, attribute: str) -> Spec | None:
        """`os.environ.get`: the attribute of what the attribute is."""
        types = spec.result.types if spec.result else ()
        return (
            self.find(f"{types[0]}.{attribute}")
            if len(types) == 1 and types[0] not in ("?", "self")
            else None
        )


def _table_of(qualname: str) -> Table | None:
    """The file that would have the entry: the builtins' for `list.append`, else the top-level module's."""
    top = qualname.partition(".")[0]
    builtins = read_table(BUILTINS)
    if builtins is not None and builtins.clauses(top) is not None:
        return builtins
    return _module_table(top)


def _module_table(module: str) -> Table | None:
    return read_table(f"{module}.effects") if module.isidentifier() else None
