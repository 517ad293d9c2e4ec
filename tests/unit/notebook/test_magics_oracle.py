"""`translate` against IPython's own transformer: the same magics, and the rest of the code equal."""

from __future__ import annotations

import ast
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notelift.notebook.magics import PLACEHOLDER, translate

inputtransformer2 = pytest.importorskip("IPython.core.inputtransformer2")

STATEMENT_LINES = ("time", "prun")
BODY_CELLS = ("time", "prun", "capture")


def oracle(source: str) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return str(inputtransformer2.TransformerManager().transform_cell(source))


class _Magics(ast.NodeTransformer):
    """Replaces what stands for a magic by one name, and notes the magics in their order."""

    def __init__(self) -> None:
        self.found: list[tuple[str, ...]] = []

    def found_magic(self, *words: str) -> ast.expr:
        self.found.append(tuple(" ".join(word.split()) for word in words))
        return ast.Name("MAGIC", ast.Load())


class _OfIPython(_Magics):
    def visit_Expr(self, node: ast.Expr) -> ast.AST | list[ast.stmt]:
        match node.value:
            case ast.Call(
                ast.Attribute(ast.Call(ast.Name("get_ipython")), "run_line_magic"),
                [ast.Constant(name), ast.Constant(str(statement))],
            ) if name in STATEMENT_LINES:
                return self._inner(statement or "pass")
            case ast.Call(
                ast.Attribute(ast.Call(ast.Name("get_ipython")), "run_cell_magic"),
                [ast.Constant(str(name)), ast.Constant(str(arguments)), ast.Constant(str(body))],
            ) if name in BODY_CELLS:
                if name == "capture" and arguments:
                    self.found_magic("run_cell_magic", name, arguments)
                    return [ast.Expr(ast.Name("MAGIC", ast.Load())), *self._inner(body)]
                return self._inner(body)
        return self.generic_visit(node)

    def _inner(self, code: str) -> list[ast.stmt]:
        module = self.visit(ast.parse(oracle(code)))
        return list(module.body)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        match node:
            case ast.Call(ast.Attribute(ast.Call(ast.Name("get_ipython")), method), arguments):
                words = [each.value for each in arguments if isinstance(each, ast.Constant)]
                if method == "run_line_magic" and words[0] in ("pinfo", "pinfo2", "psearch"):
                    return self.found_magic("help", str(words[1]))
                if method == "show_usage":
                    return self.found_magic("help", "")
                if method == "run_line_magic" and words[0] == "time":
                    return ast.parse(str(words[1]), mode="eval").body
                return self.found_magic(method, *(str(word) for word in words))
        return self.generic_visit(node)


class _OfOurs(_Magics):
    def __init__(self, source: str) -> None:
        super().__init__()
        self.translated = translate(source)
        self.lines = source.split("\n")

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        """Names that a magic binds by itself are no part of IPython's code."""
        number = _number(node.value)
        if number is not None:
            magic = self.translated.magics[number]
            if self.lines[magic.line - 1].lstrip().startswith("%"):
                return ast.Expr(self.visit(node.value))
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        number = _number(node)
        if number is None:
            return self.generic_visit(node)
        magic = self.translated.magics[number]
        match magic.kind, magic.name:
            case "help", _:
                return self.found_magic("help", magic.arguments.lstrip("%") and magic.arguments)
            case "shell", name:
                captured = name == "!!" or magic.plain is None or "capture_output" in magic.plain
                return self.found_magic("getoutput" if captured else "system", magic.arguments)
            case "cell", name:
                body = [] if name == "capture" else [magic.body]
                return self.found_magic("run_cell_magic", name, magic.arguments, *body)
        return self.found_magic("run_line_magic", magic.name, magic.arguments)


def _number(node: ast.AST) -> int | None:
    match node:
        case ast.Call(ast.Name(name), [ast.Constant(int(number))]) if name == PLACEHOLDER:
            return number
    return None


