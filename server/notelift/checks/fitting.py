"""Calls that fit an estimator or a transformer, and what they are fitted on."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from notelift.checks.calls import Call, Called
from notelift.checks.context import Context
from notelift.checks.facts import dotted_name

_METHODS = frozenset({"fit", "fit_transform", "fit_resample", "fit_sample"})
_TRANSFORMER = "sklearn.base.TransformerMixin"
_VECTORIZERS = ("sklearn.feature_extraction.text.Count", "sklearn.feature_extraction.text.Tfidf")
# They learn nothing from the values, or nothing but the names of classes.
_HARMLESS = frozenset(
    {
        "Normalizer",
        "Binarizer",
        "PolynomialFeatures",
        "FunctionTransformer",
        "HashingVectorizer",
        "FeatureHasher",
        "DictVectorizer",
        "LabelEncoder",
        "LabelBinarizer",
        "MultiLabelBinarizer",
        "OneHotEncoder",
        "OrdinalEncoder",
        "ColumnTransformer",
        "FeatureUnion",
        "Pipeline",
    }
)
_GROUPING = ("sklearn.cluster.", "sklearn.manifold.")


class Fit(NamedTuple):
    """A call of a method that fits; `qualname` is the class where it is known, `data` the first argument.

    `receiver` is what is fitted, as written; `label` what to call it.
    """

    call: Call
    method: str
    receiver: str
    label: str
    qualname: str
    data: ast.expr | None


def fits(context: Context) -> Iterator[Fit]:
    """Yield the calls that fit, outside of functions."""
    for call, func in context.in_calls(_fitted):
        data = call.fact.node.args[0] if call.fact.node.args else None
        receiver = ast.unparse(func.value)
        qualname = _class_of(context, call, func.value)
        label = qualname.rpartition(".")[2] if isinstance(func.value, ast.Call) else receiver
        yield Fit(call, func.attr, receiver, label or receiver, qualname, data)


def _fitted(call: Called) -> ast.Attribute | None:
    """The method that is called, where it fits something that is a name or made in place."""
    func = call.fact.node.func
    if call.fact.deferred or not isinstance(func, ast.Attribute) or func.attr not in _METHODS:
        return None
    return func if isinstance(func.value, (ast.Call, ast.Name)) else None


def learns(context: Context, fit: Fit) -> bool:
    """Whether it is a transformer, a selection or a sampler that learns from the values."""
    if fit.method in ("fit_resample", "fit_sample"):
        return True
    if not fit.qualname or fit.qualname.rpartition(".")[2] in _HARMLESS or fit.qualname.startswith(_GROUPING):
        return False
    if fit.qualname.startswith(_VECTORIZERS):
        return True
    return context.library.is_subclass(fit.qualname, _TRANSFORMER)


def test_parts(context: Context, split: Call) -> tuple[str, ...]:
    """Return the names that the test parts of a split are bound to: the second, fourth... of its results."""
    node = context.code(split.cell).statements[split.site.statement].node
    if not isinstance(node, ast.Assign) or node.value is not split.fact.node:
        return ()
    target = node.targets[0]
    if not isinstance(target, (ast.Tuple, ast.List)):
        return ()
    return tuple(part.id for part in target.elts[1::2] if isinstance(part, ast.Name))


def _class_of(context: Context, call: Call, receiver: ast.expr) -> str:
    """The class of what is fitted, through the statement that must have bound its name."""
    if isinstance(receiver, ast.Call):
        return _called(context, call, receiver)
    if not isinstance(receiver, ast.Name):
        return ""
    binders = {
        needs.source
        for needs in context.statement(call.site).reads
        if needs.kind == "name" and needs.name == receiver.id
    }
    if len(binders) != 1:
        return ""
    site = binders.pop()
    cell = context.cell(site.run)
    node = context.code(cell).statements[site.statement].node
    if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call):
        return ""
    maker = node.value
    if (
        isinstance(maker.func, ast.Attribute)
        and isinstance(maker.func.value, ast.Call)
        and maker.func.attr == "fit"
    ):
        maker = maker.func.value
    return _called_at(context, site.run, site.statement, maker)


def _called(context: Context, call: Call, node: ast.Call) -> str:
    return _called_at(context, call.site.run, call.site.statement, node)


def _called_at(context: Context, run: int, statement: int, node: ast.Call) -> str:
    return context.resolve(dotted_name(node.func), run, statement)
