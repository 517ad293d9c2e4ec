"""The plain Python of magics, and what else `translate` says of a cell."""

from __future__ import annotations

import ast
import os
from pathlib import Path

import pytest

from notelift.notebook.magics import Magic, translate

RUN = "subprocess.run({}, shell=True, check=False)"
LINES = "subprocess.run({}, shell=True, capture_output=True, text=True, check=False).stdout.splitlines()"

PLAIN = {
    "!ls -l": RUN.format('"ls -l"'),
    "!cp {a} $b": RUN.format('f"cp {a} {b}"'),
    "!cp {a[1:]} {o.b!r}": RUN.format('f"cp {a[1:]} {o.b!r}"'),
    '!cp {a["k"]}': RUN.format("f'cp {a[\"k\"]}'"),
    "!echo {a + 1}": RUN.format('f"echo {(a + 1)}"'),
    "!echo $$a {b}": RUN.format('f"echo $a {b}"'),
    "!echo '$a' $b": RUN.format("f\"echo '$a' {b}\""),
    "!awk '{print $1}' f": RUN.format("\"awk '{print $1}' f\""),
    "!find -exec {} \\;": RUN.format('"find -exec {} \\\\;"'),
    "!!ls": LINES.format('"ls"'),
    "x = !ls {d}": "x = " + LINES.format('f"ls {d}"'),
    "a, b = !ls": "a, b = " + LINES.format('"ls"'),
    "if x: y = !ls": "y = " + LINES.format('"ls"'),
    "%sx ls": LINES.format('"ls"'),
    "!pip install a": "",
    "! pip3 install -q a": "",
    "!{sys.executable} -m pip install a": "",
    "!python3 -m pip install a && pip install b": "",
    "!sudo apt-get install -y a": "",
    "!conda install a": "",
    "!pip install a && make": RUN.format('"pip install a && make"'),
    "!pipeline run": RUN.format('"pipeline run"'),
    "!cd data": "",
    "!cd data && make": RUN.format('"cd data && make"'),
    "%pip install a": "",
    "%conda install a": "",
    "%cd data": 'os.chdir("data")',
    "%cd -q data": 'os.chdir("data")',
    "%cd ~/data": 'os.chdir(os.path.expanduser("~/data"))',
    "%cd": 'os.chdir(os.path.expanduser("~"))',
    "%cd {d}": "os.chdir(str(d))",
    "%cd 'my data'": 'os.chdir("my data")',
    "%pwd": "os.getcwd()",
    "x = %pwd": "x = os.getcwd()",
    "%env A=b c": 'os.environ["A"] = "b c"',
    "%env A b": 'os.environ["A"] = "b"',
    "%set_env A $b": 'os.environ["A"] = str(b)',
    "%env A": 'os.environ["A"]',
    "x = %env A": 'x = os.environ["A"]',
    "%env": "",
    "%ls -l": RUN.format('"ls -l"'),
    "%mkdir -p a": RUN.format('"mkdir -p a"'),
    "%matplotlib inline": "",
    "% matplotlib inline": "",
    "%load_ext autoreload": "",
    "%autoreload 2": "",
    "%config InlineBackend.figure_format = 'retina'": "",
    "%precision 3": "",
    "%who": "",
    "%timeit f(x)": "",
    "%xdel a": "del a",
    "%aimport a.b": "import a.b",
    "a?": "",
    "%%html\n<b>": "",
    "%%latex\nx": "",
    "%%svg\n<svg/>": "",
    "%%markdown\n# a": "",
    "%%timeit\nf(x)": "",
    "%%writefile a.txt\nb\n": 'pathlib.Path("a.txt").write_text("b\\n", encoding="utf-8")',
    "%%writefile {p}\nb": 'pathlib.Path(str(p)).write_text("b\\n", encoding="utf-8")',
    "%%bash\nls": 'subprocess.run(["bash", "-c", "ls\\n"], check=True)',
    "%%sh\nls": 'subprocess.run(["sh", "-c", "ls\\n"], check=True)',
    "%%sh -s {a} b\nl": 'subprocess.run(["sh", "-s", str(a), "b"], input="l\\n", text=True, check=True)',
    "%%bash --err e\nls": (
        'e = subprocess.run(["bash", "-c", "ls\\n"], stderr=subprocess.PIPE, text=True, check=True).stderr'
    ),
    "%%script awk 1\nls": 'subprocess.run(["awk", "1"], input="ls\\n", text=True, check=True)',
}


def only(source: str) -> Magic:
    (magic,) = translate(source).magics
    return magic


@pytest.mark.parametrize("source", PLAIN)
def test_plain_python(source: str) -> None:
    magic = only(source)
    assert magic.plain is not None
    assert magic.plain == PLAIN[source]
    assert magic.refusal == ""
    assert _modules_used(magic.plain) == set(magic.imports)


