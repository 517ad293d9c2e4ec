"""Random notebooks about names: bound on some paths only, deleted, captured, declared global, bound anew.

They may raise errors, for names that are unbound; what executes one says so.
"""

from __future__ import annotations

import random
import textwrap

NAMES = ("a", "b", "c", "d", "e")
FUNCTIONS = ("f", "g")

PREAMBLE = """\
import contextlib
def trace(x):
    print(x)
    return x
class Quiet:
    def __enter__(self):
        return 7
    def __exit__(self, *error):
        return True
@contextlib.contextmanager
def swallow():
    try:
        yield 8
    except ZeroDivisionError:
        pass
xs = [1, 2]
empty = []
f = trace
g = trace
"""


class Writer:
    """Writes one notebook from a source of random numbers."""

    def __init__(self, draw: random.Random) -> None:
        """Take the source of random numbers."""
        self._draw = draw

    def notebook(self) -> list[str]:
        """Return the sources of the cells."""
        bound = self._draw.sample(NAMES, self._draw.randrange(2, 5))
        first = PREAMBLE + "".join(f"{name} = {number}\n" for number, name in enumerate(bound))
        count = self._draw.randrange(1, 5)
        return [first, *("\n".join(self.block(0, 4)) for _ in range(count))]

    def block(self, depth: int, longest: int) -> list[str]:
        """Return a few statements."""
        return [self.statement(depth) for _ in range(self._draw.randrange(1, longest + 1))]

    def statement(self, depth: int) -> str:
        """Return a statement, with others in it while it is not deep."""
        kinds = [self._simple] * 6 + [self._function] * 2
        if depth < 2:
            kinds += [self._if, self._for, self._try, self._with, self._while, self._match] * 2
        return self._draw.choice(kinds)(depth)

    def _name(self) -> str:
        return self._draw.choice(NAMES)

    def _value(self) -> str:
        draw, name = self._draw, self._name()
        return draw.choice(
            [
                str(draw.randrange(10)),
                name,
                f"{name} + 1" if draw.random() < 0.5 else f"({name}, 1)[1]",
                f"{draw.choice(FUNCTIONS)}({draw.randrange(4)})",
                f"sum([{name} for {name} in xs])",
                f"len([{name} for _ in xs])",
                f"({name} := {draw.randrange(9)})",
                f"sum({name} * 0 + k for k in xs)",
                f"({self._name()} if xs else {name})",
                f"(lambda: {name} and 1)()",
                "1 // 1",
            ]
        )

    def _simple(self, depth: int) -> str:
        draw, name = self._draw, self._name()
        return draw.choice(
            [
                f"{name} = {self._value()}",
                f"{name} = {self._value()}",
                f"{name} = {self._value()}",
                f"{name}, {self._name()} = {self._value()}, {self._value()}",
                f"{name} += 1",
                f"print({name})",
                f"print({self._value()})",
                f"del {name}",
                f"{self._value()}",
                f"xs.append({self._value()})",
                f"late = ({name} for _ in xs[:1])\nprint(list(late))",
                f"late = (v for v in xs[:1] if {name} or 1)",
                "print(list(late))",
                "1 // len(empty)" if depth else f"{name} = 0",
                f"class K:\n    {name} = {name}\nprint(K.{name})",
                f"import math as {name}\n{name} = {name}.pi > 3",
                f"assert isinstance({name}, object)",
                f"{name}: int = {self._value()}",
                f"print(f'{{{name}=}}')",
            ]
        )

    def _function(self, depth: int) -> str:
        draw, name, function = self._draw, self._name(), self._draw.choice(FUNCTIONS)
        return draw.choice(
            [
                f"def {function}(x):\n    return x",
                f"def {function}(x):\n    return {name}",
                f"def {function}(x):\n    global {name}\n    {name} = x\n    return x",
                f"def {function}(x):\n    {name} = x\n    return {name}",
                f"{function} = lambda x: {name}",
                f"{function} = lambda x, y={name}: y",
                f"def {function}(x, y=trace({name})):\n    return y",
                f"def {function}(x):\n    return [{name} for _ in xs]",
                f"def make():\n    {name} = 1\n    def inner(x):\n        nonlocal {name}\n"
                f"        {name} += 1\n        return {name}\n    return inner\n{function} = make()",
                f"print({function}(3))",
                f"print({function}(3))",
            ]
        )

    def _indented(self, depth: int) -> str:
        return textwrap.indent("\n".join(self.block(depth + 1, 3)), "    ")

    def _if(self, depth: int) -> str:
        test = self._draw.choice(["xs", "empty", f"{self._name()} is None", f"({self._name()} := 3) > 2"])
        text = f"if {test}:\n{self._indented(depth)}"
        return text + (f"\nelse:\n{self._indented(depth)}" if self._draw.random() < 0.5 else "")

    def _for(self, depth: int) -> str:
        over = self._draw.choice(["xs[:3]", "empty", "range(2)", "[4, 5]"])
        leave = self._draw.choice(
            ["", "", "\n    if xs:\n        break", "\n    if empty:\n        continue"]
        )
        text = f"for {self._name()} in {over}:\n{self._indented(depth)}{leave}"
        return text + (f"\nelse:\n{self._indented(depth)}" if self._draw.random() < 0.3 else "")

    def _while(self, depth: int) -> str:
        turns = f"turns{depth}"
        rounds = self._draw.randrange(3)
        return f"{turns} = 0\nwhile {turns} < {rounds}:\n    {turns} += 1\n{self._indented(depth)}"

    def _try(self, depth: int) -> str:
        named = f" as {self._name()}" if self._draw.random() < 0.5 else ""
        text = f"try:\n{self._indented(depth)}\nexcept ZeroDivisionError{named}:\n{self._indented(depth)}"
        if self._draw.random() < 0.3:
            text += f"\nelse:\n{self._indented(depth)}"
        return text + (f"\nfinally:\n{self._indented(depth)}" if self._draw.random() < 0.3 else "")

    def _with(self, depth: int) -> str:
        manager = self._draw.choice(["contextlib.suppress(ZeroDivisionError)", "Quiet()", "swallow()"])
        named = f" as {self._name()}" if self._draw.random() < 0.5 else ""
        return f"with {manager}{named}:\n{self._indented(depth)}"

    def _match(self, depth: int) -> str:
        name = self._name()
        return (
            f"match xs[:2]:\n    case [1, {name}]:\n{textwrap.indent(self._indented(depth), '    ')}\n"
            f"    case {self._draw.choice(['_', self._name()])}:\n"
            f"{textwrap.indent(self._indented(depth), '    ')}"
        )
