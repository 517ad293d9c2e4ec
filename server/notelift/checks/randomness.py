"""Which calls of a notebook draw from a random stream that they are not given, and which seed one."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from notelift.checks.calls import Call, Called
from notelift.checks.conditions import holds
from notelift.checks.context import Context
from notelift.effects.spec import Effect
from notelift.flow.graph import RunFlow, Site

ENTROPY = "entropy"
_DRAW = "draw"
# What draws whenever it is called; of others the specs say that they may.
_ALWAYS = (
    "random.",
    "numpy.random.",
    "scipy.stats.",
    "torch.rand",
    "torch.normal",
    "torch.bernoulli",
    "torch.multinomial",
    "tensorflow.random.",
    "sklearn.model_selection.train_test_split",
    "sklearn.utils.shuffle",
    "sklearn.utils.resample",
    "sklearn.datasets.make_",
)
# Estimators that are random as they are made by default; the specs have it of every `fit`.
_ESTIMATORS = frozenset(
    f"sklearn.{name}"
    for name in (
        "ensemble.RandomForestClassifier",
        "ensemble.RandomForestRegressor",
        "ensemble.ExtraTreesClassifier",
        "ensemble.ExtraTreesRegressor",
        "ensemble.BaggingClassifier",
        "ensemble.BaggingRegressor",
        "ensemble.IsolationForest",
        "cluster.KMeans",
        "cluster.MiniBatchKMeans",
        "mixture.GaussianMixture",
        "neural_network.MLPClassifier",
        "neural_network.MLPRegressor",
        "linear_model.SGDClassifier",
        "linear_model.SGDRegressor",
        "manifold.TSNE",
        "tree.ExtraTreeClassifier",
        "tree.ExtraTreeRegressor",
    )
)


_SEED_PARAMETERS = frozenset({"random_state", "seed"})


class Draw(NamedTuple):
    """A call that draws from `stream`, such as `random:numpy`, or from the system (`entropy`).

    `parameter` is the argument with which it would not.
    """

    call: Call
    stream: str
    parameter: str


def draws(context: Context) -> Iterator[Draw]:
    """Yield each call that must draw and whose result the notebook keeps."""
    for call, (stream, parameter, is_sample) in context.in_calls(_drawn):
        if is_sample and (_DRAW, stream) not in context.statement(call.site).world:
            continue
        if _is_kept(context, call, stream):
            yield Draw(call, stream, parameter)


class _Drawn(NamedTuple):
    """The stream that a call draws from, and the parameter; of `df.sample(...)` the analysis has to agree."""

    stream: str
    parameter: str
    is_sample: bool = False


def _drawn(call: Called) -> _Drawn | None:
    node, spec = call.fact.node, call.spec
    if spec is None:
        return _sample(call)
    if call.qualname.rpartition(".")[2] in ("seed", "set_state", "check_random_state"):
        return None
    given = {keyword.arg for keyword in node.keywords}
    if None in given or "shuffle" in given:
        return None
    if spec.name in _ESTIMATORS:
        return None if given & {"random_state", "init"} else _Drawn("random:numpy", "random_state")
    for effect in spec.effects:
        stream = effect.subject
        if (
            effect.verb == "draws"
            and stream.startswith("random:")
            and call.qualname.startswith(_ALWAYS)
            and not spec.is_class
            and holds(effect.when, spec, node) is True
        ):
            return _Drawn(stream, _seed_parameter(effect))
        elif (
            effect.verb == "uses"
            and stream == ENTROPY
            and effect.when is not None
            and holds(effect.when, spec, node) is True
        ):
            return _Drawn(ENTROPY, _seed_parameter(effect))
    return None


def _seed_parameter(effect: Effect) -> str:
    """The argument that takes a number: torch's `generator` is no seed."""
    keyword = effect.when.keyword if effect.when else ""
    return keyword if keyword in _SEED_PARAMETERS else ""


def _sample(call: Called) -> _Drawn | None:
    """`df.sample(...)` of something."""
    node = call.fact.node
    if not isinstance(node.func, ast.Attribute) or node.func.attr != "sample" or call.fact.deferred:
        return None
    if {keyword.arg for keyword in node.keywords} & {"random_state", None}:
        return None
    return _Drawn("random:numpy", "random_state", is_sample=True)


def _is_kept(context: Context, call: Call, stream: str) -> bool:
    """Whether the draw happens, and its result is bound or changes something."""
    if call.fact.deferred:
        return stream in context.in_runs(_draws_in_run)
    statement = context.statement(call.site)
    node = context.code(call.cell).statements[call.site.statement].node
    # What a loop binds for itself holds no result.
    targets = ast.walk(node.target) if isinstance(node, ast.For) else ()
    own = {part.id for part in targets if isinstance(part, ast.Name)}
    return bool(statement.changes) or not own.issuperset(statement.binds)


def _draws_in_run(run: RunFlow) -> set[str]:
    """The streams that a run draws from."""
    return {
        resource for statement in run.statements for effect, resource in statement.world if effect == _DRAW
    }


def seeds(context: Context, stream: str) -> tuple[Site, ...]:
    """Return the statements that set a stream; one of a library that is not known is taken to set all."""
    sites = {
        site
        for site, resource in context.in_runs(_sets)
        if resource == stream and not _seeds_anew(context, site)
    }
    sites.update(call.site for call, _ in context.in_calls(_is_named_seed))
    return tuple(sorted(sites))


def _sets(run: RunFlow) -> Iterator[tuple[Site, str]]:
    """The statements of a run that set something of the world, and what."""
    for statement in run.statements:
        for effect, resource in statement.world:
            if effect == "set":
                yield statement.site, resource


def _is_named_seed(call: Called) -> bool:
    func = call.fact.node.func
    name = func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
    return "seed" in name.lower() and bool(call.qualname) and call.spec is None


def _seeds_anew(context: Context, site: Site) -> bool:
    """Whether all that a statement does is to seed from the system: `np.random.seed()`."""
    calls = [
        call for call in context.calls_in(site.run) if call.site == site and call.qualname.endswith(".seed")
    ]
    return bool(calls) and all(not call.fact.node.args and not call.fact.node.keywords for call in calls)
