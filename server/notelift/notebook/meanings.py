"""What each magic means as plain Python: the table, one row for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from notelift.notebook import magic_handlers as handlers
from notelift.notebook.magic_calls import Call, Handler, Meaning, nothing, refused

# The body of these is ordinary code of the notebook.
TRANSPARENT_LINES = frozenset({"time", "prun", "lprun", "mprun", "snakeviz", "pyinstrument", "scalene"})
TRANSPARENT_CELLS = TRANSPARENT_LINES | {"capture", "debug", "notify", "wandb"}


def meaning_of(kind: str, name: str, arguments: str, body: str, *, captured: bool) -> Meaning:
    """Return what a magic means; `plain` is an expression where the value is `captured`."""
    if kind == "help":
        return Meaning("None" if captured else "")
    table = CELL_MAGICS if kind == "cell" else LINE_MAGICS
    if kind == "cell" and name in TRANSPARENT_CELLS and name not in CELL_MAGICS:
        return Meaning(body.rstrip("\n"), python_body=True, opaque=True, literal=body.rstrip("\n"))
    handler = handlers.shell if kind == "shell" else table.get(name)
    if handler is None:
        sign = "%%" if kind == "cell" else "%"
        return Meaning(None, f"{sign}{name} is no magic that plain Python is known for.")
    call = Call(name, arguments, body, captured, interpolate=True)
    meaning = handler(call)
    if not call.names:
        return replace(meaning, literal=meaning.plain)
    as_it_stands = handler(Call(name, arguments, body, captured, interpolate=False))
    return replace(meaning, interpolates=tuple(call.names), literal=as_it_stands.plain)


# The tables -----------------------------------------------------------------------------

_SHOWN = nothing()
_INSTALL = nothing(handlers.ENVIRONMENT_NOTE)
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
        "cd": handlers.cd,
        "pushd": handlers.cd,
        "popd": refused("`%popd` uses IPython's own list of directories."),
        "pwd": handlers.pwd,
        "env": handlers.env,
        "set_env": handlers.env,
        **{name: handlers.alias(name) for name in ("mkdir", "rmdir", "mv", "rm", "cp", "cat", "ls")},
        **dict.fromkeys(("ll", "lx"), handlers.alias("ls -l")),
        "sx": handlers.system,
        "system": handlers.system,
        "timeit": handlers.timeit,
        "memit": handlers.timeit,
        "pylab": handlers.pylab,
        "aimport": handlers.aimport,
        "xdel": handlers.xdel,
        "store": handlers.store,
        "sql": handlers.sql,
        "R": handlers.r_code,
        "run": refused(f"`%run` {_ANY_NAME}", opaque=True),
        "load": refused(f"`%load` {_ANY_NAME}", opaque=True),
        "loadpy": refused(f"`%loadpy` {_ANY_NAME}", opaque=True),
        "rerun": refused(f"`%rerun` {_ANY_NAME}", opaque=True),
        "recall": refused(f"`%recall` {_ANY_NAME}", opaque=True),
        "macro": refused(f"`%macro` {_ANY_NAME}", opaque=True),
        "reset": refused("`%reset` deletes every name.", opaque=True),
        "reset_selective": refused("`%reset_selective` deletes the names that match.", opaque=True),
    }
)
CELL_MAGICS: Mapping[str, Handler] = MappingProxyType(
    {
        **dict.fromkeys(("html", "HTML", "latex", "svg", "SVG", "markdown", "md"), _SHOWN),
        "timeit": handlers.timeit,
        "memit": handlers.timeit,
        "capture": refused("The output that `%%capture` keeps exists only in IPython."),
        "bash": handlers.script("bash"),
        "sh": handlers.script("sh"),
        **{name: handlers.script(name) for name in ("perl", "ruby", "node", "pypy", "python2", "python3")},
        "python": handlers.script("python"),
        "script": handlers.any_script,
        **dict.fromkeys(("!", "sx", "system"), handlers.system_cell),
        **dict.fromkeys(("writefile", "file"), handlers.writefile),
        "sql": handlers.sql,
        **dict.fromkeys(("bigquery", "read_sql", "bq"), handlers.bigquery),
        "R": handlers.r_code,
        "cython": refused("`%%cython` compiles code that plain Python has no statement for.", opaque=True),
        **dict.fromkeys(("javascript", "js"), refused("JavaScript runs in the reader's browser.")),
    }
)

# The magics that people write without `%`; the handlers.alias magics are those of POSIX systems.
AUTOMAGIC = frozenset({*LINE_MAGICS, *TRANSPARENT_LINES}) - {"R", "sql", "bq"}
