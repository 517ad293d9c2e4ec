"""The figure that pyplot draws on."""

from __future__ import annotations

from notelift.effects.spec import Spec
from notelift.flow.call import Call
from notelift.flow.results import Results
from notelift.flow.values import NO_OBJECTS, NOTHING, Obj, ObjId, Val

NEW_FIGURES = frozenset(
    {"matplotlib.pyplot.figure", "matplotlib.pyplot.subplots", "matplotlib.pyplot.subplot_mosaic"}
)


class Figures(Results):
    """Follows the current figure, as pyplot does."""

    def _draw_on_figure(self, spec: Spec, call: Call, why: str) -> None:
        """A plot goes to the axes that it is given, or to the current figure."""
        given = call.kwargs.get("ax") or call.kwargs.get("axes")
        if given is not None and given.const is not None:
            self.change(given, why)
        elif spec.name not in NEW_FIGURES and (
            not spec.name.startswith("matplotlib.") or spec.name.startswith("matplotlib.pyplot.")
        ):
            figures = self._current_figures(call)
            self.change(Val(figures, "matplotlib.figure.Figure", label="figure"), why)

    def _current_figures(self, call: Call) -> frozenset[ObjId]:
        found = self.get(("current", "figure"))
        if found is NOTHING or not found:
            obj_id = (self.token, self.ordinal(call.node, "figure"))
            self.put(obj_id, Obj(type="matplotlib.figure.Figure", made=self.me))
            found = frozenset((obj_id,))
            self.put(("current", "figure"), found)
        return frozenset(found)

    def closes_current(self, call: Call) -> bool:
        """`plt.close()`: what was drawn is gone; False where another figure is named."""
        if call.args and call.args[0].const != "all":
            return False
        self.reset("pyplot")
        self.put(("current", "figure"), NO_OBJECTS)
        return True

    def clears_current(self, call: Call) -> None:
        """`plt.clf()`: the current figure starts again, whatever was drawn on it."""
        self.reset("pyplot")
        for obj_id in self._current_figures(call):
            self.put(obj_id, Obj(type="matplotlib.figure.Figure", made=self.me))

    def _numbered_figure(self, number: int | str, result: Val, call: Call) -> Val:
        """A figure that is asked for again by its number becomes the current one again."""
        known = self.get(("figure", number))
        if known is NOTHING or not known:
            known = self.bound_of(result, call.node).objs
            self.put(("figure", number), known)
        else:
            self.change(Val(known, result.type, label="figure"), "makes it the current figure")
        self.put(("current", "figure"), known)
        return Val(known, result.type, label=call.name)

    def plotted_on(self, result: Val, call: Call) -> Val:
        """The axes that a library's plot returns belong to the figure that it drew on."""
        given = call.kwargs.get("ax")
        if (
            result.objs
            or result.obj is not None
            or result.base
            or result.const is not NOTHING
            or given is not None
        ):
            return result
        figures = self._current_figures(call)
        return Val(
            type=result.type, base=tuple((f, NOTHING) for f in figures), label=call.name, site=call.node
        )

    def current_figure_result(self, name: str, result: Val, call: Call) -> Val:
        """What a pyplot function returns is, or belongs to, the figure that is current."""
        number = call.args[0].const if call.args else NOTHING
        if name == "matplotlib.pyplot.figure" and isinstance(number, (int, str)):
            return self._numbered_figure(number, result, call)
        if name in NEW_FIGURES:
            bound = self.bound_of(result, call.node)
            first = bound.objs
            for obj_id in bound.objs:
                part = self.object(obj_id).keys.get(0)
                first = part.objs if part is not None else first
            self.put(("current", "figure"), first)
            return Val(bound.objs, result.type, label=call.name)
        if name == "matplotlib.pyplot.gcf":
            return Val(self._current_figures(call), result.type, label=call.name)
        plain = result.const is NOTHING and not result.objs and result.obj is None
        if plain and result.type not in ("NoneType", ""):
            figures = self._current_figures(call)
            return Val(
                type=result.type, base=tuple((f, NOTHING) for f in figures), label=call.name, site=call.node
            )
        return result