def assert_as_ipython(source: str) -> None:
    """The two translations have the same statements and the same magics."""
    theirs, ours = _OfIPython(), _OfOurs(source)
    expected = theirs.visit(ast.parse(oracle(source)))
    assert ours.translated.python.count("\n") == source.count("\n")
    actual = ours.visit(ast.parse(ours.translated.python))
    assert ast.dump(actual) == ast.dump(expected)
    assert ours.found == theirs.found


CELLS = {
    "plain": "x = 1\ny = x % 2\n",
    "line": "%matplotlib inline",
    "line without arguments": "%pwd",
    "line between code": "import a\n%load_ext autoreload\n%autoreload 2\nb = a.c",
    "line with comment": "%cd data # the data",
    "line with string": "%config InlineBackend.figure_format = 'retina'",
    "line, trailing blanks": "%ls   \nx = 1",
    "line after blank lines": "\n\n%matplotlib inline\nx = 1",
    "line after a comment": "# setup\n%matplotlib inline",
    "line in if": "if True:\n    %cd data\n    x = 1\nelse:\n    %cd other\n",
    "line in a function": "def f():\n    %time x = 1\n    return x\n",
    "line in for, last": "for i in range(3):\n    !echo {i}",
    "line in nested blocks": "for i in a:\n    if i:\n        %timeit f(i)\n    !ls\nx = 2",
    "line in class": "class A:\n    %pwd\n    x = 1",
    "line in with tabs": "if x:\n\t%pwd\n",
    "line in try": "try:\n    !a\nexcept E:\n    %b c\nfinally:\n    !d",
    "time": "%time x = f(1)",
    "time of an expression": "%time f(1)",
    "time of shell": "%time !ls",
    "time of a magic": "%time %pwd",
    "empty time": "%time\nx = 1",
    "value of time": "x = %time f(1)",
    "prun": "%prun f(x)",
    "timeit": "%timeit -n 10 -r 3 f(x)",
    "timeit with brackets": '%timeit f(x, [1, 2], "}")\ny = 1',
    "continued line": "%timeit f(x, \\\n    y)\nz = 1",
    "continued shell": "!ls \\\n -l \\\n -a\nz = 1",
    "continued assignment": "a = !ls \\\n -l\nz = 1",
    "assignment continued before the sign": "a = \\\n  !ls\nz = 1",
    "magic assignment continued before the sign": "a = \\\n  %pwd\nz = 1",
    "shell": "!ls -l",
    "shell with a blank": "! ls -l",
    "shell with quotes": """!echo "it's" 'a "b"'""",
    "shell with one quote": "!echo it's",
    "shell with a bracket": "!echo ( [ {\nx = 1",
    "shell with triple quotes": "!echo '''\nx = 1",
    "shell with hash": "!ls # all",
    "shell with interpolation": "!cp {a} $b $$c ${d}",
    "shell capture": "!!ls -l",
    "shell assignment": "files = !ls *.csv",
    "shell assignment without blanks": "files=!ls",
    "shell assignment to two": "a, b = !ls",
    "shell assignment to an item": "d['k'] = !ls",
    "shell assignment to an attribute": "o.k = !ls",
    "shell assignment in a block": "if a:\n    b = !ls\n    c = b",
    "shell assignment on one line with if": "if a: b = !ls",
    "annotated assignment": "a: list = !ls",
    "magic assignment": "d = %pwd",
    "magic assignment without blanks": "d=%pwd",
    "magic assignment to two": "a, b = %some thing",
    "magic assignment of sql": "x = %sql select * from t where a = 'b'",
    "modulo is no magic": "a = (1\n    % b)\nc = d \\\n    % e",
    "not equal": "a = b != c\nd = a!=b",
    "format is no magic": 'a ="%s" % b\nprint("a=%d" % a)\n',
    "default arguments": "f(a=b, c= d%e)\n",
    "keyword that looks like shell in a string": 'x = f(a="!ls", b="%pwd")',
    "augmented": "x = 7\nx %= 3\n",
    "string of several lines": 'a = """\n%pwd\n!ls\nb?\n"""\n%pwd',
    "string of several lines in a call": "f('''\n  %a\n''', b)\n!c",
    "string continued": "a = 'b\\\n%c'\n%pwd",
    "docstring": 'def f():\n    """Do.\n\n    %time is none\n    """\n    %pwd\n',
    "raw string": 'a = r"\\d"\n%pwd',
    "escaped quote": 'a = "\\"%"\n%pwd',
    "comment with a quote": "a = 1  # it's\n%pwd",
    "comment with brackets": "a = 1  # ((\n%pwd",
    "magic in brackets": "a = [\n  b\n  %c\n]",
    "help": "a?",
    "help for source": "a??",
    "help of an attribute": "a.b.c?",
    "help of an item": "a[0].b?",
    "help of a magic": "%timeit?",
    "help of a cell magic": "%%time?",
    "help before": "?a",
    "help before, source": "??a.b",
    "help before, magic": "?%timeit",
    "help alone": "?",
    "help with a wildcard": "*int*?",
    "help after code": "x = 1\nx.real?\ny = 2",
    "help in a block": "if x:\n    a?\n    y = 1",
    "help of an assignment": "a = b.c?",
    "question mark in a string": "a = 'b?'",
    "question mark in a comment": "a = 1 # b?",
    "question mark of a shell line": "!ls *.tx?",
    "question mark in a quoted shell word": '!echo "what?"',
    "slash": "/f a b",
    "slash without arguments": "/f",
    "comma": ",f a b",
    "semicolon": ";f a b",
    "slash in a block": "if a:\n    /f a b",
    "cell time": "%%time\nx = 1\ny = 2",
    "cell time with a magic": "%%time\n%pwd\nx = !ls",
    "cell capture": "%%capture\nx = 1",
    "cell capture into a name": "%%capture out\nx = 1\n!ls",
    "cell magics in cell magics": "%%time\n%%capture out\nx = 1",
    "cell timeit": "%%timeit -n 2\nx = 1\ny = x",
    "cell bash": "%%bash\nls %d\necho '\n",
    "cell bash with output": "%%bash --out o\nls",
    "cell writefile": "%%writefile a.py\nimport x\n%pwd",
    "cell html": "%%html\n<b>it's</b>",
    "cell sql": "%%sql x <<\nselect 1",
    "cell of R": "%%R -i a -o b\nb <- a",
    "cell unknown": "%%foo bar  baz\nthis is no Python",
    "cell without a body": "%%time",
    "cell after blank lines": "\n\n%%bash\nls",
    "cell of shell": "%%!\nls",
    "cell indented": "    %%bash\n    ls\n",
    "indented": "    x = 1\n    %pwd\n    if x:\n        !ls\n",
    "indented, comment first": "  # a\n  x = 1\n  %pwd",
    "prompts": ">>> a = 1\n>>> for i in a:\n...     b\n",
    "prompts with a magic": ">>> %pwd\n>>> a = 1",
    "prompts, empty line": ">>> if a:\n...     b\n...\n>>> c",
    "IPython prompts": "In [1]: a = 1\nIn [2]: %pwd",
    "IPython prompts continued": "In [12]: if a:\n   ....:     b\n   ....:     !ls",
    "prompt in a docstring": '"""Say.\n\n>>> b\n"""\n%pwd',
    "semicolons": "x = 1; y = 2\n%pwd",
    "decorator": "@a\ndef f():\n    pass\n%pwd",
    "lambda": "f = lambda a=1: a\n%pwd",
    "pylab": "%pylab inline\nx = 1",
    "store": "%store -r a b\n",
    "run": "%run -i script.py a b",
    "unknown line": "%foo bar",
    "line with an equals sign": "%env A=b\n%alias x=y",
    "non-ASCII": "é = 'ü'\n!echo é\nà = !ls é",
    "await": "a = 1\n!ls\nb = a",
    "only a comment": "# %pwd\n",
    "empty": "",
    "backslash at the end": "%pwd \\",
}


