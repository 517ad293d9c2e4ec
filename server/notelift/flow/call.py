"""One call as it is evaluated."""

from __future__ import annotations

import ast

from notelift.flow.values import Val


class Call:
    """The evaluated parts of one call.

    `open_ended`: `*args` or `**kwargs` may add arguments. `unbound`: a method called
    through its class, with the receiver as first argument. `asks`: it is given SQL that only asks.
    """

    __slots__ = ("args", "asks", "discarded", "kwargs", "name", "node", "open_ended", "receiver", "unbound")

    def __init__(
        self,
        node: ast.AST,
        name: str,
        receiver: Val | None = None,
        args: list[Val] | None = None,
        kwargs: dict[str, Val] | None = None,
        open_ended: bool = False,
        discarded: bool = False,
    ) -> None:
        self.node = node
        self.name = name
        self.receiver = receiver
        self.args = args if args is not None else []
        self.kwargs = kwargs if kwargs is not None else {}
        self.open_ended = open_ended
        self.discarded = discarded
        self.unbound = False
        self.asks = False

    def values(self) -> list[Val]:
        """All arguments."""
        return [*self.args, *self.kwargs.values()] if self.kwargs else self.args
