"""Imports, star imports included."""

from __future__ import annotations

import ast

from notelift.flow.stores import Stores
from notelift.flow.values import NOTHING, Bound, with_may

_INSTALLED = frozenset({"IPython", "ipywidgets", "google", "__future__", "_io"})


class Imports(Stores):
    """Interprets import statements."""

    def _import(self, node: ast.Import) -> None:
        for alias in node.names:
            top = alias.name.partition(".")[0]
            self._use_import_system(alias.name)
            if alias.asname:
                self.bind_name(alias.asname, Bound(type="module", ref=alias.name))
                continue
            old = self.get(top) if self.function_frame is None else NOTHING
            dotted = "." in alias.name
            self.bind_name(top, Bound(type="dotted module" if dotted else "module", ref=top))
            if (
                isinstance(old, Bound)
                and old.ref == top
                and (old.type == "dotted module" or (dotted and old.type == "module"))
                and self.function_frame is None
            ):
                # Each may have loaded another submodule.
                self.put(top, Bound(writers=self.me | old.writers, type="dotted module", ref=top))

    def _import_from(self, node: ast.ImportFrom) -> None:
        module = "." * node.level + (node.module or "")
        self._use_import_system(module)
        if module == "__future__":
            self.alter("future")
        for alias in node.names:
            if alias.name == "*":
                self._import_star(module)
                continue
            ref = f"{module}.{alias.name}"
            stored = self.use_library_state(ref)
            if stored is not None:
                self.bind_name(alias.asname or alias.name, stored)
                continue
            self.bind_name(alias.asname or alias.name, Bound(ref=ref))

    def _use_import_system(self, module: str) -> None:
        """A module that is not installed is found by the path and the working directory.

        And may have been written.
        """
        top = module.partition(".")[0]
        if top and (self.library.knows(top) or top in _INSTALLED):
            return
        self.use("syspath")
        self.use("cwd")
        if top:
            self.read_file((f"{top}.py",), must=True)
            self.read_module_files(top)
            self.edge(self.writers("packages"), "world", "packages", False)

    def _import_star(self, module: str) -> None:
        names = self.library.names(module)
        if not names:
            self.set_resource("star", self.writers("star") | self.me)
            self.notes[f"`from {module} import *` binds names that are not known"] = None
            self._may_rebind_all()
        for name in names:
            self.put(("star names", name), Bound(writers=self.me, ref=f"{module}.{name}"))
            if isinstance(self.get(name), Bound):
                self.bind_global(name, Bound(ref=f"{module}.{name}"))
        self.world["alter", "star"] = None

    def _may_rebind_all(self) -> None:
        self.reads[("opaque", self.token)] = object()
        for key, entry in list(self.state.items()):
            if isinstance(key, str) and isinstance(entry, Bound):
                self.put(key, with_may(entry, entry.may | self.me))
