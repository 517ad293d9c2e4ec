"""What a rule has asked of a revision: while the answers are the same, so are its findings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

if TYPE_CHECKING:
    from notelift.checks.context import Context
    from notelift.checks.kept import Kept
    from notelift.checks.model import Finding

_P = ParamSpec("_P")
_T = TypeVar("_T")
Look = Callable[..., Any]


@dataclass
class Asked:
    """What was asked, and what a rule found by it.

    `looks` are what looks for something in all cells, calls or runs; `answers` are other questions with their
    answers; `cells` are the cells, by index, and `runs` the runs of the written timeline that were looked at.
    `anything` says that the rule had the whole notebook, so that any change may concern it.
    """

    looks: dict[Look, Callable[[Context, Look], Kept[Any, Any]]] = field(default_factory=dict)
    answers: dict[tuple[Callable[..., Any], tuple[object, ...]], object] = field(default_factory=dict)
    cells: set[int] = field(default_factory=set)
    runs: set[int] = field(default_factory=set)
    anything: bool = False
    findings: tuple[Finding, ...] = ()


def compared(
    method: Callable[Concatenate[Context, _P], _T],
) -> Callable[Concatenate[Context, _P], _T]:
    """Return a method of the context whose answer is compared with that in the next revision: a cheap one."""

    @wraps(method)
    def asking(self: Context, /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        answer = method(self, *args, **kwargs)
        self.asked.answers[method, args] = answer
        return answer

    return asking
