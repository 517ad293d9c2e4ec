"""Strategies for small notebooks: deterministic, terminating, and free of uncaught errors.

A name's first letters say what it holds for its whole life, so that every statement can run wherever it
stands after the first cell, which binds all names that functions may use.
"""

from __future__ import annotations

import textwrap

from hypothesis import strategies as st

NUMBERS = ("n0", "n1", "n2")
LISTS = ("xs0", "xs1", "xs2")
DICTS = ("d0", "d1")
ROWS = ("rows0", "rows1")
BOXES = ("box0", "box1")
MAPS = ("m0", "m1")
ITERATORS = ("it0", "it1")
FUNCTIONS = ("f0", "f1", "f2")
DATA = NUMBERS + LISTS + DICTS + ROWS + BOXES + MAPS

PREAMBLE = """\
import contextlib
import copy
import random
class Box:
    made = []
    def __init__(self, n):
        self.n = n
        self.xs = [n]
        self.peer = self
    def put(self, n):
        self.xs.append(n)
        self.n += 1
        return self
    def read(self):
        return self.n + len(self.xs)
    @property
    def size(self):
        return len(self.xs)
    @size.setter
    def size(self, n):
        self.xs.append(n)
    def __getitem__(self, key):
        return self.n
    def __setitem__(self, key, value):
        self.n = value
@contextlib.contextmanager
def guard(x):
    x.append(0)
    yield x
    x.append(9)
random.seed(1)
n0, n1, n2 = 1, 2, 3
xs0 = [1, 2]
xs1 = [3]
xs2 = []
d0 = {"a": 1, "b": 2}
d1 = {}
rows0 = [[1], [2]]
rows1 = [xs0, xs1]
box0 = Box(1)
box1 = Box(2)
m0 = {"a": xs0, "b": [4]}
m1 = {"a": [], "b": []}
it0 = iter([1, 2, 3])
it1 = (v for v in [4, 5])
def f0(p):
    return p
def f1(p):
    return p + n0
def f2(p):
    return p
"""

_number = st.sampled_from(NUMBERS)
_list = st.sampled_from(LISTS)
_dict = st.sampled_from(DICTS)
_rows = st.sampled_from(ROWS)
_box = st.sampled_from(BOXES)
_function = st.sampled_from(FUNCTIONS)
_map = st.sampled_from(MAPS)
_iterator = st.sampled_from(ITERATORS)
_key = st.sampled_from(("a", "b"))
_constant = st.integers(0, 9).map(str)


