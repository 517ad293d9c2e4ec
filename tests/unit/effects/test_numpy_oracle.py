"""What the specs of numpy say is what happens: arrays before and after, shared memory, the random stream."""

from __future__ import annotations

from typing import Any

import pytest

from notelift.effects.library import Library, load_library
from notelift.effects.spec import Spec

np: Any = pytest.importorskip("numpy")

METHODS = """
all() any() argmax() argmin() argpartition(1) argsort() astype(float) astype(int,copy=False)
byteswap(True) clip(0,1) conj() copy() cumsum() cumprod() diagonal() dot(b) fill(7) flatten() item(0)
max() mean() min() nonzero() partition(1) prod() put([0],[9]) ravel() repeat(2) reshape(4) round()
sort() squeeze() std() sum() swapaxes(0,1) take([0]) tobytes() tolist() trace() transpose() var() view()
"""

FUNCTIONS = """
abs(a) add(a,b) add(a,b,out=a) append(a,1) arange(3) argsort(a) array(a) array(a,copy=False)
array_split(a,2) asarray(a) atleast_3d(a) average(a) broadcast_to(a,(2,2,2)) clip(a,0,1)
concatenate([a,b]) copy(a) copyto(a,b) cumsum(a) delete(a,0) diag(a) diagonal(a) diff(a) dot(a,b) exp(a)
expand_dims(a,0) eye(2) fill_diagonal(a,9) flip(a) fliplr(a) full_like(a,1) hsplit(a,2) hstack([a,b])
insert(a,0,1) isnan(a) linspace(0,1) maximum(a,b) mean(a) median(a) moveaxis(a,0,1) nan_to_num(a)
ones_like(a) outer(a,b) pad(a,1) percentile(a,50) place(a,a>1,[8]) put(a,[0],[9]) putmask(a,a>1,8)
ravel(a) repeat(a,2) reshape(a,4) resize(a,3) roll(a,1) rot90(a) round(a) sort(a) split(a,2) sqrt(a)
squeeze(a) stack([a,b]) std(a) sum(a) swapaxes(a,0,1) take(a,[0]) tile(a,2) transpose(a) tril(a)
unique(a) vsplit(a,2) vstack([a,b]) where(a>1,a,b) zeros_like(a) add.at(a,[0],1) linalg.inv(a)
linalg.norm(a) linalg.solve(a,b) fft.fft(a) random.shuffle(a) random.permutation(a)
"""


def example() -> tuple[Any, Any]:
    return np.array([[3.0, 1.0], [1.0, 2.0]]), np.array([[5.0, 6.0], [7.0, 9.0]])


def changes(spec: Spec, subject: str, call: str) -> bool:
    return any(
        e.verb == "changes" and (e.subject == subject or (e.subject == "out" and "out=a" in call))
        for e in spec.effects
        if e.when is None or (e.when.keyword == "out" and "out=" in call) or "True" in call
    )


def shares(result: Any, array: Any) -> bool:
    parts = result if isinstance(result, list | tuple) else [result]
    return any(isinstance(part, np.ndarray) and np.shares_memory(part, array) for part in parts)


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()


@pytest.mark.parametrize("call", METHODS.split())
def test_methods_of_arrays(call: str, library: Library) -> None:
    spec = library.method("numpy.ndarray", call.partition("(")[0])
    assert spec is not None
    a, b = example()
    before = a.tobytes()
    result = eval(f"a.{call}", {"a": a, "b": b})
    assert changes(spec, "self", call) == (a.tobytes() != before)
    if shares(result, a):
        assert spec.result is not None
        assert spec.result.link in ("view", "alias")
    elif spec.result is not None and spec.result.when is None:
        assert spec.result.link == "fresh"


@pytest.mark.parametrize("call", FUNCTIONS.split())
def test_functions_of_arrays(call: str, library: Library) -> None:
    spec = library.find("numpy." + call.partition("(")[0])
    assert spec is not None
    a, b = example()
    before = a.tobytes()
    np.random.seed(3)
    result = eval(f"np.{call}", {"np": np, "a": a, "b": b})
    assert changes(spec, "0", call) == (a.tobytes() != before)
    if "out=" not in call and shares(result, a):
        assert spec.result is not None
        # A list of views holds the array.
        assert spec.result.link in (("holds",) if isinstance(result, list) else ("view", "alias"))


@pytest.mark.parametrize(
    "attribute", ["T", "real", "flat", "base", "shape", "dtype", "size", "ndim", "nbytes"]
)
def test_attributes_of_arrays_are_properties(attribute: str, library: Library) -> None:
    spec = library.method("numpy.ndarray", attribute)
    assert spec is not None
    assert spec.is_property


def test_all_attributes_of_arrays_are_known(library: Library) -> None:
    names = [name for name in dir(np.ndarray) if not name.startswith("_")]
    assert [name for name in names if library.method("numpy.ndarray", name) is None] == []


def test_nearly_all_functions_of_numpy_are_known(library: Library) -> None:
    for module in ("numpy", "numpy.linalg", "numpy.fft", "numpy.random"):
        space = np if module == "numpy" else getattr(np, module.partition(".")[2])
        names = [n for n in dir(space) if n[0] != "_" and n != "test" and callable(getattr(space, n))]
        unknown = [name for name in names if library.find(f"{module}.{name}") is None]
        assert len(unknown) <= len(names) * 0.02, unknown


DRAWING = [
    name
    for name in dir(np.random)
    if callable(getattr(np.random, name)) and name[0].islower() and name not in ("test", "default_rng")
]


@pytest.mark.parametrize("name", DRAWING)
def test_the_global_stream_is_drawn_from_as_said(name: str, library: Library) -> None:
    spec = library.find(f"numpy.random.{name}")
    assert spec is not None
    verbs = [e.verb for e in spec.effects if e.subject == "random:numpy"]
    assert len(verbs) == 1
    expected = {"seed": "sets", "set_state": "sets", "set_bit_generator": "sets"}
    expected |= {"get_state": "uses", "get_bit_generator": "uses"}
    assert verbs[0] == expected.get(name, "draws")


def test_a_generator_of_its_own_leaves_the_global_stream_alone(library: Library) -> None:
    for kind in ("Generator", "RandomState"):
        for name in dir(getattr(np.random, kind)):
            spec = None if name.startswith("_") else library.method(f"numpy.random.{kind}", name)
            if spec is not None and not spec.is_property and name != "get_state":
                assert all(e.subject != "random:numpy" for e in spec.effects)
                assert any(e.verb == "changes" and e.subject == "self" for e in spec.effects)