def _modules_used(code: str) -> set[str]:
    attributes = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Attribute)]
    names = {node.value.id for node in attributes if isinstance(node.value, ast.Name)}
    return names & {"os", "subprocess", "pathlib"}


REFUSED = {
    "%run script.py": True,
    "%store -r": True,
    "%store -r a": False,
    "%load a.py": True,
    "%reset -f": True,
    "%%R\nx <- 1": False,
    "%%sql\nselect 1": False,
    "%%cython\ndef f(): pass": True,
    "%%javascript\nalert(1)": False,
    "%foo a": False,
    "%%foo a\nb": False,
    "x = %timeit -o f()": False,
    "%cd -": False,
    "%%bash --bg\nls": False,
}


@pytest.mark.parametrize("source", REFUSED)
def test_refusals_are_one_sentence(source: str) -> None:
    magic = only(source)
    assert magic.plain is None
    assert magic.refusal.endswith(".")
    assert "\n" not in magic.refusal
    assert magic.opaque is REFUSED[source]


PYTHON = {
    "%time x = 1": "x = 1",
    "%time": "pass",
    "if a:\n    %time\n": "if a:\n    pass\n",
    "x = %time f(1)": "x =       f(1)",
    "%prun -l 10 -s cumulative f(x)": "f(x)",
    "%lprun -f f f(x)": "f(x)",
    "%time x = \\\n  1\ny": "x =    1\n\ny",
    "%%time\nx = 1": "\nx = 1",
    "%%capture --no-stderr\nx = 1": "\nx = 1",
    "%%capture out\nx = 1": "out = __notelift_magic__(0)\nx = 1",
    "# note\n\n%%time\nx = 1": "# note\n\n\nx = 1",
    "# note\n%%bash\nls\n": "# note\n__notelift_magic__(0)\n\n",
    "%%bash --out o\nls": "o = __notelift_magic__(0)\n",
    "%store -r a b": "a, b = __notelift_magic__(0)",
    "%sql res << select 1": "res = __notelift_magic__(0)",
    "%%R -o b\nb <- 1": "b = __notelift_magic__(0)\n",
    "%pylab --no-import-all": "numpy, np, matplotlib, mlab, pylab, pyplot, plt = __notelift_magic__(0)",
    "/f a b": "f(a, b)",
    ",f a b": 'f("a", "b")',
    ";f a b": 'f("a b")',
    "cd ..": "__notelift_magic__(0)",
    "matplotlib inline": "__notelift_magic__(0)",
    "time f(x)": "f(x)",
    "ls": "ls",
    "x = 1\ncd ..": "x = 1\ncd ..",
    "this is prose": "this is prose",
    "save": "save",
    'a = """\n>>> b\n"""\n%pwd': 'a = """\n>>> b\n"""\n__notelift_magic__(0)',
    "!echo it's \\\n  more\na?": "__notelift_magic__(0)\n\n__notelift_magic__(1)",
    "get_ipython().run_line_magic('matplotlib', 'inline')": "__notelift_magic__(0)",
    "x = get_ipython().getoutput('ls')": "x = __notelift_magic__(0)",
    "get_ipython().system('ls')": "__notelift_magic__(0)",
    "get_ipython().run_line_magic('time', 'x = 1')": "x = 1",
    "get_ipython().run_cell_magic('bash', '', 'ls\\n')": "__notelift_magic__(0)",
    "get_ipython().run_cell_magic('time', '', 'x = 1\\ny = 2\\n')": "x = 1; y = 2",
    "get_ipython().run_cell_magic('time', '', 'for i in x:\\n    y = i\\n')": "__notelift_magic__(0)",
    "ip = get_ipython()": "ip = get_ipython()",
    "%pwd\r\nx = 1\r\n": "__notelift_magic__(0)\nx = 1\r\n",
}


@pytest.mark.parametrize("source", PYTHON)
def test_python(source: str) -> None:
    assert translate(source).python == PYTHON[source]


ASSIGNED = {
    "x = !ls": ("x",),
    "a, *b = !ls": ("a", "b"),
    "d['k'] = !ls": (),
    "if x: y = %pwd": ("y",),
    "%%capture out\nx": ("out",),
    "%%bash --out o --err e\nls": ("o", "e"),
    "%%sql x <<\nselect": ("x",),
    "%%bigquery df\nselect": ("df",),
    "!ls": (),
    "%run a.py": (),
}


@pytest.mark.parametrize("source", ASSIGNED)
def test_names_that_a_magic_binds(source: str) -> None:
    assert only(source).assigns == ASSIGNED[source]


def test_bodies() -> None:
    assert only("%%bash\nls\npwd").body == "ls\npwd\n"
    timed = only("%%timeit -n 3 a = 1\nf(a)")
    assert (timed.body, timed.python_body) == ("a = 1\nf(a)\n", True)
    line = only("%timeit -n 3 -r2 f(a)")
    assert (line.body, line.python_body) == ("f(a)", True)


