"""Abstract values: what names and keys are bound to, objects, functions, and values in flight."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final, NamedTuple, TypeVar

Token = int
"""A statement of a run, stable while other cells are edited."""

ObjId = tuple[int, Any]
"""An allocation: the token of the statement, and the how-manieth allocation it is there."""


class _Nothing(Enum):
    NOTHING = 0

    def __repr__(self) -> str:
        return "NOTHING"


NOTHING: Final = _Nothing.NOTHING
"""No constant, or no entry of the state."""

NO_OBJECTS: Final[frozenset[ObjId]] = frozenset()
NO_TOKENS: Final[frozenset[Token]] = frozenset()

IMMUTABLE: Final = frozenset(
    {
        "int",
        "float",
        "complex",
        "bool",
        "str",
        "bytes",
        "NoneType",
        "range",
        "type",
        "slice",
        "pathlib.Path",
        "pathlib.PurePath",
        "pathlib.PosixPath",
        "pandas.Timestamp",
        "pandas.Timedelta",
        "datetime.datetime",
        "datetime.date",
        "datetime.timedelta",
        "builtins.int",
        "builtins.float",
        "builtins.str",
        "builtins.bool",
        "builtins.bytes",
        "None",
        "numpy.float64",
        "numpy.int64",
        "numpy.bool_",
        "numpy.dtype",
        "decimal.Decimal",
        "fractions.Fraction",
        "re.Pattern",
        "re.Match",
    }
)
"""Types whose values hold no state that a statement could change."""


FRAMES: Final = frozenset({"pandas.DataFrame", "pandas.NDFrame"})
"""Types of frames, whose columns are places of their own."""


MAPPINGS: Final = frozenset(
    {"dict", "collections.OrderedDict", "collections.defaultdict", "collections.Counter"}
)
"""Types that give their keys when they are iterated over."""


GROUPED: Final = frozenset({"pandas.DataFrameGroupBy"})
"""Types of groupings, whose columns are places of their own too."""

TENSOR: Final = "torch.Tensor"
"""The type of what refers to all that it was computed from, but does not change with it."""

LIVE: Final = GROUPED | {"pandas.Indexer"}
"""Types of objects that read their frame anew when they are asked: columns stored later are theirs too."""


class Symbol(NamedTuple):
    """A value that is not known but has an identity: equal symbols are equal values (a path expression)."""

    parts: tuple[Any, ...]


class Columns(tuple[Any, ...]):
    """A list of constant keys, as in `df[["a", "b"]]`."""

    __slots__ = ()


class Bound(NamedTuple):
    """What a name, key or variable holds, and the statements that bound it there.

    `may` are statements that may have changed it; `type` and `ref` are qualified names of its type and, for
    modules, library functions and classes, of itself. `unbound`: not bound on every path.
    """

    objs: frozenset[ObjId] = NO_OBJECTS
    writers: frozenset[Token] = NO_TOKENS
    may: frozenset[Token] = NO_TOKENS
    type: str = ""
    ref: str = ""
    const: Any = NOTHING
    unbound: bool = False


@dataclass(frozen=True, slots=True, eq=True)
class Function:
    """A function, lambda or generator's code with what it closes over; compared by its text, not its tree."""

    text: tuple[str, int, int]
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda = field(compare=False)
    environments: tuple[ObjId, ...] = ()
    defaults: tuple[tuple[str, Bound], ...] = ()
    class_name: str = ""


STANDS_FOR: Final = "stands for"
"""Among what an object's constructor was given: the world resource that the object is."""


class Obj(NamedTuple):
    """An object of the heap.

    `made` must have been run for its whole content to be right, `may` may have changed it. `keys` are items
    and attributes by constant key, `holds` objects it refers to otherwise. `bases` are the (object, key)
    whose
    memory it shares, `views` the objects that share its own. `klass` are the notebook classes it is an
    instance of, `parents` a class's bases. `file` is the path key of an open file. `given` are the
    constructor's keywords that
    are not None. `many`: it stands for several objects. `frame` holds what a paused generator was called
    with.
    `items` is the type of its items.
    """

    type: str = ""
    made: frozenset[Token] = NO_TOKENS
    may: frozenset[Token] = NO_TOKENS
    keys: Mapping[Any, Bound] = {}
    holds: frozenset[ObjId] = NO_OBJECTS
    bases: tuple[tuple[ObjId, Any], ...] = ()
    views: frozenset[ObjId] = NO_OBJECTS
    function: Function | None = None
    klass: frozenset[ObjId] = NO_OBJECTS
    parents: tuple[Bound, ...] = ()
    file: Any = None
    given: frozenset[tuple[str, Any]] = frozenset()
    many: bool = False
    frame: tuple[tuple[str, Bound], ...] | None = None
    items: str = ""


