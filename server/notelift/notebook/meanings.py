"""What each magic means as plain Python: one row or one small function for each."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from notelift.notebook.pythontext import Field, expression_of, interpolated, quoted, quoted_block

TRANSPARENT_CELLS = frozenset({"time", "capture", "prun", "lprun", "mprun", "debug"})
TRANSPARENT_LINES = frozenset({"time", "prun", "lprun", "mprun"})
_OPTIONS_WITH_VALUE = MappingProxyType(
    {"prun": "DlsT", "lprun": "fmDTsuz", "mprun": "fT", "timeit": "nrpv", "memit": "rti"}
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a magic means; the fields are those of `Magic`."""

    plain: str | None
    refusal: str = ""
    imports: tuple[str, ...] = ()
    note: str = ""
    assigns: tuple[str, ...] = ()
    body: str = ""
    python_body: bool = False
    opaque: bool = False
    interpolates: tuple[str, ...] = ()
    literal: str | None = None


class Call:
    """One use of a magic, and the expressions for the text in it."""

    def __init__(self, name: str, arguments: str, body: str, captured: bool, interpolate: bool) -> None:
        """Take what was written; `captured` tells whether the value is assigned."""
        self.name = name
        self.arguments = arguments
        self.body = body
        self.captured = captured
        self.names: dict[str, None] = {}
        self._interpolate = interpolate

    def text(self, text: str) -> str:
        """Return the expression for `text` with IPython's interpolation."""
        pieces = interpolated(text) if self._interpolate else None
        if pieces is None:
            return quoted(text)
        for piece in pieces:
            if isinstance(piece, Field):
                self.names.update(dict.fromkeys(piece.names))
        return expression_of(pieces)

    def words(self) -> list[str]:
        """Return the arguments split as a shell would, or at blanks where quotes do not match."""
        try:
            return shlex.split(self.arguments)
        except ValueError:
            return self.arguments.split()


Handler = Callable[[Call], Meaning]


def meaning_of(kind: str, name: str, arguments: str, body: str, *, captured: bool) -> Meaning:
    """Return what a magic means; `plain` is an expression where the value is `captured`."""
    if kind == "help":
        return Meaning("None" if captured else "")
    table = CELL_MAGICS if kind == "cell" else LINE_MAGICS
    handler = _shell if kind == "shell" else table.get(name)
    if handler is None:
        sign = "%%" if kind == "cell" else "%"
        return Meaning(None, f"{sign}{name} is no magic that plain Python is known for.")
    call = Call(name, arguments, body, captured, interpolate=True)
    meaning = handler(call)
    if not call.names:
        return replace(meaning, literal=meaning.plain)
    as_it_stands = handler(Call(name, arguments, body, captured, interpolate=False))
    return replace(meaning, interpolates=tuple(call.names), literal=as_it_stands.plain)


def statement_of(name: str, arguments: str) -> str:
    """Return the statement that `%time`, `%prun` and their like are given, without the options."""
    valued = _OPTIONS_WITH_VALUE.get(name, "")
    while match := re.match(r"--?(\w[\w-]*)(?:=\S+)?[ \t]*|--[ \t]+", arguments):
        arguments = arguments[match.end() :]
        letters = match.group(1) or ""
        if len(letters) == 1 and letters in valued and "=" not in match.group():
            arguments = arguments.partition(" ")[2].lstrip()
    return arguments


def _nothing(note: str = "") -> Handler:
    """Return the handler of a magic that means nothing in a module."""

    def handle(call: Call) -> Meaning:
        if call.captured:
            return Meaning(None, f"The value of %{call.name} exists only in IPython.")
        return Meaning("", note=note)

    return handle


def _refused(reason: str, *, opaque: bool = False) -> Handler:
    """Return the handler of a magic that plain Python cannot do."""
    return lambda call: Meaning(None, reason, opaque=opaque)


# Shell lines ---------------------------------------------------------------------------

_ENVIRONMENT_COMMAND = re.compile(
    r"(?:sudo\s+(?:-\S+\s+)*)?(?:yes\s*\|\s*)?(?:[A-Z_]+=\S+\s+)*(?:\S*/)?"
    r"(?:(?:\S*python[\d.]*|\{sys\.executable\}|\$\{?sys\.executable\}?)\s+-m\s+)?"
    r"(?:pip[\d.]*|uv\s+pip|conda|mamba|micromamba|apt|apt-get|brew|easy_install|poetry|pipenv)"
    r"(?:\s|$)"
)
_ENVIRONMENT_NOTE = (
    "The command changes or shows the environment: list what it installs in the project's requirements."
)


