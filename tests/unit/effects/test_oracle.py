"""What the specs of Python say is what happens: real calls, with the objects compared before and after."""

from __future__ import annotations

import bisect
import collections
import copy
import csv
import datetime
import heapq
import io
import itertools
import json
import math
import operator
import pathlib
import pickle
import random
import re
from collections.abc import Iterator
from typing import Any

import pytest

from notelift.effects.library import Library, load_library
from notelift.effects.spec import Spec

NAMES = {
    "collections": collections,
    "datetime": datetime,
    "io": io,
    "math": math,
    "pathlib": pathlib,
    "random": random,
    "re": re,
}

# Type, an expression that makes one, then calls of its methods.
METHODS = r"""
list = [3, 1, 2]
    append(4) clear() copy() count(1) extend([5]) index(1) insert(0,9) pop() remove(1) reverse() sort()
dict = {'a': 1, 'b': 2}
    clear() copy() get('a') items() keys() pop('a') popitem() setdefault('c',3) update(c=4) values()
set = {1, 2}
    add(3) clear() copy() difference({1}) difference_update({1}) discard(1) intersection({1})
    intersection_update({1}) isdisjoint({1}) issubset({1}) issuperset({1}) pop() remove(1)
    symmetric_difference({3}) symmetric_difference_update({3}) union({3}) update({3})
frozenset = frozenset({1, 2})
    copy() difference({1}) intersection({1}) union({3}) issubset({1})
str = 'a b'
    capitalize() casefold() center(9) count('a') encode() endswith('b') expandtabs() find('a') format(1)
    index('a') isalpha() isdigit() join(['x']) ljust(9) lower() lstrip() partition('b') replace('a','c')
    rfind('a') rjust(9) rsplit() rstrip() split() splitlines() startswith('a') strip() swapcase() title()
    translate({}) upper() zfill(9)
bytes = b'a b'
    decode() hex() split() strip() replace(b'a',b'c') find(b'a') join([b'x'])
bytearray = bytearray(b'ab')
    append(99) clear() copy() decode() extend(b'c') insert(0,99) pop() remove(97) reverse() upper()
tuple = (1, 2)
    count(1) index(1)
int = 5
    bit_length() to_bytes(2,'big') conjugate()
float = 0.5
    as_integer_ratio() hex() is_integer()
collections.deque = collections.deque([1, 2])
    append(3) appendleft(0) clear() copy() count(1) extend([3]) extendleft([3]) index(1) insert(0,9) pop()
    popleft() remove(1) reverse() rotate(1)
collections.Counter = collections.Counter('abb')
    most_common() subtract('a') update('c') elements() copy() items() pop('a') clear()
collections.OrderedDict = collections.OrderedDict(a=1, b=2)
    move_to_end('a') popitem() copy() keys() items() pop('a') setdefault('z',0) get('a')
collections.defaultdict = collections.defaultdict(list, a=[])
    get('a') pop('a') keys() copy()
collections.ChainMap = collections.ChainMap({'a': 1}, {'b': 2})
    get('a') new_child() pop('a')
io.StringIO = io.StringIO('a\nb')
    getvalue() read() readline() readlines() write('c') seek(1)
io.BytesIO = io.BytesIO(b'ab')
    getvalue() read() readline() write(b'c') seek(1)
random.Random = random.Random(1)
    random() randint(1,9) choice([1,2]) sample([1,2,3],2) shuffle([1,2,3]) gauss(0,1) uniform(0,1) seed(2)
    getstate() getrandbits(3) choices([1,2]) betavariate(1,1)
datetime.date = datetime.date(2020,1,2)
    isoformat() weekday() replace(day=3) strftime('%d')
datetime.datetime = datetime.datetime(2020,1,2)
    date() time() timestamp() isoformat() timetuple()
datetime.timedelta = datetime.timedelta(1)
    total_seconds()
pathlib.PurePath = pathlib.PurePath('a/b.c')
    joinpath('d') with_suffix('.x') as_posix() match('*')
re.Pattern = re.compile('a')
    match('a') search('ba') findall('aa') sub('b','a') split('bab')
"""


def method_calls() -> Iterator[tuple[str, str, str]]:
    kind = make = ""
    for line in METHODS.strip().splitlines():
        if line.startswith(" "):
            yield from ((kind, make, call) for call in line.split())
        else:
            kind, _, make = line.partition(" = ")


PLAIN = [(name,) for name in ("str", "int", "float", "bool", "bytes", "list", "dict", "set", "frozenset")]


def snapshot(thing: Any) -> Any:
    """What can be compared of an object before and after a call."""
    if isinstance(thing, random.Random):
        return thing.getstate()
    if isinstance(thing, io.StringIO | io.BytesIO):
        return thing.getvalue(), thing.tell()
    return repr(thing)


def changes(spec: Spec, subject: str) -> bool:
    return any(e.verb in ("changes", "remakes", "consumes") and e.subject == subject for e in spec.effects)


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()


@pytest.mark.parametrize(
    ("kind", "make", "call"), method_calls(), ids=[f"{k}.{c}" for k, _, c in method_calls()]
)
def test_methods_change_their_receiver_as_said(kind: str, make: str, call: str, library: Library) -> None:
    spec = library.method(kind, call.partition("(")[0])
    assert spec is not None
    receiver = eval(make, NAMES)
    before = snapshot(receiver)
    result = eval(f"receiver.{call}", {**NAMES, "receiver": receiver})
    assert changes(spec, "self") == (snapshot(receiver) != before)
    types = spec.result.types if spec.result is not None else ()
    if types in PLAIN:
        assert type(result).__name__ == types[0]
    elif len(types) > 1:
        assert tuple(type(part).__name__ for part in result) == types
    if result is receiver and isinstance(receiver, list | dict | set | collections.deque):
        assert spec.result is not None
        assert spec.result.link == "alias"


