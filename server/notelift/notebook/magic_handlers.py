"""The plain Python of each magic that has one: a small function for each."""

from __future__ import annotations

import re

from notelift.notebook.magic_calls import Call, Handler, Meaning, statement_of
from notelift.notebook.pythontext import quoted_block

# Shell lines ---------------------------------------------------------------------------

_ENVIRONMENT_COMMAND = re.compile(
    r"(?:sudo\s+(?:-\S+\s+)*)?(?:yes\s*\|\s*)?(?:[A-Z_]+=\S+\s+)*(?:\S*/)?"
    r"(?:(?:\S*python[\d.]*|\{sys\.executable\}|\$\{?sys\.executable\}?)\s+-m\s+)?"
    r"(?:pip[\d.]*|uv\s+pip|conda|mamba|micromamba|apt|apt-get|brew|easy_install|poetry|pipenv)"
    r"(?:\s|$)"
)
ENVIRONMENT_NOTE = (
    "The command changes or shows the environment: list what it installs in the project's requirements."
)


def _is_environment(command: str) -> bool:
    parts = re.split(r"&&|\|\||;", command)
    return all(_ENVIRONMENT_COMMAND.match(part.strip().strip("'\"")) for part in parts if part.strip())


def shell(call: Call) -> Meaning:
    """Run a shell line, `!cmd` or `!!cmd`; what only changes the environment means nothing."""
    command = call.arguments
    if not command:
        return Meaning("[]" if call.captured else "")
    if call.captured or call.name == "!!":
        return Meaning(_captured(call, command), imports=("subprocess",))
    if _is_environment(command):
        return Meaning("", note=ENVIRONMENT_NOTE)
    if re.fullmatch(r"cd(\s+[^;&|]*)?", command):
        return Meaning("", note="`!cd` changes the directory of a shell that ends at once.")
    return Meaning(f"subprocess.run({call.text(command)}, shell=True, check=False)", imports=("subprocess",))


def _captured(call: Call, command: str) -> str:
    run = f"subprocess.run({call.text(command)}, shell=True, capture_output=True, text=True, check=False)"
    return f"{run}.stdout.splitlines()"


def system(call: Call) -> Meaning:
    """Return the output lines of `%sx cmd`."""
    return Meaning(_captured(call, call.arguments), imports=("subprocess",))


def alias(command: str) -> Handler:
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


def cd(call: Call) -> Meaning:
    """Change the directory."""
    words = [word for word in call.words() if word not in ("-q", "-0")]
    if call.captured:
        return Meaning(None, f"The value of %{call.name} exists only in IPython.")
    if words and words[0].startswith("-"):
        return Meaning(None, f"`%{call.name} {call.arguments}` uses IPython's own list of directories.")
    path, _ = _path(call, " ".join(words) or "~")
    return Meaning(f"os.chdir({path})", imports=("os",))


def pwd(call: Call) -> Meaning:
    """Return the working directory."""
    return Meaning("os.getcwd()", imports=("os",))


def env(call: Call) -> Meaning:
    """Read or set a variable of the environment."""
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


def timeit(call: Call) -> Meaning:
    """Measure code: nothing in a module; the code is the magic's body."""
    statement = "\n".join(part for part in (statement_of(call.name, call.arguments), call.body) if part)
    if call.captured:
        return Meaning(
            None, f"The value of %{call.name} exists only in IPython.", body=statement, python_body=True
        )
    return Meaning("", body=statement, python_body=True)


def pylab(call: Call) -> Meaning:
    """Import what `%pylab` imports."""
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


def aimport(call: Call) -> Meaning:
    """Import modules."""
    modules = [word for word in re.split(r"[\s,]+", call.arguments) if word and not word.startswith("-")]
    names = tuple(dict.fromkeys(module.partition(".")[0] for module in modules))
    return Meaning("\n".join(f"import {module}" for module in modules), assigns=names)


def xdel(call: Call) -> Meaning:
    """Delete names."""
    names = [word for word in call.arguments.split() if word.isidentifier()]
    return Meaning(f"del {', '.join(names)}" if names else "")