def _is_environment(command: str) -> bool:
    parts = re.split(r"&&|\|\||;", command)
    return all(_ENVIRONMENT_COMMAND.match(part.strip().strip("'\"")) for part in parts if part.strip())


def _shell(call: Call) -> Meaning:
    command = call.arguments
    if not command:
        return Meaning("[]" if call.captured else "")
    if call.captured or call.name == "!!":
        return Meaning(_captured(call, command), imports=("subprocess",))
    if _is_environment(command):
        return Meaning("", note=_ENVIRONMENT_NOTE)
    if re.fullmatch(r"cd(\s+[^;&|]*)?", command):
        return Meaning("", note="`!cd` changes the directory of a shell that ends at once.")
    return Meaning(f"subprocess.run({call.text(command)}, shell=True, check=False)", imports=("subprocess",))


def _captured(call: Call, command: str) -> str:
    run = f"subprocess.run({call.text(command)}, shell=True, capture_output=True, text=True, check=False)"
    return f"{run}.stdout.splitlines()"


def _system(call: Call) -> Meaning:
    return Meaning(_captured(call, call.arguments), imports=("subprocess",))


def _alias(command: str) -> Handler:
    """Return the handler of a magic that runs a program of the same purpose."""

    def handle(call: Call) -> Meaning:
        line = f"{command} {call.arguments}".rstrip()
        if call.captured:
            return Meaning(_captured(call, line), imports=("subprocess",))
        return Meaning(f"subprocess.run({call.text(line)}, shell=True, check=False)", imports=("subprocess",))

    return handle


# Directories and the process's environment ----------------------------------------------


def _path(call: Call, text: str) -> tuple[str, tuple[str, ...]]:
    """Return the expression for a path, its `~` expanded, and the modules that it names."""
    expression = call.text(text)
    return (f"os.path.expanduser({expression})", ("os",)) if text.startswith("~") else (expression, ())


def _cd(call: Call) -> Meaning:
    words = [word for word in call.words() if word not in ("-q", "-0")]
    if call.captured:
        return Meaning(None, f"The value of %{call.name} exists only in IPython.")
    if words and words[0].startswith("-"):
        return Meaning(None, f"`%{call.name} {call.arguments}` uses IPython's own list of directories.")
    path, _ = _path(call, " ".join(words) or "~")
    return Meaning(f"os.chdir({path})", imports=("os",))


def _pwd(call: Call) -> Meaning:
    return Meaning("os.getcwd()", imports=("os",))


def _env(call: Call) -> Meaning:
    name, sign, value = call.arguments.partition("=" if "=" in call.arguments else " ")
    name = name.strip()
    if not name:
        return Meaning("dict(os.environ)" if call.captured else "", imports=("os",) if call.captured else ())
    if re.search(r"\s", name):
        return Meaning(None, f"`%{call.name} {call.arguments}` is refused by IPython: a name has no blanks.")
    if not sign:
        return Meaning(f"os.environ[{call.text(name)}]", imports=("os",))
    if call.captured:
        return Meaning(None, f"The value of %{call.name} exists only in IPython.")
    return Meaning(f"os.environ[{call.text(name)}] = {call.text(value.strip())}", imports=("os",))


# Code in other places -------------------------------------------------------------------


def _timeit(call: Call) -> Meaning:
    statement = call.body or statement_of(call.name, call.arguments)
    if call.captured:
        return Meaning(
            None, f"The value of %{call.name} exists only in IPython.", body=statement, python_body=True
        )
    return Meaning("", body=statement, python_body=True)


def _pylab(call: Call) -> Meaning:
    lines = [
        "import numpy",
        "import numpy as np",
        "import matplotlib",
        "from matplotlib import mlab, pylab, pyplot",
        "from matplotlib import pyplot as plt",
    ]
    names = ("numpy", "np", "matplotlib", "mlab", "pylab", "pyplot", "plt")
    if "--no-import-all" in call.arguments.split():
        return Meaning("\n".join(lines), assigns=names)
    return Meaning(
        "\n".join([*lines, "from pylab import *", "from numpy import *"]), assigns=names, opaque=True
    )