@pytest.mark.parametrize("source", [pytest.param(source, id=name) for name, source in CELLS.items()])
def test_same_as_ipython(source: str) -> None:
    assert_as_ipython(source)


ROWS_OF_MAGICS = {
    "if True:\n    %cd data\n    x = 1\n\n!ls\n": [2, 5],
    "a = '''\n%x\n'''\n%pwd\nb?": [4, 5],
    "for i in x:\n    !a\n    b = %c\n": [2, 3],
}


@pytest.mark.parametrize("source", ROWS_OF_MAGICS)
def test_lines_of_magics(source: str) -> None:
    calls = [node for node in ast.walk(ast.parse(oracle(source))) if isinstance(node, ast.Call)]
    theirs = sorted({call.lineno for call in calls if "get_ipython" in ast.dump(call)})
    assert [magic.line for magic in translate(source).magics] == theirs == ROWS_OF_MAGICS[source]


names = st.sampled_from(["a", "df", "x1", "é"])
commands = st.sampled_from(["ls -l", "echo it's", "cat {a}.csv", "echo $a", 'echo "#"', "x = y", "a # b"])
magics = st.sampled_from(["pwd", "cd ..", "timeit f(a)", "foo a=b", "env A=b", "R x <- 1", "sql a % b = 'c'"])
simple = st.one_of(
    st.builds("{} = 1".format, names),
    st.builds("{} = f(a, b=2) % 3".format, names),
    st.builds("print('%s!' % {})  # what?".format, names),
    st.builds("{} = [\n1,\n2 % 3,\n]".format, names),
    st.builds('{} = """\n%a\n!b?\n"""'.format, names),
    st.builds("{} = 'it\\'s' \\\n % b".format, names),
    st.builds("{} != b".format, names),
    st.builds("!{}".format, commands),
    st.builds("!!{}".format, commands),
    st.builds("%{}".format, magics),
    st.builds("{} = !{}".format, names, commands),
    st.builds("{} = %{}".format, names, magics),
    # An open quote and a continued line: what IPython does depends on the version of `tokenize`.
    st.builds("!{} \\\n  more".format, commands.filter(lambda command: "'" not in command)),
    st.builds("{}?".format, names),
    st.builds("?{}".format, names),
    st.builds("%time {} = f(1)".format, names),
    st.builds("/f {} b".format, names),
    st.just("# a ( comment's"),
)


