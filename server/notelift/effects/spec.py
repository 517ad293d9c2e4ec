"""The form of an effect spec: what one library function, method, class or attribute does."""

from __future__ import annotations

from dataclasses import dataclass


class EffectError(ValueError):
    """A spec that cannot be read; the message is one line naming the file and line, or the user's entry."""


@dataclass(frozen=True, slots=True)
class Condition:
    """`if kw`, `unless kw`, `if kw=True`: holds by the constant that a call passes for `keyword`.

    `value` is the constant's source text, or "" for "is given and not None/False". `negated` for `unless`.
    """

    keyword: str
    value: str = ""
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Effect:
    """One clause of a spec.

    `verb` is one of: changes, remakes, draws, sets, uses, alters, is, reads-file, writes-file, appends-file,
    opens, makes-dir, lists-dir, removes-file, consumes, calls, keeps, names, shows, opaque. `subject` is an
    argument (`self`, a position such as `0`, a keyword, `*` for all arguments; with a file verb `*` is an
    unknown path) or, for draws/sets/uses/alters/is, the world resource (`random:numpy`, `pyplot`,
    `environment`, `database:self`...). `deep`: also what the subject holds. `holds`: the arguments that the
    changed subject refers to afterwards.
    """

    verb: str
    subject: str = ""
    deep: bool = False
    when: Condition | None = None
    holds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """What a call returns. `types` has several entries for a tuple.

    A type may be `self` (the receiver's) or a position (that argument's).

    `items` is the type of what iterating or indexing the result gives (`-> list[str]`), "" when unknown.
    `link` is `fresh` (shares nothing), `alias` (is that argument itself), `view` (shares its memory),
    `element` (an item of it) or `holds` (a new object that refers to those arguments), `of` those arguments.
    """

    types: tuple[str, ...] = ()
    link: str = "fresh"
    of: tuple[str, ...] = ()
    when: Condition | None = None
    items: str = ""


@dataclass(frozen=True, slots=True)
class Spec:
    """All that is known of one qualified name. A `property` is an attribute that computes its value.

    `parameters` are names in the order of positions (without `self`); a `*` entry says that the later ones
    are keywords only. `same` names the entry that this one equals: the library resolves it, so that no spec
    it gives out has one.
    """

    name: str
    effects: tuple[Effect, ...] = ()
    result: Result | None = None
    is_class: bool = False
    bases: tuple[str, ...] = ()
    is_property: bool = False
    parameters: tuple[str, ...] = ()
    same: str = ""