FUNCTIONS = [
    ("sorted", sorted, ([2, 1],)),
    ("len", len, ([1],)),
    ("sum", sum, ([1],)),
    ("max", max, ([1, 2],)),
    ("next", next, (iter([1, 2]),)),
    ("list", list, (iter([1, 2]),)),
    ("any", any, (iter([1, 2]),)),
    ("zip", zip, ([1], [2])),
    ("enumerate", enumerate, ([1],)),
    ("reversed", reversed, ([1],)),
    ("setattr", setattr, (collections.UserDict(), "x", 1)),
    ("getattr", getattr, ([1], "append")),
    ("hash", hash, ((1,),)),
    ("repr", repr, ([1],)),
    ("heapq.heappush", heapq.heappush, ([1], 0)),
    ("heapq.heappop", heapq.heappop, ([1, 2],)),
    ("heapq.heapify", heapq.heapify, ([2, 1],)),
    ("heapq.heapreplace", heapq.heapreplace, ([1, 2], 3)),
    ("heapq.nsmallest", heapq.nsmallest, (1, [2, 1])),
    ("bisect.insort", bisect.insort, ([1, 3], 2)),
    ("bisect.bisect", bisect.bisect, ([1, 3], 2)),
    ("copy.copy", copy.copy, ([1],)),
    ("copy.deepcopy", copy.deepcopy, ([1],)),
    ("json.dumps", json.dumps, ([1],)),
    ("json.dump", json.dump, ([1], io.StringIO())),
    ("json.load", json.load, (io.StringIO("[1]"),)),
    ("pickle.dump", pickle.dump, ([1], io.BytesIO())),
    ("pickle.loads", pickle.loads, (pickle.dumps([1]),)),
    ("csv.writer", csv.writer, (io.StringIO(),)),
    ("csv.reader", csv.reader, (io.StringIO("a"),)),
    ("operator.setitem", operator.setitem, ([1], 0, 2)),
    ("operator.delitem", operator.delitem, ([1], 0)),
    ("operator.iadd", operator.iadd, ([1], [2])),
    ("operator.add", operator.add, ([1], [2])),
    ("operator.mul", operator.mul, ([1], 2)),
    ("random.shuffle", random.shuffle, (list(range(20)),)),
    ("random.choice", random.choice, ([1],)),
    ("random.sample", random.sample, ([1, 2], 1)),
    ("itertools.chain", itertools.chain, ([1], [2])),
    ("math.fsum", math.fsum, ([1.0],)),
    ("re.findall", re.findall, ("a", "aa")),
]


@pytest.mark.parametrize(("name", "function", "arguments"), FUNCTIONS, ids=[name for name, _, _ in FUNCTIONS])
def test_functions_change_their_arguments_as_said(
    name: str, function: Any, arguments: tuple[Any, ...], library: Library
) -> None:
    spec = library.find(name)
    assert spec is not None
    before = [_state(argument) for argument in arguments]
    function(*arguments)
    for place, argument in enumerate(arguments):
        said = changes(spec, str(place)) or changes(spec, "*")
        happened = _state(argument) != before[place]
        # `consumes` does nothing to what is not an iterator or a file.
        consumable = isinstance(argument, Iterator | io.IOBase)
        assert happened == (said and (consumable or not _consumes_only(spec, str(place))))


def _state(argument: Any) -> Any:
    if isinstance(argument, Iterator) and not isinstance(argument, io.IOBase):
        return operator.length_hint(argument)
    if isinstance(argument, collections.UserDict):
        return dict(vars(argument))
    return snapshot(argument)


def _consumes_only(spec: Spec, subject: str) -> bool:
    return all(e.verb == "consumes" for e in spec.effects if e.subject in (subject, "*"))


DRAWS = """
random() uniform(0,1) randint(1,6) randrange(6) choice([1,2]) choices([1,2]) sample([1,2],1)
shuffle([1,2]) gauss(0,1) normalvariate(0,1) expovariate(1) betavariate(1,1) triangular() getrandbits(3)
lognormvariate(0,1) gammavariate(1,1) paretovariate(1) weibullvariate(1,1) seed(3) getstate() Random(3)
Random(3).random()
"""


@pytest.mark.parametrize("call", DRAWS.split())
def test_the_stream_of_random_is_drawn_from_as_said(call: str, library: Library) -> None:
    spec = library.find("random." + call.partition("(")[0])
    assert spec is not None
    before = random.getstate()
    eval(f"random.{call}", NAMES)
    touched = any(e.verb in ("draws", "sets") and e.subject == "random:random" for e in spec.effects)
    assert touched == (random.getstate() != before)


def test_seeds_set_and_reading_the_state_only_uses(library: Library) -> None:
    verbs = {
        name: [e.verb for e in spec.effects]
        for name in ("seed", "getstate", "random")
        if (spec := library.find(f"random.{name}"))
    }
    assert verbs == {"seed": ["sets"], "getstate": ["uses"], "random": ["draws"]}