def _aimport(call: Call) -> Meaning:
    modules = [word for word in re.split(r"[\s,]+", call.arguments) if word and not word.startswith("-")]
    names = tuple(dict.fromkeys(module.partition(".")[0] for module in modules))
    return Meaning("\n".join(f"import {module}" for module in modules), assigns=names)


def _xdel(call: Call) -> Meaning:
    names = [word for word in call.arguments.split() if word.isidentifier()]
    return Meaning(f"del {', '.join(names)}" if names else "")


def _store(call: Call) -> Meaning:
    words = call.arguments.split()
    if words[:1] != ["-r"]:
        return Meaning(None, "`%store` saves into IPython's own database.")
    reason = "`%store -r` reads from IPython's own database, which another session filled."
    return Meaning(None, reason, assigns=tuple(words[1:]), opaque=len(words) == 1)


def _sql(call: Call) -> Meaning:
    text = call.arguments or call.body.lstrip()
    match = re.match(r"(?:\S+://\S+\s+|@\w+\s+)?(?P<name>[^\W\d]\w*)\s*=?<<", text)
    names = (match.group("name"),) if match else ()
    return Meaning(None, "A query of `%sql` runs over a connection that only the magic knows.", assigns=names)


def _bigquery(call: Call) -> Meaning:
    names = tuple(word for word in call.arguments.split()[:1] if word.isidentifier())
    return Meaning(
        None, f"A query of `%%{call.name}` runs over a connection that only the magic knows.", assigns=names
    )


def _r_code(call: Call) -> Meaning:
    outputs = re.findall(r"(?:-o|--output)[ =]?\s*([\w,]+)", call.arguments)
    names = tuple(name for group in outputs for name in group.split(",") if name.isidentifier())
    return Meaning(None, "Code in R has no plain Python.", assigns=names)


# Cell magics that run a program or write a file -----------------------------------------


def _script(program: str) -> Handler:
    """Return the handler of a cell magic that gives its body to an interpreter."""

    def handle(call: Call) -> Meaning:
        if program == "bash":
            return _program(call, f'["bash", "-c", {quoted_block(call.body)}]', "")
        if program == "sh":
            return _program(call, quoted_block(call.body), "shell=True")
        return _program(call, f"[{quoted(program)}]", f"input={quoted_block(call.body)}, text=True")

    return handle


def _any_script(call: Call) -> Meaning:
    words = [word for word in call.words() if not word.startswith("--")]
    if not words:
        return Meaning(None, "`%%script` names no program.")
    command = ", ".join(call.text(word) for word in words)
    return _program(call, f"[{command}]", f"input={quoted_block(call.body)}, text=True")


def _program(call: Call, command: str, options: str) -> Meaning:
    outputs = dict(re.findall(r"--(out|err)[ =](\w+)", call.arguments))
    unchecked = "--no-raise-error" in call.arguments
    if "--bg" in call.arguments or "--proc" in call.arguments:
        return Meaning(
            None, f"`%%{call.name} --bg` leaves a process in the background.", assigns=tuple(outputs.values())
        )
    arguments = [command, *([options] if options else [])]
    arguments += [f"std{stream}=subprocess.PIPE" for stream in outputs]
    if outputs and "text=True" not in options:
        arguments.append("text=True")
    run = f"subprocess.run({', '.join(arguments)}, check={not unchecked})"
    names = tuple(outputs.values())
    if len(outputs) == 1:
        stream, name = next(iter(outputs.items()))
        return Meaning(f"{name} = {run}.std{stream}", imports=("subprocess",), assigns=names)
    if outputs:
        lines = [f"{outputs['out']} = {run}", f"{outputs['err']} = {outputs['out']}.stderr"]
        lines.append(f"{outputs['out']} = {outputs['out']}.stdout")
        return Meaning("\n".join(lines), imports=("subprocess",), assigns=names)
    return Meaning(run, imports=("subprocess",))


def _system_cell(call: Call) -> Meaning:
    return Meaning(_captured(call, call.body), imports=("subprocess",))


