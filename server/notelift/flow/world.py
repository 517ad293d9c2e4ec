"""The world as objects: random streams, options, the pyplot figure, files, directories.

The working directory.
"""

from __future__ import annotations

from typing import Any

from notelift.flow.heap import Heap
from notelift.flow.paths import Path, basename_differs, is_inside, is_relative, normal, show_path
from notelift.flow.values import NO_TOKENS, NOTHING, STANDS_FOR, Bound, Val


class World(Heap):
    """Reads and changes of what is outside the notebook's own objects."""

    def change(self, val: Val, why: str, must: bool = True, deep: bool = False, remade: bool = False) -> None:
        """The statement changes a value in place, and the resource that it stands for."""
        super().change(val, why, must, deep, remade)
        parts = [self.object(obj_id) for obj_id in val.objs]
        if val.obj is not None:
            parts.append(val.obj)
        for part in parts:
            for name, resource in part.given:
                if name == STANDS_FOR:
                    self.alter(resource)

    def use(self, resource: str, must: bool = True, why: str = "") -> None:
        """The statement reads a resource."""
        self.edge(self.writers(resource), "world", resource, must, why)
        if resource == "environment":
            names = self.get(("known", "environment"))
            for name in () if names is NOTHING else sorted(names):
                self.edge(self.writers(f"environment {name}"), "world", name, must, why)

    def draw(self, resource: str, must: bool = True, why: str = "") -> None:
        """The statement reads a random stream and advances it."""
        self.use(resource, must, why)
        before = NO_TOKENS if must and not self.uncertain else self.writers(resource)
        self.set_resource(resource, before | self.me)
        self.world["draw", resource] = None

    def reset(self, resource: str, must: bool = True) -> None:
        """The statement sets a resource, whatever it was before."""
        before = NO_TOKENS if must and not self.uncertain else self.writers(resource)
        self.set_resource(resource, before | self.me)
        self.world["set", resource] = None

    def alter(self, resource: str) -> None:
        """The statement changes a resource beside what was done to it before."""
        self.set_resource(resource, self.writers(resource) | self.me)
        self.world["alter", resource] = None

    def set_resource(self, resource: Any, writers: frozenset[int]) -> None:
        """The statements that a resource's state is now made by."""
        self.put(("world", resource), writers)

    def use_print_options(self, val: Val) -> None:
        """The text of an array or frame depends on how they are to be shown."""
        types = {val.type} | {self.object(obj_id).type for obj_id in val.objs}
        for library in ("numpy", "pandas"):
            if any(type_.startswith(library + ".") for type_ in types):
                self.use(f"options:{library}")

    def use_variable(self, name: str) -> None:
        """The statement reads one variable of the environment."""
        self.edge(self.writers("environment"), "world", "environment")
        self.edge(self.writers(f"environment {name}"), "world", name)

    def set_variable_of_environment(self, name: str) -> None:
        """The statement sets one variable of the environment."""
        self.reset(f"environment {name}")
        found = self.get(("known", "environment"))
        known: frozenset[str] = frozenset() if found is NOTHING else found
        self.put(("known", "environment"), known | {name})

    def read_file(self, path: Path | None, must: bool = True) -> None:
        """The statement reads a file; None when it is not known which."""
        self.world["read", _file_name(path)] = None
        self._use_cwd(path)
        self.edge(self.writers("any file"), "file", show_path(path), False, "may have written any file")
        if path is None:
            for known in self._known_files():
                self.edge(
                    self.writers(("file", known)), "file", show_path(known), False, "an unknown path is read"
                )
            return
        own = self.writers(("file", path))
        self.edge(own, "file", show_path(path), must)
        moved = bool(self.writers("cwd")) and is_relative(path)
        for known in self._known_files():
            if known != path and (_may_be_same(known, path) or (moved and _same_name(known, path))):
                self.edge(
                    self.writers(("file", known)), "file", show_path(known), False, "the paths may be equal"
                )

    def wrote_module(self, name: str) -> bool:
        """Whether the notebook itself wrote a file of the module."""
        return any(
            isinstance(known[-1], str) and known[-1].rpartition("/")[2] == f"{name}.py"
            for known in self._known_files()
        )

    def read_module_files(self, name: str) -> None:
        """An import may find the module in any folder that the notebook wrote it to."""
        for known in self._known_files():
            last = known[-1] if isinstance(known[-1], str) else ""
            if last.rpartition("/")[2] == f"{name}.py" or f"{name}/" in last:
                self.edge(self.writers(("file", known)), "file", show_path(known), False)

    def list_directory(self, path: Path | None) -> None:
        """The statement reads the names in a directory."""
        path = _directory_of_pattern(path)
        self.world["list", _file_name(path)] = None
        self._use_cwd(path)
        self.edge(self.writers("any file"), "file", show_path(path), False, "may have written any file")
        for known in self._known_files():
            if path is None or is_inside(known, path) or len(known) > 1:
                must = path is not None and len(known) == 1
                self.edge(self.writers(("file", known)), "file", show_path(known), must)
        for known in self._known_directories():
            if path is None or known == path or is_inside(known, path):
                self.edge(self.writers(("directory", known)), "file", show_path(known), path is not None)

    def write_file(self, path: Path | None, must: bool = True, append: bool = False) -> None:
        """The statement writes a file; one that it appends to keeps what was written before."""
        self.world["append" if append else "write", _file_name(path)] = None
        self._use_cwd(path)
        self._need_directories(path)
        if path is None:
            self.set_resource("any file", self.writers("any file") | self.me)
            return
        own = self.writers(("file", path))
        if append:
            self.edge(own, "file", show_path(path), must)
        certain = must and not self.uncertain
        self.set_resource(("file", path), self.me if certain else own | self.me)
        self._remember("files", path)

    def remove_file(self, path: Path | None) -> None:
        """The statement removes a file, or a directory with what is in it."""
        self.world["remove", _file_name(path)] = None
        self._use_cwd(path)
        for known in self._known_files():
            if path is None or known == path or is_inside(known, path):
                own = self.writers(("file", known))
                self.edge(own, "file", show_path(known), path is not None)
                self.set_resource(("file", known), own | self.me)
        for known in self._known_directories():
            if path is None or known == path or is_inside(known, path):
                own = self.writers(("directory", known))
                self.edge(own, "file", show_path(known), path is not None)
                self.set_resource(("directory", known), own | self.me)
        if path is not None:
            self.set_resource(("file", path), self.writers(("file", path)) | self.me)
            self._remember("files", path)

    def make_directory(self, path: Path | None) -> None:
        """The statement makes a directory."""
        self.world["make", _file_name(path)] = None
        self._use_cwd(path)
        self._need_directories(path)
        if path is None:
            self.set_resource("any directory", self.writers("any directory") | self.me)
            return
        self.set_resource(("directory", path), self.writers(("directory", path)) | self.me)
        self._remember("directories", path)

    def read_open_file(self, file: Any) -> None:
        """The statement reads what is in an open file."""
        path, _ = file
        if path is not None:
            self.edge(self.writers(("file", path)), "file", show_path(path))

    def touch_open_file(self, file: Any) -> None:
        """The statement writes to, or closes, an open file."""
        path, mode = file
        if mode != "r":
            self.write_file(path, append=True)

    def _use_cwd(self, path: Path | None) -> None:
        if path is None or is_relative(path):
            self.use("cwd")

    def _need_directories(self, path: Path | None) -> None:
        unknown = self.writers("any directory")
        if unknown:
            self.edge(unknown, "file", show_path(path), False, "may make the directory")
        for known in self._known_directories():
            if path is None or known == path or is_inside(path, known):
                self.edge(self.writers(("directory", known)), "file", show_path(known), path is not None)
            elif len(known) > 1 and len(path) > 1 and known[0] == path[0]:
                self.edge(self.writers(("directory", known)), "file", show_path(known), False)

    def _known_files(self) -> list[Path]:
        return self._known("files")

    def _known_directories(self) -> list[Path]:
        return self._known("directories")

    def _known(self, what: str) -> list[Path]:
        found = self.get(("known", what))
        return [] if found is NOTHING else sorted(found, key=repr)

    def _remember(self, what: str, path: Path) -> None:
        found = self.get(("known", what))
        if found is NOTHING:
            self.put(("known", what), frozenset((path,)))
        elif path not in found:
            self.put(("known", what), found | {path})

    def use_library_state(self, ref: str) -> Bound | None:
        """The statement reads a library's attribute; what the notebook stored there, if it did."""
        stores = self.get(("known", "library stores"))
        if stores is NOTHING:
            return None
        for stored in stores:
            if ref == stored or ref.startswith(stored + "."):
                bound = self.get(("library", stored))
                if isinstance(bound, Bound):
                    self.read_bound(bound, "world", stored)
                    if ref == stored:
                        return bound
            elif stored.split(".")[0] == ref.split(".")[0] and stored.startswith(ref + "."):
                bound = self.get(("library", stored))
                if isinstance(bound, Bound):
                    self.edge(
                        bound.writers, "world", stored, False, "an attribute of the library was replaced"
                    )
        return None

    def store_library_state(self, ref: str, bound: Bound) -> None:
        """The statement replaces a library's attribute."""
        self.put(("library", ref), bound._replace(writers=self.me))
        stores = self.get(("known", "library stores"))
        known: frozenset[str] = frozenset() if stores is NOTHING else stores
        self.put(("known", "library stores"), known | {ref})
        self.world["alter", ref] = None


def _directory_of_pattern(path: Path | None) -> Path | None:
    """The directory above the first part of a path that has a wildcard."""
    if path is None or not isinstance(path[-1], str) or not any(sign in path[-1] for sign in "*?["):
        return path
    cut = min(path[-1].index(sign) for sign in "*?[" if sign in path[-1])
    head = path[-1][:cut].rpartition("/")[0]
    if not head and len(path) == 1:
        return (".",)
    return normal((*path[:-1], head))


def _file_name(path: Path | None) -> str:
    return "file:" + show_path(path)


def _same_name(left: Path, right: Path) -> bool:
    """Whether two paths end in the same name: after a change of the working directory they may be one."""
    ends = (left[-1], right[-1])
    return (
        all(isinstance(end, str) for end in ends) and ends[0].rpartition("/")[2] == ends[1].rpartition("/")[2]
    )


def _may_be_same(left: Path, right: Path) -> bool:
    """Whether two different path expressions may name one file: one must be unknown in part."""
    partly_unknown = any(not isinstance(part, str) for part in (*left, *right))
    return partly_unknown and not basename_differs(left, right)
