"""The text of a function and of its call."""

from __future__ import annotations

import ast

import pytest

from notelift.edits.function_text import call_source, function_source, lines_in_strings


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("a = 1\nb = 2", set()),
        ("a = '''x\ny\nz'''\nb = 1", {1, 2}),
        ("a = f'''x{b}\ny'''\n", {1}),
        ("a = f'''{b:{c}}\n{f'{d}'}\n'''", {1, 2}),
        ("a = ('x'\n     'y')", set()),
        ("a = 'x\\\ny'", {1}),
        ("a = b'''\n'''", {1}),
    ],
)
def test_lines_that_start_in_strings(source: str, lines: set[int]) -> None:
    assert lines_in_strings(source) == lines


def test_a_function_of_lines_that_are_indented() -> None:
    body = "    if x:\n        text = '''a\nb'''\n\n    # end"
    source = function_source("f", ["x"], body, frozenset({2}), 4, "text")
    assert source == "def f(x):\n    if x:\n        text = '''a\nb'''\n\n    # end\n    return text"


@pytest.mark.parametrize(
    ("count", "lines"),
    [(3, 1), (5, 3), (12, 14)],
)
def test_long_signatures_are_broken(count: int, lines: int) -> None:
    names = [f"a_parameter_{number}" for number in range(count)]
    header = function_source("compute_all", names, "pass", frozenset(), 0, "").rpartition("\n")[0]
    assert len(header.split("\n")) == lines
    call = call_source("compute_all", names, ["a", "b"], "")
    assert len(call.split("\n")) == lines
    assert max(map(len, f"{header}\n{call}".split("\n"))) <= 88
    function = ast.parse(f"{header}\n    pass\n{call}").body[0]
    assert isinstance(function, ast.FunctionDef)
    assert [argument.arg for argument in function.args.args] == names


def test_calls_without_arguments_or_results() -> None:
    assert call_source("f", [], [], "    ") == "    f()"
    assert call_source("f", ["a"], ["b"], "") == "b = f(a)"