def _writefile(call: Call) -> Meaning:
    words = call.words()
    append = "-a" in words or "--append" in words
    names = [word for word in words if word not in ("-a", "--append")]
    if len(names) != 1:
        return Meaning(None, f"`%%{call.name}` names no file, or more than one.")
    path, modules = _path(call, names[0])
    body = quoted_block(call.body)
    if append:
        plain = f'with open({path}, "a", encoding="utf-8") as file:\n    file.write({body})'
        return Meaning(plain, imports=modules)
    return Meaning(
        f'pathlib.Path({path}).write_text({body}, encoding="utf-8")', imports=("pathlib", *modules)
    )


# The tables -----------------------------------------------------------------------------

_SHOWN = _nothing()
_INSTALL = _nothing(_ENVIRONMENT_NOTE)
_ANY_NAME = "may bind any name, which cannot be known without running it."
_SHOWN_LINES = (
    "alias alias_magic autocall autoindent automagic autoreload autosave bookmark clear cls code_wrap "
    "colors config connect_info debug dhist dirs doctest_mode ed edit env_info gui hist history "
    "killbgscripts lab_black less load_ext logoff logon logstart logstate logstop lsmagic magic man "
    "matplot matplotlib more nb_black nbagg notebook page pdb pdef pdoc pfile pinfo pinfo2 pprint "
    "precision psearch psource pycat qtconsole quickref rehashx reload_ext save subplot tb tensorboard "
    "unalias unload_ext version_information watermark who who_ls whos xmode "
)
LINE_MAGICS: Mapping[str, Handler] = MappingProxyType(
    {
        **dict.fromkeys(_SHOWN_LINES.split(), _SHOWN),
        **dict.fromkeys(("pip", "conda", "mamba", "micromamba", "uv"), _INSTALL),
        "cd": _cd,
        "pushd": _cd,
        "popd": _refused("`%popd` uses IPython's own list of directories."),
        "pwd": _pwd,
        "env": _env,
        "set_env": _env,
        **{name: _alias(name) for name in ("mkdir", "rmdir", "mv", "rm", "cp", "cat", "ls")},
        **dict.fromkeys(("ll", "lx"), _alias("ls -l")),
        "sx": _system,
        "system": _system,
        "timeit": _timeit,
        "memit": _timeit,
        "pylab": _pylab,
        "aimport": _aimport,
        "xdel": _xdel,
        "store": _store,
        "sql": _sql,
        "R": _r_code,
        "run": _refused(f"`%run` {_ANY_NAME}", opaque=True),
        "load": _refused(f"`%load` {_ANY_NAME}", opaque=True),
        "loadpy": _refused(f"`%loadpy` {_ANY_NAME}", opaque=True),
        "rerun": _refused(f"`%rerun` {_ANY_NAME}", opaque=True),
        "recall": _refused(f"`%recall` {_ANY_NAME}", opaque=True),
        "macro": _refused(f"`%macro` {_ANY_NAME}", opaque=True),
        "reset": _refused("`%reset` deletes every name.", opaque=True),
        "reset_selective": _refused("`%reset_selective` deletes the names that match.", opaque=True),
    }
)
CELL_MAGICS: Mapping[str, Handler] = MappingProxyType(
    {
        **dict.fromkeys(("html", "HTML", "latex", "svg", "SVG", "markdown", "md"), _SHOWN),
        "timeit": _timeit,
        "memit": _timeit,
        "capture": _refused("The output that `%%capture` keeps exists only in IPython."),
        "bash": _script("bash"),
        "sh": _script("sh"),
        **{name: _script(name) for name in ("perl", "ruby", "node", "pypy", "python2", "python3")},
        "python": _script("python"),
        "script": _any_script,
        **dict.fromkeys(("!", "sx", "system"), _system_cell),
        **dict.fromkeys(("writefile", "file"), _writefile),
        "sql": _sql,
        **dict.fromkeys(("bigquery", "read_sql", "bq"), _bigquery),
        "R": _r_code,
        "cython": _refused("`%%cython` compiles code that plain Python has no statement for.", opaque=True),
        **dict.fromkeys(("javascript", "js"), _refused("JavaScript runs in the reader's browser.")),
    }
)

# The magics that people write without `%`; the alias magics are those of POSIX systems.
AUTOMAGIC = frozenset({*LINE_MAGICS, *TRANSPARENT_LINES}) - {"R", "sql", "bq"}