def _filled(template: str, **parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.fixed_dictionaries(parts).map(lambda values: template.format(**values))


_atom = st.one_of(
    _constant,
    _number,
    _filled("len({x})", x=_list),
    _filled("sum({x})", x=_list),
    _filled("({x}[-1] if {x} else 0)", x=_list),
    _filled("{d}.get('{k}', 0)", d=_dict, k=_key),
    _filled("len({d})", d=_dict),
    _filled("{b}.n", b=_box),
    _filled("{b}.read()", b=_box),
    _filled("sum(map(len, {r}))", r=_rows),
    _filled("len({m}['{k}'])", m=_map, k=_key),
    _filled("{b}.size", b=_box),
    _filled("{b}[0]", b=_box),
    _filled("getattr({b}, 'n')", b=_box),
    _filled("len(Box.made)"),
)
_expression = st.one_of(
    _atom,
    _filled("({a} + {b}) % 97", a=_atom, b=_atom),
    _filled("({a} if {b} % 2 else {c})", a=_atom, b=_atom, c=_atom),
)
_call = _filled("{f}({a}) % 97", f=_function, a=_atom)

_binding = st.one_of(
    _filled("{n} = {e}", n=_number, e=_expression),
    _filled("{n} = {e}", n=_number, e=_call),
    _filled("{n} += {e}", n=_number, e=_expression),
    _filled("{n} = random.randint(0, 9)", n=_number),
    _filled("{m}, {n} = {n}, {m}", m=_number, n=_number),
    _filled("{x} = [{a}, {b}]", x=_list, a=_expression, b=_atom),
    _filled("{x} = {y}", x=_list, y=_list),
    _filled("{x} = list({y})", x=_list, y=_list),
    _filled("{x} = {y}[:2]", x=_list, y=_list),
    _filled("{x} = {y}[:4] + [{e}]", x=_list, y=_list, e=_atom),
    _filled("{x} = sorted({y}[:5])", x=_list, y=_list),
    _filled("{x} = [v + {e} for v in {y}[:5]]", x=_list, y=_list, e=_atom),
    _filled("{x} = {r}[0]", x=_list, r=_rows),
    _filled("{x} = {b}.xs", x=_list, b=_box),
    _filled("{d} = {{'a': {e}}}", d=_dict, e=_expression),
    _filled("{d} = {c}", d=_dict, c=_dict),
    _filled("{d} = dict({c})", d=_dict, c=_dict),
    _filled("{r} = [{x}, {y}]", r=_rows, x=_list, y=_list),
    _filled("{r} = {q}", r=_rows, q=_rows),
    _filled("{r} = copy.copy({q})", r=_rows, q=_rows),
    _filled("{r} = copy.deepcopy({q})", r=_rows, q=_rows),
    _filled("{b} = {c}", b=_box, c=_box),
    _filled("{b} = Box({e})", b=_box, e=_atom),
    _filled("{b} = {c}.peer", b=_box, c=_box),
    _filled("{b} = copy.deepcopy({c})", b=_box, c=_box),
    _filled("{x} = {m}['{k}']", x=_list, m=_map, k=_key),
    _filled("{m} = {{'a': {x}, 'b': [{e}]}}", m=_map, x=_list, e=_atom),
    _filled("{m} = dict({o})", m=_map, o=_map),
    _filled("{n}, *{x} = [{e}, 1, 2]", n=_number, x=_list, e=_atom),
    _filled("{n} = ({m} := {e}) + 1", n=_number, m=_number, e=_atom),
    _filled("{n} = next({i}, 0)", n=_number, i=_iterator),
    _filled("{x} = list({i})[:4]", x=_list, i=_iterator),
    _filled("{i} = iter({x}[:3])", i=_iterator, x=_list),
    _filled("{i} = (v + {n} for v in {x}[:3])", i=_iterator, n=_number, x=_list),
    _filled("{i} = map({f}, {x}[:3])", i=_iterator, f=_function, x=_list),
    _filled("{i} = zip({x}[:2], {y}[:2]); {n} = len(list({i}))", i=_iterator, x=_list, y=_list, n=_number),
    _filled("{x} = [{f}(v) % 97 for v in {y}[:3]]", x=_list, f=_function, y=_list),
    _filled("{x} = sorted({y}[:4], key=lambda v: v % ({n} + 2))", x=_list, y=_list, n=_number),
    _filled("{n} = sum(map({f}, {y}[:3])) % 97", n=_number, f=_function, y=_list),
    _filled("globals()['{n}'] = {e}", n=_number, e=_atom),
    _filled("exec('{n} = {m} + 1')", n=_number, m=_number),
    _filled("{n} = eval('{m} + 1')", n=_number, m=_number),
    _filled("temporary = {e}\n{n} = temporary\ndel temporary", e=_atom, n=_number),
)
_change = st.one_of(
    _filled("{x}.append({e})", x=_list, e=_expression),
    _filled("{x} += [{e}]", x=_list, e=_atom),
    _filled("{x}.extend({y}[:2])", x=_list, y=_list),
    _filled("{x}.reverse()", x=_list),
    _filled("{x}.sort()", x=_list),
    _filled("{x}.clear()", x=_list),
    _filled("{x}[:1] = [{e}]", x=_list, e=_atom),
    _filled("del {x}[:1]", x=_list),
    _filled("{d}['{k}'] = {e}", d=_dict, k=_key, e=_expression),
    _filled("{d}.update({k}={e})", d=_dict, k=_key, e=_atom),
    _filled("{d}.pop('{k}', None)", d=_dict, k=_key),
    _filled("{d}.setdefault('{k}', {e})", d=_dict, k=_key, e=_atom),
    _filled("{r}[0].append({e})", r=_rows, e=_atom),
    _filled("{r}[-1] = {x}", r=_rows, x=_list),
    _filled("{r}.append({x}); del {r}[:-3]", r=_rows, x=_list),
    _filled("{b}.put({e})", b=_box, e=_atom),
    _filled("{b}.n = {e}", b=_box, e=_atom),
    _filled("{b}.xs = {x}", b=_box, x=_list),
    _filled("{b}.put({e}).put({a})", b=_box, e=_atom, a=_atom),
    _filled("Box.made.append({e})", e=_atom),
    _filled("{b}.made.append({e})", b=_box, e=_atom),
    _filled("{b}.peer = {c}", b=_box, c=_box),
    _filled("{b}.peer.put({e})", b=_box, e=_atom),
    _filled("{b}.size = {e}", b=_box, e=_atom),
    _filled("{b}[1] = {e}", b=_box, e=_atom),
    _filled("setattr({b}, 'n', {e})", b=_box, e=_atom),
    _filled("vars({b})['n'] = {e}", b=_box, e=_atom),
    _filled("{m}['{k}'].append({e})", m=_map, k=_key, e=_atom),
    _filled("{m}['{k}'] = {x}", m=_map, k=_key, x=_list),
    _filled("{m}.update({k}={x})", m=_map, k=_key, x=_list),
    _filled("next({i}, 0)", i=_iterator),
    _filled("list(map({f}, {x}[:2]))", f=_function, x=_list),
    _filled("{x}[:] = sorted({x}[:4], key={f})", x=_list, f=_function),
    _filled("{f}({a})", f=_function, a=_atom),
    _filled("random.seed({e})", e=_constant),
    _filled("print({e})", e=_atom),
    _filled("sorted({x})", x=_list),
    _filled("{x}", x=st.sampled_from(DATA)),
)
_simple = st.one_of(_binding, _change, _change)


def _block(statement: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    texts = st.lists(statement, min_size=1, max_size=3)
    return texts.map(lambda lines: textwrap.indent("\n".join(lines), "    "))


# A function calls no other function, so that calls end.
_local_free = st.one_of(
    _filled("    {x}.append(p)", x=_list),
    _filled("    {d}['{k}'] = p", d=_dict, k=_key),
    _filled("    {b}.put(p)", b=_box),
    _filled("    p = p + {e}", e=_atom),
    _filled("    p = random.randint(0, 9) + p % 97"),
)
_method_free = st.one_of(
    _filled("    {x}.append(n)", x=_list),
    _filled("    {d}['{k}'] = n", d=_dict, k=_key),
    _filled("    self.xs.append({e})", e=_constant),
)
_definition = st.one_of(
    _filled("def f2(p):\n{b}\n    return f0(p) + f1(p)", b=_local_free),
    _filled("def f1(p):\n    return f0(p) + {e}", e=_atom),
    _filled("def put(self, n):\n    self.n = n\n{b}\n    return self\nBox.put = put", b=_method_free),
    _filled("Box.read = lambda self: self.n + {n}", n=_number),
    _filled(
        "class Sub(Box):\n    def put(self, n):\n        {x}.append(n)\n        return super().put(n)\n"
        "{b} = Sub({e})",
        x=_list,
        b=_box,
        e=_atom,
    ),
    _filled(
        "def traced(f):\n    def wrapper(p):\n        {x}.append(p)\n        return f(p)\n"
        "    return wrapper\n@traced\ndef {f}(p):\n    return p + {e}",
        x=_list,
        f=_function,
        e=_atom,
    ),
    _filled(
        "def numbers():\n    for v in range(3):\n        {x}.append(v)\n        yield v + {n}\n"
        "{i} = numbers()",
        x=_list,
        n=_number,
        i=_iterator,
    ),
    _filled(
        "def make(k={e}):\n    return lambda p: p + k + {n}\n{f} = make()", e=_atom, n=_number, f=_function
    ),
    _filled(
        "def {f}(p):\n    try:\n        {x}.append(p)\n        1 // (p % 2)\n        {y}.append(p)\n"
        "    except ZeroDivisionError:\n        return 0\n    return p",
        f=_function,
        x=_list,
        y=_list,
    ),
    _filled("def {f}(p):\n{b}\n    return p", f=_function, b=_local_free),
    _filled("def {f}(p):\n    global {n}\n    {n} = p + {e}\n    return p", f=_function, n=_number, e=_atom),
    _filled("def {f}(p, seen=[]):\n    seen.append(p)\n    return len(seen)", f=_function),
    _filled("def {f}(p, into={x}):\n    into.append(p)\n    return p", f=_function, x=_list),
    _filled("def {f}(p, k={e}):\n    return p + k", f=_function, e=_atom),
    _filled("{f} = lambda p: p + {e}", f=_function, e=_atom),
    _filled(
        "def outer():\n    count = {e}\n    def inner(p):\n        nonlocal count\n        count += p\n"
        "        return count\n    return inner\n{f} = outer()",
        f=_function,
        e=_atom,
    ),
    _filled(
        "def helper(ys):\n    ys.append({e})\n    return ys\n{x} = helper({y})", e=_atom, x=_list, y=_list
    ),
)
_compound = st.one_of(
    _filled("for i in range(3):\n{b}", b=_block(_simple)),
    _filled("for row in {r}:\n    row.append({e})", r=_rows, e=_atom),
    _filled("for key in list({d}):\n    {d}[key] = {e}", d=_dict, e=_atom),
    _filled("if {e} % 2:\n{b}\nelse:\n{c}", e=_atom, b=_block(_simple), c=_block(_simple)),
    _filled("if {e} > 3:\n{b}", e=_atom, b=_block(_simple)),
    _filled("if ({n} := {e}) > 3:\n{b}", n=_number, e=_atom, b=_block(_simple)),
    _filled("with guard({x}) as given:\n    given.append({e})\n{b}", x=_list, e=_atom, b=_block(_simple)),
    _filled("for value in {m}.values():\n    value.append({e})", m=_map, e=_atom),
    _filled("for key, value in {m}.items():\n    value.extend({x}[:1])", m=_map, x=_list),
    _filled("for box in [{b}, {c}]:\n    box.put({e})", b=_box, c=_box, e=_atom),
    _filled(
        "match {e} % 3:\n    case 0:\n        {n} = 5\n    case 1 | 2 as {m}:\n        {x}.append({m})",
        e=_atom,
        n=_number,
        m=_number,
        x=_list,
    ),
    _filled("try:\n{b}\nfinally:\n{c}", b=_block(_simple), c=_block(_simple)),
    _filled(
        "for i in {x}[:3]:\n    if i > {e}:\n        continue\n{b}\nelse:\n    {n} = {e}",
        x=_list,
        e=_atom,
        b=_block(_simple),
        n=_number,
    ),
    _filled(
        "try:\n{b}\n    1 // ({e} % 2)\n{c}\nexcept ZeroDivisionError:\n{d}",
        b=_block(_simple),
        e=_atom,
        c=_block(_simple),
        d=_block(_simple),
    ),
    _filled("for i in range(5):\n    if i > {e}:\n        break\n{b}", e=_atom, b=_block(_simple)),
    _filled("while {n} < 5:\n    {n} += 1\n{b}", n=_number, b=_block(_filled("{x}.append(0)", x=_list))),
)

statements = st.one_of(_simple, _simple, _simple, _definition, _compound)
cells = st.lists(statements, min_size=1, max_size=4).map("\n".join)
notebooks = st.lists(cells, min_size=1, max_size=7).map(lambda rest: [PREAMBLE, *rest])
