"""Modules of every kind of target, called and run from the shell."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from notelift.export.module import ExtractError, Options
from tests.unit.export.lifting import call, lift, notebook_of


def test_what_a_cell_displays_is_returned() -> None:
    pytest.importorskip("pandas")
    notebook = notebook_of(
        [
            "import pandas as pd\nframe = pd.DataFrame({'a': [3, 1]})",
            "frame = frame.sort_values('a')\nframe.head(1)",
        ]
    )
    assert call(lift(notebook, "cell:1")).to_dict() == {"a": {1: 1}}


def test_a_figure_is_returned_without_those_of_other_cells() -> None:
    pyplot = pytest.importorskip("matplotlib.pyplot")
    pyplot.switch_backend("agg")
    notebook = notebook_of(
        [
            "import matplotlib.pyplot as plt\nxs = [1, 2]",
            "plt.plot(xs)\nplt.title('old')\nplt.show()",
            "plt.plot(xs, [4, 5])\nplt.show()",
        ]
    )
    for whole in (False, True):
        figure = call(lift(notebook, "cell:2", whole=whole))
        assert [list(line.get_ydata()) for line in figure.axes[0].lines] == [[4, 5]]
        assert figure.axes[0].get_title() == ""


def test_a_file_is_written_where_the_parameter_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    notebook = notebook_of(
        ["rows = [1, 2]", "with open('rows.txt', 'w') as sink:\n    sink.write(str(rows))"]
    )
    module = lift(notebook, "file:rows.txt")
    assert call(module) == "rows.txt"
    assert call(module, rows_path="other.txt") == "other.txt"
    assert Path("rows.txt").read_text() == Path("other.txt").read_text() == "[1, 2]"


def test_several_targets_are_a_named_tuple() -> None:
    notebook = notebook_of(["items = [len('a')]", "items.append(5)", "total = sum(items)"])
    values = call(lift(notebook, "items@0", "items", "total"))
    assert values == ([1], [1, 5], 6)
    assert values._fields == ("items_at_0", "items", "total")


@pytest.mark.parametrize("read", ["_", "_1", "Out[1]"])
def test_displayed_values_that_are_read_have_a_name(read: str) -> None:
    notebook = notebook_of(["1 + 2", f"result = {read} * 2"], counted=True)
    module = lift(notebook, "result")
    assert (call(module), module.parameters) == (6, ())


def test_displayed_values_of_nothing_that_is_kept_are_refused() -> None:
    with pytest.raises(ExtractError, match="cell 0, line 1: `_` is what the notebook displayed before"):
        lift(notebook_of(["result = _ * 2"]), "result", whole=True)


def test_parameters_change_the_value_and_are_options(tmp_path: Path) -> None:
    notebook = notebook_of(
        [
            "rate = 0.5\nNAMES = ('a', 'b')\nloud = False",
            "result = [n.upper() if loud else n for n in NAMES] + [rate]",
        ]
    )
    module = lift(notebook, "result")
    assert call(module) == ["a", "b", 0.5]
    assert call(module, rate=2.0, loud=True) == ["A", "B", 2.0]
    place = tmp_path / "lifted.py"
    place.write_text(module.source)
    options = ["--rate", "3", "--loud", "--names", "('x', 'y')"]
    done = subprocess.run([sys.executable, str(place), *options], capture_output=True, text=True, check=True)
    assert done.stdout == "['X', 'Y', 3.0]\n"
    helped = subprocess.run(
        [sys.executable, str(place), "--help"], capture_output=True, text=True, check=True
    )
    assert "default: 0.5" in helped.stdout


def test_functions_of_the_module_can_be_pickled_by_other_processes(tmp_path: Path) -> None:
    notebook = notebook_of(
        [
            "from multiprocessing import Pool\noffset = len('ab')",
            "def shift(value):\n    return value + offset",
            "offset = 10\nwith Pool(1) as pool:\n    result = pool.map(shift, [1, 2])",
        ]
    )
    place = tmp_path / "lifted.py"
    place.write_text(lift(notebook, "result", whole=True).source)
    done = subprocess.run(
        [sys.executable, str(place)], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "[11, 12]\n"


def test_names_chosen_by_the_user() -> None:
    notebook = notebook_of(["import math\n\ndef half(x):\n    return x / 2\n\nresult = half(math.pi)"])
    module = lift(notebook, "result", options=Options(module="circle", function="radius"))
    assert (module.module, module.function) == ("circle", "radius")
    with pytest.raises(ExtractError, match="the function cannot be called half"):
        lift(notebook, "result", options=Options(function="half"))


def test_names_do_not_shadow_what_the_module_needs() -> None:
    notebook = notebook_of(["compute_json = len('a')\njson = compute_json + 1"])
    module = lift(notebook, "json")
    assert (module.module, module.function) == ("compute_json", "compute_json_2")
    assert call(module) == 2


def test_counts_of_kept_statements() -> None:
    module = lift(notebook_of(["a = len('a')\nb = 2", "c = a + 1\nprint(c)"]), "c")
    assert (module.kept, module.total, module.maybe) == (2, 4, 0)


def test_an_older_state_is_a_copy_where_another_name_changes_it_later() -> None:
    cells = [
        "df = {'a': [1, 2]}\ncopy = 3",
        "df['b'] = copy\nalias = df",
        "alias['c'] = 2\ndf = dict(df, a=len(alias))",
    ]
    module = lift(notebook_of(cells), "df@1", "df@2")
    assert tuple(call(module)) == ({"a": [1, 2], "b": 3}, {"a": 3, "b": 3, "c": 2})


def test_an_older_state_is_no_copy_where_only_other_objects_change() -> None:
    cells = ["rows = [1, 2]\nnotes = []", "notes.append('x')\nrows = [len(notes)]"]
    module = lift(notebook_of(cells), "rows@0", "rows@1", "notes")
    assert "copy" not in module.source
    assert tuple(call(module)) == ([1, 2], [1], ["x"])


@pytest.mark.parametrize(
    ("cell", "warning"),
    [
        ("class K:\n    pass\nr = K.__module__", "cell 0, line 3: `__module__` of the notebook's classes"),
        ("r = f'{__name__}'", "cell 0, line 1: `__name__` is the name of the module here"),
    ],
)
def test_names_of_modules_that_differ_are_warned_of(cell: str, warning: str) -> None:
    (found,) = lift(notebook_of([cell]), "r").warnings
    assert warning in found


@pytest.mark.parametrize(
    ("magic", "line"), [("%%timeit -n1 -r1\nrows.append(1)", 1), ("\n%timeit rows.append(1)", 2)]
)
def test_timed_code_that_is_needed_is_refused(magic: str, line: int) -> None:
    name = magic.strip().split()[0]
    with pytest.raises(ExtractError) as refusal:
        lift(notebook_of(["rows = []", magic, "size = len(rows)"]), "size")
    assert str(refusal.value).startswith(f"cell 1, line {line}: `{name}` runs its code as often as it takes")


def test_what_awaits_runs_in_an_event_loop() -> None:
    cells = [
        "import asyncio\nasync def work(number):\n    await asyncio.sleep(0)\n    return number * 2",
        "asyncio = asyncio\nbase = await work(2)",
        "async with asyncio.Lock():\n    total = [await work(each) for each in range(base)]",
    ]
    assert call(lift(notebook_of(cells), "total")) == [0, 2, 4, 6]
    assert call(lift(notebook_of(cells), "base", "total")) == (4, [0, 2, 4, 6])


def test_a_displayed_value_that_is_changed_and_read() -> None:
    cells = ["[1, 2]", "3", "[4]", "Out[1].append(_)\nresult = Out[1]"]
    assert call(lift(notebook_of(cells, counted=True), "result")) == [1, 2, [4]]
    with pytest.raises(
        ExtractError, match="cell 3, line 1: no saved count tells which value `Out\\[1\\]` is"
    ):
        lift(notebook_of(cells), "result")
