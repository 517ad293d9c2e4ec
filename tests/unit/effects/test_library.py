"""Look-ups: names, bases, aliases, users' entries, bare method names, laziness."""

from __future__ import annotations

import subprocess
import sys

import pytest

from notelift.effects import library as library_module
from notelift.effects.library import Library, load_library
from notelift.effects.spec import EffectError
from notelift.effects.table import parse_table, read_table


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()


FOUND = [
    ("print", "print"),
    ("builtins.print", "print"),
    ("list.append", "list.append"),
    ("builtins.list.append", "list.append"),
    ("json.load", "json.load"),
    ("os.path.join", "os.path.join"),
    ("numpy.linalg.svd", "numpy.linalg.svd"),
    # inherited
    ("collections.Counter.items", "dict.items"),
    ("pathlib.Path.with_suffix", "pathlib.PurePath.with_suffix"),
    ("ValueError.args", "BaseException.args"),
    ("generator.__next__", "iterator.__next__"),
    # inherited from another file
    ("numpy.str_.upper", "str.upper"),
    # another name of a class
    ("IOError.errno", "OSError.errno"),
    ("numpy.product", "numpy.prod"),
    # prefixes, within a file and across files
    ("numpy.core.multiarray.array", "numpy.array"),
    ("scipy.stats.stats.pearsonr", "scipy.stats.pearsonr"),
    ("scipy.linspace", "numpy.linspace"),
    # attributes that are objects
    ("os.environ.update", "dict.update"),
    ("sys.stdout.write", "io.TextIOWrapper.write"),
    ("scipy.stats.norm.rvs", "scipy.stats.rv_continuous.rvs"),
    ("numpy.add.at", "numpy.ufunc.at"),
]


@pytest.mark.parametrize(("name", "entry"), FOUND, ids=[name for name, _ in FOUND])
def test_find(library: Library, name: str, entry: str) -> None:
    spec = library.find(name)
    assert spec is not None
    assert spec.name == entry
    assert spec.same == ""


@pytest.mark.parametrize(
    "name", ["", "nosuchmodule", "nosuch.thing.x", "list.nosuch", "numpy.nosuch", "int.", "."]
)
def test_unknown_names_find_nothing(library: Library, name: str) -> None:
    assert library.find(name) is None


def test_method_looks_at_the_bases(library: Library) -> None:
    found = library.method("collections.OrderedDict", "get")
    assert found is not None
    assert found.name == "dict.get"
    assert library.method("collections.OrderedDict", "nosuch") is None


SUBCLASSES = [
    ("bool", "int", True),
    ("int", "bool", False),
    ("collections.Counter", "dict", True),
    ("IOError", "OSError", True),
    ("FileNotFoundError", "Exception", True),
    ("pathlib.PosixPath", "pathlib.PurePath", True),
    ("nosuch.Thing", "nosuch.Thing", True),
    ("nosuch.Thing", "dict", False),
]


@pytest.mark.parametrize(("name", "base", "expected"), SUBCLASSES)
def test_is_subclass(library: Library, name: str, base: str, expected: bool) -> None:
    assert library.is_subclass(name, base) is expected


def test_knows(library: Library) -> None:
    assert library.knows("numpy")
    assert not library.knows("nosuchmodule")
    assert not library.knows("../setup")
    assert load_library({"mylib.f": "pure"}).knows("mylib")


def test_names_are_what_a_star_import_binds(library: Library) -> None:
    assert {"shuffle", "Random", "seed"} <= set(library.names("random"))
    assert {"array", "linspace"} <= set(library.names("numpy.matlib"))
    assert "Random.seed" not in library.names("random")
    assert library.names("nosuchmodule") == ()


