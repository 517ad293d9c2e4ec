"""The interpretation of one run: its statements one after the other, on the state that it finds."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from notelift.cells.code import CellCode, CellStatement, read_cell
from notelift.flow.magic_effects import Interpreter
from notelift.flow.records import TOKENS_PER_RUN, RunRecord, StatementFacts
from notelift.flow.values import NO_TOKENS, NOTHING, Token, Val
from notelift.notebook.model import Run


class Interrupted(Exception):
    """The interpretation of a run was ended between two statements; the state is as it was there."""


def interpret_run(
    machine: Interpreter,
    run: Run,
    base: Token,
    known: RunRecord | None,
    cancelled: Callable[[], bool] | None = None,
) -> RunRecord:
    """Return what a run does on the state of `machine`, and leave the state as the run does.

    `known` is the record of the run with another text or on another state: statements that it had keep their
    tokens, and entries that come out as they were stay the same objects. Raises Interrupted when `cancelled`
    says so, which is asked before each statement.
    """
    code = read_cell(run.source)
    record = interpret_code(machine, run, code, tokens_of(code, base, known), base, cancelled)
    if known is not None:
        for key, value in record.writes.items():
            before = known.writes.get(key, NOTHING)
            if before is not value and before == value:
                record.writes[key] = machine.state[key] = before
    return record


def interpret_code(
    machine: Interpreter,
    run: Run,
    code: CellCode,
    tokens: Sequence[Token],
    base: Token,
    cancelled: Callable[[], bool] | None = None,
) -> RunRecord:
    """Return what the statements of a run do, with these tokens, as `interpret_run` does."""
    begin_run(machine, base)
    facts = []
    for index, (token, statement) in enumerate(zip(tokens, code.statements, strict=True)):
        if cancelled is not None and cancelled():
            raise Interrupted
        last = index == len(code.statements) - 1
        facts.append(interpret_statement(machine, token, statement, last, run))
    if code.statements and ("world", "pyplot") in machine.state:
        machine.put(("world", "pyplot"), NO_TOKENS)
        machine.put(("current", "figure"), frozenset())
    writes = {key: machine.state.get(key, NOTHING) for key in machine.writes}
    reads_all = any(isinstance(key, tuple) and key[0] == "opaque" for key in machine.reads)
    return RunRecord(run, base, code, facts, machine.reads, writes, reads_all=reads_all)


def begin_run(machine: Interpreter, base: Token) -> None:
    """Prepare for the statements of a run whose tokens start at `base`."""
    machine.base, machine.limit = base, base + TOKENS_PER_RUN
    machine.reads, machine.writes, machine.sure = {}, set(), set()
    machine.stdout_targets = []


def interpret_statement(
    machine: Interpreter, token: Token, code: CellStatement, last: bool, run: Run
) -> StatementFacts:
    """Return what a statement does, and leave the state as it does; the `last` of a run may be displayed."""
    machine.begin_statement(token, code.source, code.node.lineno)
    machine.begin_frames()
    try:
        if last and isinstance(code.node, ast.Expr):
            _displayed(machine, code.node, run, _is_quiet(code, run.source))
        else:
            machine.run_statement(code.node)
    except RecursionError:
        machine.journals, machine.loop_reads = [], []
        machine.opaque("the code is nested too deeply to be analysed")
    changes = tuple((name, why, must) for (name, why), must in machine.changes.items())
    return StatementFacts(
        token, code, machine.edges, tuple(machine.binds), changes, tuple(machine.world), tuple(machine.notes)
    )


def _is_quiet(code: CellStatement, source: str) -> bool:
    """Whether a semicolon behind the last expression of a cell keeps IPython from displaying it."""
    if ";" not in source:
        return False
    rest = source.split("\n")[code.end_line - 1][code.end_column :]
    return rest.lstrip().startswith(";")


def _displayed(machine: Interpreter, node: ast.Expr, run: Run, quiet: bool) -> None:
    """The last expression of a cell is displayed, and `_` afterwards. Figures are shown if `quiet`, too."""
    machine.budget -= 1
    val = machine.eval(node.value, discarded=True)
    if not isinstance(node.value, ast.Constant) and not isinstance(node.value, ast.Call):
        machine.read(val)
    if val.const is None and val.type == "NoneType":
        return
    machine.world["show", "output"] = None
    if quiet:
        return
    _keep_output(machine, val, node, run)


def _keep_output(machine: Interpreter, val: Val, node: ast.Expr, run: Run) -> None:
    bound = machine.bound_of(val, node)._replace(writers=machine.me)
    machine.put(("output", -1), bound)
    machine.put(("output", run.order if run.order is not None else machine.base), bound)


def tokens_of(code: CellCode, base: Token, known: RunRecord | None) -> list[Token]:
    """Return a token for each statement: those that stand before and after an edit keep theirs."""
    count = len(code.statements)
    if known is None or not known.facts:
        return list(range(base, base + count))
    old = [(fact.token, fact.code.source) for fact in known.facts]
    new = [statement.source for statement in code.statements]
    head = 0
    while head < min(len(old), count) and old[head][1] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), count) - head and old[-1 - tail][1] == new[-1 - tail]:
        tail += 1
    middle_old = [token for token, _ in old[head : len(old) - tail]]
    fresh = max(token for token, _ in old) + 1
    middle = [middle_old[i] if i < len(middle_old) else fresh + i for i in range(count - head - tail)]
    tail_tokens = [token for token, _ in old[len(old) - tail :]] if tail else []
    return [token for token, _ in old[:head]] + middle + tail_tokens