class Val:
    """A value in flight: objects it may be, or a temporary (`obj`) that is put on the heap when it is stored.

    `base` are the (object, key) pairs that a temporary view shares memory with. `label` is how users see it.
    `flat`: it is a tuple of what `objs` are, not one of them (an item of `zip(a, b)`).
    """

    __slots__ = ("base", "const", "flat", "label", "obj", "objs", "ref", "site", "type")

    def __init__(
        self,
        objs: frozenset[ObjId] = NO_OBJECTS,
        type: str = "",
        ref: str = "",
        const: Any = NOTHING,
        obj: Obj | None = None,
        base: tuple[tuple[ObjId, Any], ...] = (),
        label: str = "",
        site: ast.AST | None = None,
    ) -> None:
        self.objs = objs
        self.type = type
        self.ref = ref
        self.const = const
        self.obj = obj
        self.base = base
        self.label = label
        self.site = site
        self.flat = False


LAZY: Final = frozenset(
    {
        "iterator",
        "enumerate",
        "zip",
        "map",
        "filter",
        "reversed",
        "dict_items",
        "dict_values",
        "dict_keys",
        "dict_itemiterator",
        "types.MappingProxyType",
        "itertools.chain",
        "itertools.islice",
        "itertools.cycle",
        "itertools.takewhile",
        "itertools.dropwhile",
        "itertools.filterfalse",
        "itertools.starmap",
        "itertools.accumulate",
        "itertools.compress",
        "itertools.pairwise",
        "itertools.zip_longest",
    }
)
"""Types whose objects refer to what they iterate over, not to its items."""

CONTAINERS: Final = (
    frozenset(
        {
            "list",
            "tuple",
            "set",
            "frozenset",
            "dict",
            "str",
            "range",
            "collections.deque",
            "collections.OrderedDict",
            "collections.defaultdict",
            "generator",
        }
    )
    | LAZY
)
"""Types that give references to other objects when they are iterated over."""


FLAT: Final = frozenset(
    {"itertools.groupby", "dict_items", "zip", "enumerate", "itertools.zip_longest", "itertools.pairwise"}
)
"""Iterables whose items are tuples of what their objects hold."""


Entry = TypeVar("Entry", Bound, Obj)


def with_may(entry: Entry, may: frozenset[Token]) -> Entry:
    """The entry with other statements that may have changed it; the hottest of all replacements."""
    found: Entry = tuple.__new__(type(entry), (*entry[:2], may, *entry[3:]))
    return found


def join_types(left: str, right: str) -> str:
    """The type that both have; None beside a type gives that type; else unknown."""
    if left == right or right == "NoneType":
        return left
    return right if left == "NoneType" else ""


def join_bounds(left: Bound, right: Bound) -> Bound:
    """What a name holds after two paths meet."""
    if left is right or left == right:
        return left
    return Bound(
        left.objs | right.objs,
        left.writers | right.writers,
        left.may | right.may,
        join_types(left.type, right.type),
        left.ref or right.ref,
        left.const if left.const == right.const and type(left.const) is type(right.const) else NOTHING,
        left.unbound or right.unbound,
    )


def join_keys(left: Mapping[Any, Bound], right: Mapping[Any, Bound]) -> Mapping[Any, Bound]:
    """What is at the keys of an object that may be either of two."""
    keys = dict(left)
    for key, bound in right.items():
        keys[key] = join_bounds(keys[key], bound) if key in keys else bound
    return keys


def join_objects(left: Obj, right: Obj) -> Obj:
    """What an object is after two paths meet."""
    if left is right or left == right:
        return left
    return left._replace(
        type=join_types(left.type, right.type),
        made=left.made | right.made,
        may=left.may | right.may,
        keys=join_keys(left.keys, right.keys),
        holds=left.holds | right.holds,
        bases=left.bases + tuple(base for base in right.bases if base not in left.bases),
        views=left.views | right.views,
        klass=left.klass | right.klass,
        many=left.many or right.many,
        given=left.given & right.given,
    )


def join_entries(left: Any, right: Any) -> Any:
    """What an entry of the state is after two paths meet: a binding, an object, or a set of writers."""
    if left is right:
        return left
    if left is NOTHING or right is NOTHING:
        entry = right if left is NOTHING else left
        return entry._replace(unbound=True) if isinstance(entry, Bound) else entry
    if isinstance(left, Bound):
        return join_bounds(left, right)
    if isinstance(left, Obj):
        return join_objects(left, right)
    return left | right


def same_shape(left: Any, right: Any) -> bool:
    """Whether two entries lead to the same objects and types, whoever wrote them.

    What a loop iterates for.
    """
    if left is right:
        return True
    if left is NOTHING or right is NOTHING:
        return False
    if isinstance(left, Bound):
        return bool(left.objs == right.objs and left.type == right.type and left.ref == right.ref)
    if isinstance(left, Obj):
        return (
            left.holds == right.holds
            and left.type == right.type
            and left.views == right.views
            and left.keys.keys() == right.keys.keys()
            and all(left.keys[key].objs == right.keys[key].objs for key in left.keys)
        )
    return True