def test_a_cell_magic_spans_its_cell() -> None:
    magic = only("\n%%bash\nls\npwd")
    assert (magic.line, magic.end_line, magic.kind) == (2, 4, "cell")


def test_interpolation_is_left_out_where_a_name_is_undefined() -> None:
    magic = only("!echo $HOME {x}")
    assert magic.interpolates == ("HOME", "x")
    assert magic.plain_given(lambda name: True) == RUN.format('f"echo {HOME} {x}"')
    assert magic.plain_given(lambda name: name == "x") == RUN.format('"echo $HOME {x}"')


def test_installing_is_noted() -> None:
    assert "requirements" in only("!pip install a").note
    assert "requirements" in only("%pip install a").note
    assert only("%matplotlib inline").note == ""


def test_code_of_an_exported_cell_magic_is_kept() -> None:
    magic = only("get_ipython().run_cell_magic('time', '', 'for i in x:\\n    y = i\\n')")
    assert (magic.plain, magic.python_body, magic.opaque) == ("for i in x:\n    y = i", True, True)


COLUMNS = {
    "time y = 2": [("y = 2", 1)],
    "    x = 1\n    %time y = 2": [("x = 1", 1), ("y = 2", 2)],
    ">>> x = 1\n... \n>>> %time y = 2": [("x = 1", 1), ("y = 2", 3)],
    "In [3]: x = 1\n   ...: y = 2": [("x = 1", 1), ("y = 2", 2)],
}


@pytest.mark.parametrize("source", COLUMNS)
def test_shifts_lead_back_to_the_source(source: str) -> None:
    translated = translate(source)
    found = []
    for node in ast.parse(translated.python).body:
        shift = translated.shifts[node.lineno - 1]
        line = source.split("\n")[node.lineno - 1]
        found.append((line[node.col_offset + shift : (node.end_col_offset or 0) + shift], node.lineno))
    assert found == COLUMNS[source]


SAME_EFFECT = {
    "write": '%%writefile a.txt\nit\'s {x} \\n "b"\n  é\n',
    "append": "%%writefile a.txt\none\n||%%writefile -a a.txt\ntwo",
    "touch": "!touch {name}.txt $name",
    "literal": "!touch {undefined} $name",
    "doubled": "!printf '%s' '{{a}}' $$name > a.txt",
    "a field that is no expression": "!echo a b | awk '{print $2}' > a.txt",
    "quotes": "!echo \"it's\" '{name}' > a.txt",
    "capture": "lines = !printf 'a\\nb\\n'\n||%%writefile a.txt\n{lines}||!echo {lines} > b.txt",
    "bash": "%%bash\nfor i in 1 2; do\n  echo $i >> a.txt\ndone",
    "bash with arguments": "%%bash -s {name} c\necho $1 $2 > a.txt",
    "bash output": "%%bash --out out --err err\necho a\necho b >&2||!echo {repr(out + err)} > a.txt",
    "script": "%%script tee a.txt\nb",
    "directory": "%mkdir sub||%cd sub||!touch a.txt",
    "environment": "%env NOTELIFT_TEST=a b||!echo $$NOTELIFT_TEST > a.txt",
    "environment by a name": "%set_env NOTELIFT_TEST $name||!echo $$NOTELIFT_TEST > a.txt",
    "name": "%cd .||x = %pwd\n||!basename {x} > a.txt",
}


@pytest.mark.parametrize("cells", SAME_EFFECT.values(), ids=SAME_EFFECT)
def test_plain_python_does_what_ipython_does(
    cells: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interactiveshell = pytest.importorskip("IPython.core.interactiveshell")
    monkeypatch.setenv("NOTELIFT_TEST", "")
    # The shell that a notebook's kernel uses.
    monkeypatch.setenv("SHELL", "/bin/sh")
    results = []
    for kind in ("ipython", "plain"):
        folder = tmp_path / kind / "work"
        folder.mkdir(parents=True)
        monkeypatch.chdir(folder)
        if kind == "ipython":
            shell = interactiveshell.InteractiveShell()
            shell.user_ns["name"] = "n"
            for cell in cells.split("||"):
                shell.run_cell(cell).raise_error()
        else:
            names: dict[str, object] = {"name": "n"}
            for cell in cells.split("||"):
                run_plain(cell, names)
        where = Path(os.getcwd()).relative_to(folder)
        files = {file.relative_to(folder): file.read_text() for file in folder.rglob("*") if file.is_file()}
        results.append((where, files, os.environ["NOTELIFT_TEST"]))
    assert results[0] == results[1]
    assert results[0][1]


def run_plain(cell: str, names: dict[str, object]) -> None:
    magic = only(cell)
    plain = magic.plain_given(lambda name: name in names or name in ("repr",))
    assert plain is not None
    exec("\n".join([*(f"import {name}" for name in magic.imports), plain]), names)
