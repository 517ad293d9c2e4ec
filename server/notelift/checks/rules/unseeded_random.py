"""Random numbers are drawn from a stream that nothing seeds.

Each run gives other values, so results cannot be compared with those of the saved outputs. The rule looks
for draws from the global streams of `random`, numpy, torch and others that no statement before has seeded,
for functions and estimators that were given no `random_state`, and for generators that were made without a
seed. There is one finding for each stream, at its first draw. A draw that is only displayed is not
reported.

Instead of

    train, test = train_test_split(data)

write

    train, test = train_test_split(data, random_state=0)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from notelift.checks.context import Context
from notelift.checks.model import Fix, Problem, Related, Rule
from notelift.checks.randomness import ENTROPY, Draw, draws, seeds

_SEEDS = {
    "random:random": "random.seed(0)",
    "random:numpy": "np.random.seed(0)",
    "random:torch": "torch.manual_seed(0)",
    "random:tensorflow": "tf.random.set_seed(0)",
    "random:cv2": "cv2.setRNGSeed(0)",
}


def check(context: Context) -> Iterator[Problem]:
    """Yield a problem for each stream that is drawn from before it is seeded."""
    by_stream: dict[str, list[Draw]] = {}
    for draw in draws(context):
        if context.is_shown(RULE, context.place(draw.call.cell, draw.call.fact.node)):
            by_stream.setdefault(draw.stream, []).append(draw)
    for stream, found in by_stream.items():
        if stream == ENTROPY:
            for draw in found:
                yield _problem(context, [draw], "")
            continue
        seeded = seeds(context, stream)
        if not seeded:
            yield _problem(context, found, "")
            continue
        # What a function draws, and what an estimator draws in fit, happens later than where it is written.
        early = [draw for draw in found if _is_direct(draw) and draw.call.site < seeded[0]]
        if early:
            later = context.label(context.cell(seeded[0].run).index)
            yield _problem(context, early, f" before {later} does")


def _is_direct(draw: Draw) -> bool:
    return not draw.call.fact.deferred and not draw.call.qualname.rpartition(".")[2][:1].isupper()


def _problem(context: Context, found: Sequence[Draw], before: str) -> Problem:
    first = found[0]
    call = first.call
    node = context.code(call.cell).statements[call.site.statement].node
    assigns = isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign))
    names = context.statement(call.site).binds if assigns else ()
    what = f"`{call.fact.dotted}`" if call.fact.dotted else "this call"
    value = f", so `{names[0]}` is different after each run" if names else ""
    if first.stream == ENTROPY:
        message = f"{what} gets no seed{value}"
    else:
        message = f"nothing seeds what {what} draws from{before}{value}"
    related = tuple(
        Related(context.place(draw.call.cell, draw.call.fact.node), "draws from the same stream")
        for draw in found[1:]
    )
    return Problem(
        context.place(call.cell, call.fact.node), message, names, related, Fix(_advice(first, len(found)))
    )


def _advice(draw: Draw, count: int) -> str:
    if draw.parameter and (count == 1 or draw.stream not in _SEEDS):
        return f"Pass `{draw.parameter}=0`."
    seed = _SEEDS.get(draw.stream)
    if seed is None:
        return "Seed it before the first draw."
    more = f", or pass `{draw.parameter}=0` to each" if draw.parameter else ""
    return f"Write `{seed}` before it{more}."


RULE = Rule("NL201", "unseeded-random", "warning", check)