def indented(block: str, margin: str = "    ") -> str:
    """Indent a block, but not the inside of strings and brackets, where it would change the code."""
    if "'''" in block or '"""' in block:
        return "\n".join(margin + line if not row else line for row, line in enumerate(block.split("\n")))
    return "\n".join(margin + line for line in block.split("\n"))


def compound(statements: list[str]) -> str:
    return "if a:\n" + "\n".join(indented(statement) for statement in [*statements, "pass"])


statements = st.one_of(simple, simple, st.builds(compound, st.lists(simple, min_size=1, max_size=3)))
tops = st.sampled_from(["", "", "\n\n", "# top\n", "%%time\n", "%%capture\n", "%%bash\n", "%%capture out\n"])


@settings(max_examples=300, deadline=None)
@given(tops, st.lists(statements, min_size=1, max_size=6))
def test_any_cell_is_as_ipython_sees_it(top: str, parts: list[str]) -> None:
    assert_as_ipython(top + "\n".join(parts))


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab \n%!?=('\"\\#{$/>.,;:[", max_size=60))
def test_any_text_keeps_its_lines(source: str) -> None:
    translated = translate(source)
    assert translated.python.count("\n") == source.count("\n")
    for magic in translated.magics:
        assert 1 <= magic.line <= magic.end_line <= source.count("\n") + 1
    if parses(translated.python):
        plain = [text for magic in translated.magics for text in (magic.plain, magic.literal)]
        assert all(parses(text) for text in plain if text is not None)


def parses(code: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(code)
    except (SyntaxError, ValueError):
        return False
    return True
