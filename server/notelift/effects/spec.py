"""The form of an effect spec: what one library function, method, class or attribute does."""

from __future__ import annotations

from dataclasses import dataclass


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

    `verb` is one of: changes, remakes, draws, sets, uses, alters, reads-file, writes-file, appends-file, makes-dir,
    lists-dir, removes-file, consumes, calls, shows, opaque. `subject` is an argument (`self`, a position such
    as `0`, a keyword, `*` for all arguments) or, for draws/sets/uses/alters, the world resource
    (`random:numpy`, `pyplot`, `rcparams`, `environment`...). `deep`: also what the subject holds.
    """

    verb: str
    subject: str = ""
    deep: bool = False
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What a call returns. `types` has several entries for a tuple. `type` may be `self` (the receiver's).

    `link` is `fresh` (shares nothing), `alias` (is that argument itself), `view` (shares its memory),
    `element` (an item of it) or `holds` (a new object that refers to those arguments), `of` those arguments.
    """

    types: tuple[str, ...] = ()
    link: str = "fresh"
    of: tuple[str, ...] = ()
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Spec:
    """All that is known of one qualified name. A `property` is an attribute that computes its value."""

    name: str
    effects: tuple[Effect, ...] = ()
    result: Result | None = None
    is_class: bool = False
    bases: tuple[str, ...] = ()
    is_property: bool = False
    parameters: tuple[str, ...] = ()
