"""Packages are installed by the notebook, in whatever version there is.

Each run may install other versions than the run before, and the notebook changes the environment of whoever
opens it. An installation with all versions given (`==`) or from a file (`-r`) is not reported. There is one
finding for the notebook.

Instead of

    !pip install pandas

list `pandas==2.2.3` in `requirements.txt`, or write

    %pip install pandas==2.2.3
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from notelift.cells.code import read_cell
from notelift.checks.calls import Called
from notelift.checks.context import Context
from notelift.checks.model import Fix, Place, Problem, Related, Rule

_INSTALL = re.compile(
    r"(?:^|[;&|]\s*|\s)(?:sudo\s+)?(?:(?:\S*python\S*|\{sys\.executable\})\s+-m\s+)?"
    r"(?:pip3?(?:\.\d+)?|conda|mamba|apt|apt-get)\s+(?:-\S+\s+)*install\s+(?P<what>[^;&|\n]*)"
)
_RUNNERS = frozenset({"os.system", "subprocess.run", "subprocess.call", "subprocess.check_call"})
_SHELLS = frozenset({"!", "!!", "sx", "system", "bash", "sh"})
_FROM_FILE = re.compile(r"(?:^|\s)(?:-r|--requirement|--file|-e|--editable|\.|git\+\S+@\S+)(?:\s|=|$)")
_VERSION = re.compile(r"(?<![<>!~])=")
_FILES = (".whl", ".tar.gz", ".zip", ".txt")
_TAKES_VALUE = frozenset({"-c", "--channel", "-i", "--index-url", "--extra-index-url", "-f", "--find-links"})


def check(context: Context) -> Iterator[Problem]:
    """Yield a problem at the first installation without versions."""
    found = [each for each in _installations(context) if context.is_shown(RULE, each[0])]
    if found:
        place, packages = found[0]
        listed = ", ".join(packages)
        verb = "is" if len(packages) == 1 else "are"
        yield Problem(
            place,
            f"{listed} {verb} installed in whatever version is new when the notebook runs",
            related=tuple(Related(other, f"installs {', '.join(names)}") for other, names in found[1:]),
            fix=Fix("List packages with their versions in requirements.txt, or give them here with `==`."),
        )


def _installations(context: Context) -> Iterator[tuple[Place, tuple[str, ...]]]:
    for cell, (line, packages) in context.in_cells(_by_magic):
        yield context.line_place(cell, line), packages
    for call, packages in context.in_calls(_by_call):
        yield context.place(call.cell, call.fact.node), packages


def _by_magic(source: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The lines of a cell that install something, and what."""
    for magic in read_cell(source).magics:
        text = magic.body if magic.kind == "cell" else magic.arguments
        if magic.name in ("pip", "conda", "mamba"):
            text = f"{magic.name} {text}"
        elif magic.name not in _SHELLS:
            continue
        packages = _unpinned(text)
        if packages:
            yield magic.line, packages


def _by_call(call: Called) -> tuple[str, ...] | None:
    """What a call installs."""
    if call.qualname not in _RUNNERS or not call.fact.node.args:
        return None
    return _unpinned(_command(call.fact.node.args[0])) or None


def _command(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, (ast.List, ast.Tuple)):
        words = [part.value if isinstance(part, ast.Constant) else "python" for part in node.elts]
        return " ".join(map(str, words))
    return ""


def _unpinned(text: str) -> tuple[str, ...]:
    """The packages that a command installs in no certain version."""
    packages: list[str] = []
    for match in _INSTALL.finditer(text):
        what = match.group("what").partition(" #")[0]
        if _FROM_FILE.search(what):
            continue
        words = iter(what.split())
        for word in words:
            if word in _TAKES_VALUE:
                next(words, "")
            elif not word.startswith(("-", "{", "$", "/", "http", "2>", ">")) and not _VERSION.search(word):
                packages += _package(word.strip("'\""))
    return tuple(dict.fromkeys(packages))


def _package(word: str) -> Iterator[str]:
    """The package that a word names, where it says nothing of its version."""
    if word.startswith("git+"):
        repository = word.rpartition("/")[2].partition("#")[0]
        if "@" not in repository:
            yield repository.removesuffix(".git")
        return
    name = re.match(r"[\w.-]+", word)
    if name and len(name.group()) > 1 and not word.endswith(_FILES):
        yield name.group()


RULE = Rule("NL204", "install-in-notebook", "warning", check)
