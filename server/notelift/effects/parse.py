"""Reads the language of effect specs (FORMAT.md): one entry's clauses to a Spec."""

from __future__ import annotations

from .spec import Condition, Effect, EffectError, Result, Spec

WORLD_VERBS = frozenset({"draws", "sets", "uses", "alters", "is"})
FILE_VERBS = frozenset(
    {"reads-file", "writes-file", "appends-file", "removes-file", "makes-dir", "lists-dir", "opens"}
)
OBJECT_VERBS = frozenset({"changes", "remakes"})
CALL_VERBS = frozenset({"consumes", "calls", "keeps"})
TEXT_VERBS = frozenset({"names"})
BARE_VERBS = frozenset({"shows", "opaque"})
LINKS = frozenset({"alias", "view", "element", "holds"})
RESOURCES = frozenset(
    {
        "clock",
        "cwd",
        "entropy",
        "environment",
        "locale",
        "logging",
        "mpl-projections",
        "network",
        "process",
        "pyplot",
        "rcparams",
        "stdin",
        "stdout",
        "syspath",
        "warnings",
    }
)
RESOURCE_KINDS = frozenset({"database", "options", "random", "state"})


def parse_spec(name: str, text: str, where: str) -> Spec:
    """The spec that the clauses `text` give to the qualified `name`; EffectError, starting with `where`."""
    try:
        if not is_dotted(name):
            raise EffectError(f"{name!r} is not a qualified name")
        return _spec(name, text)
    except EffectError as error:
        raise EffectError(f"{where}: {error}") from None


def is_dotted(name: str) -> bool:
    """Whether `name` is identifiers joined by dots."""
    return all(part.isidentifier() for part in name.split("."))


def _spec(name: str, text: str) -> Spec:
    parameters, text = _parameters(text.strip())
    effects: list[Effect] = []
    result: Result | None = None
    bases: tuple[str, ...] = ()
    is_class = is_property = False
    for clause in text.split(";"):
        words = clause.split()
        if not words or words == ["pure"]:
            continue
        verb = words[0]
        if verb == "->":
            if result is not None:
                raise EffectError("two `->` clauses")
            result = _result(clause.strip()[2:])
        elif verb == "class":
            is_class, bases = True, _names(words[1:])
        elif verb == "property" and len(words) == 1:
            is_property = True
        elif verb == "same":
            if len(words) != 2 or text.strip() != clause.strip():
                raise EffectError("`same` takes one name and stands alone")
            return Spec(name, same=_names(words[1:])[0])
        else:
            effects.append(_effect(words))
    return Spec(name, tuple(effects), result, is_class, bases, is_property, parameters)


def _parameters(text: str) -> tuple[tuple[str, ...], str]:
    if not text.startswith("("):
        return (), text
    inside, closing, rest = text[1:].partition(")")
    if not closing:
        raise EffectError("the parameter list is not closed")
    names = tuple(part.strip() for part in inside.split(",") if part.strip())
    for name in names:
        if name != "*" and not name.isidentifier():
            raise EffectError(f"{name!r} is not a parameter name")
    return names, rest


def _names(words: list[str]) -> tuple[str, ...]:
    for word in words:
        if not is_dotted(word):
            raise EffectError(f"{word!r} is not a qualified name")
    return tuple(words)


def _condition(words: list[str]) -> tuple[list[str], Condition | None]:
    """The words before a closing `if KW` or `unless KW=VALUE`, and that condition."""
    for place, word in enumerate(words):
        if word in ("if", "unless"):
            if len(words) != place + 2:
                raise EffectError(f"`{word}` takes one keyword, or one keyword=value")
            keyword, equals, value = words[-1].partition("=")
            if not keyword.isidentifier() or bool(equals) != bool(value):
                raise EffectError(f"{words[-1]!r} is not a keyword or keyword=value")
            return words[:place], Condition(keyword, value, word == "unless")
    return words, None


def _effect(clause: list[str]) -> Effect:
    words, when = _condition(clause)
    verb, rest = words[0], words[1:]
    if verb in OBJECT_VERBS:
        return _change(verb, rest, when)
    if verb in WORLD_VERBS:
        return Effect(verb, _resource(_only(verb, rest)), when=when)
    if verb == "calls" and rest[1:] == ["deep"]:
        return Effect(verb, _argument(rest[0]), deep=True, when=when)
    if verb in FILE_VERBS or verb in CALL_VERBS or verb in TEXT_VERBS:
        return Effect(verb, _argument(_only(verb, rest)), when=when)
    if verb in BARE_VERBS:
        if rest:
            raise EffectError(f"`{verb}` takes no argument")
        return Effect(verb, when=when)
    raise EffectError(f"unknown clause `{verb}`")


def _change(verb: str, words: list[str], when: Condition | None) -> Effect:
    held: tuple[str, ...] = ()
    if "holds" in words:
        place = words.index("holds")
        held = tuple(_argument(word) for word in words[place + 1 :])
        if not held:
            raise EffectError("`holds` takes at least one argument")
        words = words[:place]
    deep = words[1:] == ["deep"]
    return Effect(verb, _argument(_only(verb, words[:1] if deep else words)), deep, when, held)


def _only(verb: str, words: list[str]) -> str:
    if len(words) != 1:
        raise EffectError(f"`{verb}` takes one argument, not {len(words)}")
    return words[0]


def _argument(word: str) -> str:
    if word == "*" or word.isdigit() or word.isidentifier():
        return word
    raise EffectError(f"{word!r} is not an argument: self, a position, a parameter name or *")


def _resource(word: str) -> str:
    kind, colon, detail = word.partition(":")
    if word in RESOURCES or (colon and detail and kind in RESOURCE_KINDS):
        return word
    raise EffectError(f"unknown world resource {word!r}")


def _result(text: str) -> Result:
    """`TYPE [LINK ARG..] [if KW]`, TYPE a name, `name[item]`, `?` or `(A, B)`."""
    text = text.strip()
    if text.startswith("("):
        inside, closing, tail = text[1:].partition(")")
        if not closing:
            raise EffectError("the tuple of types is not closed")
        types = tuple(_type(part.strip()) for part in inside.split(","))
        if len(types) < 2:
            raise EffectError("a tuple of types has two or more; write `tuple` otherwise")
        items, words = "", tail.split()
    else:
        head, *words = text.split() or [""]
        head, bracket, items = head.partition("[")
        if bracket:
            items = _type(items[:-1] if items.endswith("]") else items)
        types = (_type(head),)
    words, when = _condition(words)
    if not words:
        if when is not None:
            raise EffectError("a condition of `->` needs a link (alias, view, element, holds)")
        return Result(types, items=items)
    link, of = words[0], tuple(_argument(word) for word in words[1:])
    if link not in LINKS:
        raise EffectError(f"unknown link `{link}`")
    if not of:
        raise EffectError(f"`{link}` takes at least one argument")
    return Result(types, link, of, when, items)


def _type(word: str) -> str:
    if word == "?" or word.isdigit() or is_dotted(word):
        return word
    raise EffectError(f"{word!r} is not a type")
