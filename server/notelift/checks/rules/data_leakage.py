"""A transformer or a selection of features is fitted on data that holds the test part.

What is fitted before `train_test_split` has seen the rows that the model is tested on: means, vocabularies,
components and the choice of features come from them too, and the score is better than it will be on new
data. The same is so where something is fitted on the test part itself. The rule follows the data from `fit`
to the split; transformers that learn nothing from it (`Normalizer`, `PolynomialFeatures`) and encoders of
labels are not reported.

Instead of

    scaled = StandardScaler().fit_transform(X)
    X_train, X_test, y_train, y_test = train_test_split(scaled, y, random_state=0)

write

    X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
    scaler = StandardScaler().fit(X_train)
    X_train, X_test = scaler.transform(X_train), scaler.transform(X_test)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from notelift.checks.calls import Call, Called
from notelift.checks.context import Context
from notelift.checks.fitting import Fit, fits, learns, test_parts
from notelift.checks.model import Edit, Fix, Problem, Related, Rule
from notelift.flow.graph import Dependency, Site

_SPLITS = frozenset({"sklearn.model_selection.train_test_split", "sklearn.cross_validation.train_test_split"})


def check(context: Context) -> Iterator[Problem]:
    """Yield a problem for each fit whose data a later split takes apart, or that is on the test part."""
    splits = [call for call, _ in context.in_calls(_is_split)]
    found = [fit for fit in fits(context) if fit.data is not None] if splits else []
    if not found:
        return
    reported: set[Site] = set()
    earlier = {call.site for call in splits}
    by_site: dict[Site, list[Fit]] = {}
    for fit in found:
        by_site.setdefault(fit.call.site, []).append(fit)
    for split in splits:
        reached = _sources(context, split)
        for site in sorted(by_site.keys() & reached - reported):
            for fit in by_site[site]:
                if _leaks(context, fit, reached, earlier):
                    reported.add(site)
                    yield _before_split(context, fit, split)
                    break
    makers: dict[str, list[Call]] = {}
    for split in splits:
        for name in test_parts(context, split):
            makers.setdefault(name, []).append(split)
    for fit in found:
        maker = _maker(context, fit, makers)
        if maker is not None and fit.call.site not in reported:
            yield _on_test_part(context, fit, maker)


def _leaks(context: Context, fit: Fit, reached: set[Site], splits: set[Site]) -> bool:
    """Whether it learns from what a later split takes apart: `reached` are the sites that made that."""
    if not learns(context, fit) or not _flows_on(context, fit, reached):
        return False
    return splits.isdisjoint(_sources(context, fit.call))


def _is_split(call: Called) -> bool:
    return call.qualname in _SPLITS and not call.fact.deferred


def _sources(context: Context, call: Call) -> set[Site]:
    """The statements that must have made what a call is given."""
    names = {
        node.id
        for part in [*call.fact.node.args, *(keyword.value for keyword in call.fact.node.keywords)]
        for node in ast.walk(part)
        if isinstance(node, ast.Name)
    }
    first = context.statement(call.site).reads
    waiting = [needs.source for needs in first if _carries(needs) and _head(needs) in names]
    found: set[Site] = set()
    if not waiting or _chained(call, first):
        # A fit in the arguments of the split itself.
        found.add(call.site)
    while waiting:
        site = waiting.pop()
        if site not in found:
            found.add(site)
            waiting += [needs.source for needs in context.statement(site).reads if _carries(needs)]
    return found


def _chained(call: Call, reads: tuple[Dependency, ...]) -> bool:
    arguments = [*call.fact.node.args]
    return any(isinstance(node, ast.Call) for part in arguments for node in ast.walk(part))


def _carries(needs: Dependency) -> bool:
    return needs.must and needs.kind in ("name", "object")


def _head(needs: Dependency) -> str:
    return needs.name.partition("[")[0].partition(".")[0]


def _flows_on(context: Context, fit: Fit, reached: set[Site]) -> bool:
    """Whether what was fitted on is what is transformed: a transformer may be fitted on other data."""
    if fit.method != "fit":
        return True
    data = ast.dump(fit.data) if fit.data is not None else ""
    receivers = {fit.receiver, *context.statement(fit.call.site).binds}
    for call, func in context.in_calls(_transforms):
        if (
            call.site in reached
            and ast.unparse(func.value) in receivers
            and call.fact.node.args
            and ast.dump(call.fact.node.args[0]) == data
        ):
            return True
    return False


def _transforms(call: Called) -> ast.Attribute | None:
    func = call.fact.node.func
    return func if isinstance(func, ast.Attribute) and func.attr == "transform" else None


def _maker(context: Context, fit: Fit, makers: dict[str, list[Call]]) -> Call | None:
    """The split whose test part it is fitted on; `makers` are those that bind a name to one."""
    name = fit.data.id if isinstance(fit.data, ast.Name) else ""
    splits = makers.get(name)
    if splits is None:
        return None
    bound = {
        needs.source
        for needs in context.statement(fit.call.site).reads
        if needs.kind == "name" and needs.name == name and needs.must
    }
    return next((split for split in splits if split.site in bound), None)


def _before_split(context: Context, fit: Fit, split: Call) -> Problem:
    data = ast.unparse(fit.data) if fit.data is not None else ""
    shown = f"`{data}`" if len(data) <= 40 else "all data"
    where = context.label(split.cell.index)
    if split.cell.index == fit.call.cell.index:
        where = f"line {split.fact.node.lineno}"
    return Problem(
        context.place(fit.call.cell, fit.call.fact.node),
        f"`{fit.label}` is fitted on {shown}, which {where} splits only later: it has seen the test part",
        context.statement(fit.call.site).binds,
        (Related(context.place(split.cell, split.fact.node), "splits off the test part"),),
        Fix("Split first, fit on the training part, and transform both parts."),
    )


def _on_test_part(context: Context, fit: Fit, split: Call) -> Problem:
    data = ast.unparse(fit.data) if fit.data is not None else ""
    fix = Fix("Fit on the training part.")
    if fit.method == "fit_transform":
        fix = Fix(f"Use `{fit.receiver}.transform({data})`.", _transform(context, fit, data))
    return Problem(
        context.place(fit.call.cell, fit.call.fact.node),
        f"`{fit.label}` is fitted on `{data}`, the test part of {context.label(split.cell.index)}",
        (data,),
        (Related(context.place(split.cell, split.fact.node), f"makes `{data}`"),),
        fix,
    )


def _transform(context: Context, fit: Fit, data: str) -> tuple[Edit, ...]:
    """The edit that transforms only, where the transformer has been fitted on other data before."""
    func = fit.call.fact.node.func
    fitted = any(
        each.receiver == fit.receiver
        and each.call.site < fit.call.site
        and each.data is not None
        and ast.unparse(each.data) != data
        for each in fits(context)
    )
    if not fitted or not isinstance(func, ast.Attribute) or not isinstance(func.value, ast.Name):
        return ()
    place = context.place(fit.call.cell, func)
    name = place._replace(line=place.end_line, column=place.end_column - len(func.attr))
    return (Edit(name, "transform"),)


RULE = Rule("NL208", "data-leakage", "warning", check)
