"""Writes effects/data/_methods.index: what a method of a given name does, whatever the type of its receiver.

Run from the top folder after a change of any data file: `python -m tools.index_methods` (`--check` only
compares). A name is indexed when all specs of methods of that name agree on what they change, draw and do
to files; what they return, read and plot may differ. `tools/method_corrections.effects` decides on names
that matter and on which they differ.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from notelift.effects.library import Library, load_library
from notelift.effects.parse import parse_spec
from notelift.effects.spec import Condition, Effect, Result, Spec

DATA = Path("server/notelift/effects/data")
INDEX = DATA / "_methods.index"
CORRECTIONS = Path("tools/method_corrections.effects")
HEADER = "# Effects by bare method name: written by tools/index_methods.py from the other files."
# Weakest first: what a change of the result means for its source. The strongest that a spec has is taken.
LINKS = ("fresh", "holds", "element", "view", "alias")
# Modules whose methods notebooks do not call, or seldom on what has no known type (duckdb, polars).
# What they do says nothing of a method met in one.
UNUSUAL = frozenset(
    {
        "ast",
        "asyncio",
        "bdb",
        "code",
        "codecs",
        "ctypes",
        "dis",
        "doctest",
        "duckdb",
        "email",
        "ftplib",
        "graphlib",
        "html",
        "http",
        "imaplib",
        "importlib",
        "inspect",
        "ipaddress",
        "mimetypes",
        "multiprocessing",
        "optparse",
        "pdb",
        "polars",
        "poplib",
        "pstats",
        "queue",
        "sched",
        "select",
        "shlex",
        "smtplib",
        "socket",
        "ssl",
        "symtable",
        "threading",
        "tokenize",
        "traceback",
        "tracemalloc",
        "types",
        "typing",
        "unittest",
        "urllib",
        "weakref",
        "warnings",
        "webbrowser",
        "xml",
    }
)


def entries(paths: Iterable[Path]) -> Iterator[tuple[str, str]]:
    """The names and clauses of all lines of data files."""
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#") and ". = " not in line:
                name, _, clauses = line.partition(" ")
                yield name, clauses


def method_specs(library: Library, paths: Sequence[Path]) -> dict[str, list[Spec]]:
    """The specs of the methods of all classes, by bare name."""
    lines = list(entries(paths))
    classes = {name for name, clauses in lines if _is_class(library, name, clauses)}
    found: dict[str, list[Spec]] = {}
    for name, _ in lines:
        owner, _, attribute = name.rpartition(".")
        if owner not in classes or attribute.startswith("_") or _is_unusual(name):
            continue
        spec = library.find(name)
        if spec is not None and not spec.is_class:
            found.setdefault(attribute, []).append(spec)
    return found


def _is_unusual(name: str) -> bool:
    return name.partition(".")[0] in UNUSUAL or ".testing." in name


def _is_class(library: Library, name: str, clauses: str) -> bool:
    if "class" not in clauses and "same" not in clauses:
        return False
    spec = library.find(name)
    return spec is not None and spec.is_class


def merge(specs: Sequence[Spec]) -> str | None:
    """The clauses on which all specs agree, None when they differ or all are attributes."""
    methods = [spec for spec in specs if not spec.is_property]
    if not methods or len({_certain(spec) for spec in methods}) > 1:
        return None
    same_names = len({spec.parameters for spec in methods}) == 1
    names = methods[0].parameters if same_names else ()
    parts = [effect_text(effect) for effect in _effects(methods)]
    result = _result(methods)
    if result is not None:
        parts.append(result_text(result))
    head = f"({', '.join(names)}) " if names and parts else ""
    return head + ("; ".join(parts) or "pure")


def _effects(methods: Sequence[Spec]) -> list[Effect]:
    merged: dict[tuple[str, str, Condition | None], Effect] = {}
    for effect in (effect for spec in methods for effect in spec.effects):
        key = (effect.verb, effect.subject, effect.when)
        before = merged.get(key)
        holds = tuple(sorted({*effect.holds, *(before.holds if before else ())}))
        deep = effect.deep or (before is not None and before.deep)
        merged[key] = Effect(effect.verb, effect.subject, deep, effect.when, holds)
    everywhere = [{(effect.verb, effect.subject) for effect in spec.effects} for spec in methods]
    return [
        effect
        for effect in merged.values()
        # A plot method of one library says nothing of a list's method of the same name.
        if effect.verb != "alters" or all((effect.verb, effect.subject) in own for own in everywhere)
    ]


def _certain(spec: Spec) -> frozenset[tuple[str, str]]:
    """What happens in a plain call: an effect under `if` needs a keyword that only its own method has."""
    return frozenset(
        ("changes" if effect.verb == "remakes" else effect.verb, effect.subject)
        for effect in spec.effects
        if (effect.when is None or effect.when.negated)
        and effect.verb not in ("uses", "alters")
        and (effect.verb not in ("consumes", "calls", "keeps") or effect.subject == "self")
    )


def _result(specs: Sequence[Spec]) -> Result | None:
    results = [spec.result or Result() for spec in specs]
    linked = [r for r in results if r.link != "fresh" and (r.when is None or r.when.negated)]
    links = {result.link for result in linked}
    link = max(links, key=LINKS.index, default="fresh")
    if link == "alias" and len(linked) < len(results):
        link = "view"
    of = tuple(sorted({argument for result in linked for argument in result.of}))
    types = {result.types for result in results}
    shared = types.pop() if len(types) == 1 else ("?",)
    items = {result.items for result in results}
    if shared in ((), ("?",)) and link == "fresh":
        return None
    when = {result.when for result in linked}
    return Result(
        shared or ("?",),
        link,
        of,
        when.pop() if len(when) == 1 and linked else None,
        items.pop() if len(items) == 1 else "",
    )


def effect_text(effect: Effect) -> str:
    """The clause of an effect, as parse_spec reads it."""
    words = [effect.verb, effect.subject, "deep" if effect.deep else ""]
    words += ["holds", *effect.holds] if effect.holds else []
    return " ".join(word for word in [*words, *_condition_words(effect.when)] if word)


def result_text(result: Result) -> str:
    """The `->` clause of a result, as parse_spec reads it."""
    types = result.types
    name = f"({', '.join(types)})" if len(types) > 1 else types[0]
    name += f"[{result.items}]" if result.items else ""
    words = ["->", name] + ([result.link, *result.of] if result.link != "fresh" else [])
    return " ".join([*words, *_condition_words(result.when)])


def _condition_words(when: Condition | None) -> list[str]:
    if when is None:
        return []
    value = f"={when.value}" if when.value else ""
    return ["unless" if when.negated else "if", f"{when.keyword}{value}"]


def index_text() -> str:
    """The whole text of the index."""
    paths = sorted(DATA.glob("*.effects"))
    lines = dict(entries([CORRECTIONS]))
    for attribute, specs in method_specs(load_library(), paths).items():
        clauses = merge(specs)
        if attribute not in lines and clauses is not None:
            parse_spec(attribute, clauses, str(INDEX))
            lines[attribute] = clauses
    written = [f"{name:<31} {clauses.strip()}" for name, clauses in sorted(lines.items())]
    return "\n".join([HEADER, *written]) + "\n"


def main() -> None:
    """Write the index, or with `--check` say whether it is what would be written."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 when the index is out of date"
    )
    arguments = parser.parse_args()
    text = index_text()
    if not arguments.check:
        INDEX.write_text(text, encoding="utf-8")
    elif not INDEX.exists() or INDEX.read_text(encoding="utf-8") != text:
        sys.exit("effects/data/_methods.index is out of date: run python -m tools.index_methods")


if __name__ == "__main__":
    main()
