"""Which calls of a notebook draw from a random stream that they are not given, and which seed one."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from notelift.checks.conditions import holds
from notelift.checks.context import Call, Context
from notelift.effects.spec import Effect
from notelift.flow.graph import Site

ENTROPY = "entropy"
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
    for call in context.calls:
        draw = _draw(context, call)
        if draw is not None and _is_kept(context, call, draw.stream):
            yield draw


def _draw(context: Context, call: Call) -> Draw | None:
    node = call.fact.node
    spec = context.spec(call)
    if spec is None:
        return _sample(context, call)
    if call.qualname.rpartition(".")[2] in ("seed", "set_state", "check_random_state"):
        return None
    given = {keyword.arg for keyword in node.keywords}
    if None in given or "shuffle" in given:
        return None
    if spec.name in _ESTIMATORS:
        return None if given & {"random_state", "init"} else Draw(call, "random:numpy", "random_state")
    for effect in spec.effects:
        stream = effect.subject
        if (
            effect.verb == "draws"
            and stream.startswith("random:")
            and call.qualname.startswith(_ALWAYS)
            and not spec.is_class
            and holds(effect.when, spec, node) is True
        ):
            return Draw(call, stream, _seed_parameter(effect))
        elif (
            effect.verb == "uses"
            and stream == ENTROPY
            and effect.when is not None
            and holds(effect.when, spec, node) is True
        ):
            return Draw(call, ENTROPY, _seed_parameter(effect))
    return None


def _seed_parameter(effect: Effect) -> str:
    """The argument that takes a number: torch's `generator` is no seed."""
    keyword = effect.when.keyword if effect.when else ""
    return keyword if keyword in _SEED_PARAMETERS else ""


def _sample(context: Context, call: Call) -> Draw | None:
    """`df.sample(...)` of something that the analysis knows to draw."""
    node = call.fact.node
    if not isinstance(node.func, ast.Attribute) or node.func.attr != "sample" or call.fact.deferred:
        return None
    if {keyword.arg for keyword in node.keywords} & {"random_state", None}:
        return None
    if ("draw", "random:numpy") not in context.statement(call.site).world:
        return None
    return Draw(call, "random:numpy", "random_state")


def _is_kept(context: Context, call: Call, stream: str) -> bool:
    """Whether the draw happens, and its result is bound or changes something."""
    if call.fact.deferred:
        effect = ("draw", stream)
        return any(effect in statement.world for statement in context.flow.statements())
    statement = context.statement(call.site)
    node = context.code(call.cell).statements[call.site.statement].node
    # What a loop binds for itself holds no result.
    targets = ast.walk(node.target) if isinstance(node, ast.For) else ()
    own = {part.id for part in targets if isinstance(part, ast.Name)}
    return bool(statement.changes) or not own.issuperset(statement.binds)


def seeds(context: Context, stream: str) -> tuple[Site, ...]:
    """Return the statements that set a stream; one of a library that is not known is taken to set all."""
    sites = {
        statement.site
        for statement in context.flow.statements()
        if ("set", stream) in statement.world and not _seeds_anew(context, statement.site)
    }
    sites.update(call.site for call in context.calls if _is_named_seed(context, call))
    return tuple(sorted(sites))


def _is_named_seed(context: Context, call: Call) -> bool:
    func = call.fact.node.func
    name = func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
    return "seed" in name.lower() and bool(call.qualname) and context.spec(call) is None


def _seeds_anew(context: Context, site: Site) -> bool:
    """Whether all that a statement does is to seed from the system: `np.random.seed()`."""
    calls = [call for call in calls_at(context, site) if call.qualname.endswith(".seed")]
    return bool(calls) and all(not call.fact.node.args and not call.fact.node.keywords for call in calls)


def calls_at(context: Context, site: Site) -> Iterable[Call]:
    """Return the calls in a statement."""
    return (call for call in context.calls if call.site == site)