def test_user_entries_come_first() -> None:
    own = load_library(
        {
            "mylib.clean": "changes 0; -> pandas.DataFrame",
            "mylib.Model": "class dict; -> mylib.Model",
            "mylib.shorter": "same numpy.sort",
            "list.append": "shows",
        }
    )
    clean = own.find("mylib.clean")
    assert clean is not None
    assert [(effect.verb, effect.subject) for effect in clean.effects] == [("changes", "0")]
    append = own.find("list.append")
    assert append is not None
    assert append.effects[0].verb == "shows"
    shorter, inherited = own.find("mylib.shorter"), own.method("mylib.Model", "pop")
    assert shorter is not None
    assert shorter.name == "numpy.sort"
    assert inherited is not None
    assert inherited.name == "dict.pop"


def test_a_bad_user_entry_is_named() -> None:
    with pytest.raises(EffectError) as caught:
        load_library({"mylib.clean": "chnages 0"})
    assert str(caught.value) == '[tool.notelift.effects] "mylib.clean": unknown clause `chnages`'


def test_entries_that_lead_to_themselves_find_nothing() -> None:
    own = load_library({"a.f": "same a.g", "a.g": "same a.f", "a.C": "class a.D", "a.D": "class a.C"})
    assert own.find("a.f") is None
    assert own.method("a.C", "nosuch") is None
    assert not own.is_subclass("a.C", "dict")


AGREED = [
    ("append", {("changes", "self")}),
    ("extend", {("changes", "self"), ("consumes", "0")}),
    ("reverse", {("changes", "self")}),
    ("readline", {("consumes", "self")}),
    ("sort_values", {("changes", "self"), ("remakes", "self")}),
    ("upper", set()),
    ("fit", {("changes", "self"), ("draws", "random:numpy")}),
    ("add", None),
    ("nosuchmethod", None),
]


@pytest.mark.parametrize(("name", "effects"), AGREED, ids=[name for name, _ in AGREED])
def test_agreed(library: Library, name: str, effects: set[tuple[str, str]] | None) -> None:
    spec = library.agreed(name)
    assert (None if spec is None else {(e.verb, e.subject) for e in spec.effects}) == effects


def test_only_files_that_are_asked_for_are_read() -> None:
    code = (
        "from notelift.effects.library import load_library\n"
        "from notelift.effects import table\n"
        "library = load_library()\n"
        "print(table.read_table.cache_info().currsize)\n"
        "library.find('list.append'), library.find('json.load')\n"
        "print(table.read_table.cache_info().currsize, len(library._found))\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["0", "2", "2"]


def test_entries_are_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []
    original = library_module.parse_spec

    def counting(name: str, text: str, where: str) -> object:
        parsed.append(name)
        return original(name, text, where)

    monkeypatch.setattr(library_module, "parse_spec", counting)
    own = load_library()
    for _ in range(3):
        own.find("numpy.ndarray.sum")
        own.find("numpy.nosuch")
    assert parsed == ["numpy.ndarray.sum", "numpy"] or parsed == ["numpy.ndarray.sum"]


def test_a_table_finds_lines_in_any_order_and_with_any_white_space() -> None:
    table = parse_table("x.effects", "# note\nx.b\tpure\nx.a.b  shows\nx.a\nx.ab changes 0\nx.q. = y.\n")
    assert table.clauses("x.b") == "\tpure"
    assert table.clauses("x.a") == ""
    assert table.clauses("x.a.b") == "  shows"
    assert table.clauses("x") is None
    assert table.clauses("z") is None
    assert table.aliases == (("x.q.", "y."),)


def test_a_bad_alias_line_is_an_error() -> None:
    with pytest.raises(EffectError, match=r"x\.effects:2: 'y' is not a prefix"):
        parse_table("x.effects", "x.a pure\nx.b. = y\n")


def test_a_bad_entry_of_a_file_is_named_with_its_line() -> None:
    table = read_table("builtins.effects")
    assert table is not None
    file, _, line = table.where("list.append").partition(":")
    assert file == "builtins.effects"
    assert int(line) > 1