def store(call: Call) -> Meaning:
    """Refuse: IPython's database; `-r` binds names."""
    words = call.arguments.split()
    if words[:1] != ["-r"]:
        return Meaning(None, "`%store` saves into IPython's own database.")
    reason = "`%store -r` reads from IPython's own database, which another session filled."
    return Meaning(None, reason, assigns=tuple(words[1:]), opaque=len(words) == 1)


def sql(call: Call) -> Meaning:
    """Refuse a query; `name <<` binds a name."""
    text = call.arguments or call.body.lstrip()
    match = re.match(r"(?:\S+://\S+\s+|@\w+\s+)?(?P<name>[^\W\d]\w*)\s*=?<<", text)
    names = (match.group("name"),) if match else ()
    return Meaning(None, "A query of `%sql` runs over a connection that only the magic knows.", assigns=names)


def bigquery(call: Call) -> Meaning:
    """Refuse a query; the first argument is a name that it binds."""
    names = tuple(word for word in call.arguments.split()[:1] if word.isidentifier())
    return Meaning(
        None, f"A query of `%%{call.name}` runs over a connection that only the magic knows.", assigns=names
    )


def r_code(call: Call) -> Meaning:
    """Refuse R; `-o` binds names."""
    outputs = re.findall(r"(?:-o|--output)[ =]?\s*([\w,]+)", call.arguments)
    names = tuple(name for group in outputs for name in group.split(",") if name.isidentifier())
    return Meaning(None, "Code in R has no plain Python.", assigns=names)


# Cell magics that run a program or write a file -----------------------------------------


def script(program: str) -> Handler:
    """Return the handler of a cell magic that gives its body to an interpreter."""

    def handle(call: Call) -> Meaning:
        words, outputs = _script_words(call)
        if program in ("bash", "sh") and not words:
            return _program(call, f'["{program}", "-c", {quoted_block(call.body)}]', "", outputs)
        return _fed_program(call, [program, *words], outputs)

    return handle


def any_script(call: Call) -> Meaning:
    """Give the body to the program that the line names."""
    words, outputs = _script_words(call)
    if not words:
        return Meaning(None, "`%%script` names no program.")
    return _fed_program(call, words, outputs)


def _script_words(call: Call) -> tuple[list[str], dict[str, str]]:
    """Return the words of the program's own line, and the names that get its output."""
    words: list[str] = []
    outputs: dict[str, str] = {}
    rest = call.words()
    while rest:
        option, sign, value = rest.pop(0).partition("=")
        if option in ("--out", "--err", "--proc"):
            value = value if sign or not rest else rest.pop(0)
            if option != "--proc":
                outputs[option[2:]] = value
        elif option not in ("--bg", "--no-raise-error"):
            words.append(option + sign + value)
    return words, outputs


def _fed_program(call: Call, words: list[str], outputs: dict[str, str]) -> Meaning:
    command = ", ".join(call.text(word) for word in words)
    return _program(call, f"[{command}]", f"input={quoted_block(call.body)}, text=True", outputs)


def _program(call: Call, command: str, options: str, outputs: dict[str, str]) -> Meaning:
    names = tuple(outputs.values())
    if re.search(r"--(?:bg|proc)\b", call.arguments):
        reason = f"`%%{call.name} --bg` leaves a process in the background."
        return Meaning(None, reason, assigns=names)
    arguments = [command, *([options] if options else [])]
    arguments += [f"std{stream}=subprocess.PIPE" for stream in outputs]
    if outputs and not options:
        arguments.append("text=True")
    run = f"subprocess.run({', '.join(arguments)}, check={'--no-raise-error' not in call.arguments})"
    if not outputs:
        return Meaning(run, imports=("subprocess",))
    if len(outputs) == 1:
        stream, name = next(iter(outputs.items()))
        return Meaning(f"{name} = {run}.std{stream}", imports=("subprocess",), assigns=names)
    both = f"{outputs['out']} = {run}\n{outputs['out']}, {outputs['err']} = "
    both += f"{outputs['out']}.stdout, {outputs['out']}.stderr"
    return Meaning(both, imports=("subprocess",), assigns=names)


def system_cell(call: Call) -> Meaning:
    """Run the body in a shell and return the output lines."""
    return Meaning(_captured(call, call.body), imports=("subprocess",))


def writefile(call: Call) -> Meaning:
    """Write the body to a file, or append it."""
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
