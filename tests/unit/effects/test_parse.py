"""The language of effect specs, clause by clause."""

from __future__ import annotations

import pytest

from notelift.effects.parse import parse_spec
from notelift.effects.spec import Condition, Effect, EffectError, Result, Spec

INPLACE = Condition("inplace")

SPECS = [
    ("", Spec("f")),
    ("pure", Spec("f")),
    ("changes self", Spec("f", (Effect("changes", "self"),))),
    ("changes self deep", Spec("f", (Effect("changes", "self", deep=True),))),
    ("changes self holds 0 1", Spec("f", (Effect("changes", "self", holds=("0", "1")),))),
    ("changes self deep holds *", Spec("f", (Effect("changes", "self", deep=True, holds=("*",)),))),
    ("changes self if inplace", Spec("f", (Effect("changes", "self", when=INPLACE),))),
    (
        "remakes self if inplace=True",
        Spec("f", (Effect("remakes", "self", when=Condition("inplace", "True")),)),
    ),
    (
        "draws random:numpy unless random_state",
        Spec("f", (Effect("draws", "random:numpy", when=Condition("random_state", negated=True)),)),
    ),
    ("sets random:random", Spec("f", (Effect("sets", "random:random"),))),
    ("uses clock; uses entropy", Spec("f", (Effect("uses", "clock"), Effect("uses", "entropy")))),
    ("alters database:self", Spec("f", (Effect("alters", "database:self"),))),
    ("reads-file 0", Spec("f", (Effect("reads-file", "0"),))),
    ("reads-file *; writes-file *", Spec("f", (Effect("reads-file", "*"), Effect("writes-file", "*")))),
    (
        "(file, mode) opens 0; -> io.TextIOWrapper",
        Spec("f", (Effect("opens", "0"),), Result(("io.TextIOWrapper",)), parameters=("file", "mode")),
    ),
    ("(a, *, key)", Spec("f", parameters=("a", "*", "key"))),
    ("consumes 0; calls 1; keeps f", Spec("f", tuple(map(Effect, ["consumes", "calls", "keeps"], "01f")))),
    ("shows", Spec("f", (Effect("shows"),))),
    ("shows unless file", Spec("f", (Effect("shows", when=Condition("file", negated=True)),))),
    ("opaque", Spec("f", (Effect("opaque"),))),
    ("-> int", Spec("f", result=Result(("int",)))),
    ("-> ?", Spec("f", result=Result(("?",)))),
    ("-> list[str]", Spec("f", result=Result(("list",), items="str"))),
    ("-> 0 holds 0", Spec("f", result=Result(("0",), "holds", ("0",)))),
    ("-> (A, b.C)", Spec("f", result=Result(("A", "b.C")))),
    ("-> (A, ?) view self", Spec("f", result=Result(("A", "?"), "view", ("self",)))),
    (
        "-> self alias self unless copy",
        Spec("f", result=Result(("self",), "alias", ("self",), Condition("copy", negated=True))),
    ),
    ("-> ? element self 1", Spec("f", result=Result(("?",), "element", ("self", "1")))),
    ("property; -> int", Spec("f", result=Result(("int",)), is_property=True)),
    (
        "property; is environment; -> os._Environ",
        Spec("f", (Effect("is", "environment"),), Result(("os._Environ",)), is_property=True),
    ),
    ("class", Spec("f", is_class=True)),
    (
        "class a.B C; consumes 0; -> D holds 0",
        Spec(
            "f",
            (Effect("consumes", "0"),),
            Result(("D",), "holds", ("0",)),
            is_class=True,
            bases=("a.B", "C"),
        ),
    ),
    ("same numpy.abs", Spec("f", same="numpy.abs")),
]


@pytest.mark.parametrize(("text", "spec"), SPECS, ids=[text or "nothing" for text, _ in SPECS])
def test_clauses(text: str, spec: Spec) -> None:
    assert parse_spec("f", text, "x.effects:1") == spec


def test_white_space_does_not_matter() -> None:
    assert parse_spec("f", "  changes   0 ;->  int ", "x") == parse_spec("f", "changes 0; -> int", "x")


ERRORS = [
    ("change self", "unknown clause `change`"),
    ("changes", "`changes` takes one argument, not 0"),
    ("changes 0 1", "`changes` takes one argument, not 2"),
    ("changes self holds", "`holds` takes at least one argument"),
    ("changes a.b", "'a.b' is not an argument"),
    ("draws random", "unknown world resource 'random'"),
    ("alters pyplt", "unknown world resource 'pyplt'"),
    ("shows 0", "`shows` takes no argument"),
    ("changes 0 if", "`if` takes one keyword"),
    ("changes 0 unless a b", "`unless` takes one keyword"),
    ("changes 0 if a=", "'a=' is not a keyword or keyword=value"),
    ("->", "'' is not a type"),
    ("-> a-b", "'a-b' is not a type"),
    ("-> int; -> str", "two `->` clauses"),
    ("-> (int)", "a tuple of types has two or more"),
    ("-> (int, str", "the tuple of types is not closed"),
    ("-> int copy 0", "unknown link `copy`"),
    ("-> int view", "`view` takes at least one argument"),
    ("-> int if copy", "a condition of `->` needs a link"),
    ("(a, b changes 0", "the parameter list is not closed"),
    ("(a-b) changes 0", "'a-b' is not a parameter name"),
    ("class a-b", "'a-b' is not a qualified name"),
    ("same a b", "`same` takes one name and stands alone"),
    ("same a; changes 0", "`same` takes one name and stands alone"),
]


@pytest.mark.parametrize(("text", "message"), ERRORS, ids=[text for text, _ in ERRORS])
def test_errors_say_where_and_what(text: str, message: str) -> None:
    with pytest.raises(EffectError) as caught:
        parse_spec("f", text, "x.effects:7")
    assert str(caught.value).startswith("x.effects:7: ")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_bad_name_is_an_error() -> None:
    with pytest.raises(EffectError, match="'my lib' is not a qualified name"):
        parse_spec("my lib", "pure", "x")
