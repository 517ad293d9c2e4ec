"""Code in texts: SQL over data frames, formulas and queries read variables of the notebook by name."""

from __future__ import annotations

import ast
import re

from notelift.cells.sql import UNKNOWN, asks, tables_in
from notelift.effects.spec import Spec
from notelift.flow.builtin_calls import BuiltinCalls
from notelift.flow.call import Call
from notelift.flow.values import Bound, Symbol, Val

_FORMULA_LIBRARIES = ("statsmodels.formula.", "patsy.")
_NO_TABLES = ("module", "function", "class", "str", "int", "float", "bool", "NoneType")


class Texts(BuiltinCalls):
    """Reads the notebook's variables that texts name."""

    def pass_named(self, subject: str, spec: Spec, call: Call) -> None:
        """Variables that an SQL text takes for tables become arguments of the call."""
        for val in self._subjects(subject, spec, call):
            text = _text_of(val)
            tables = tables_in(text)
            call.asks = asks(text)
            if text == UNKNOWN or any(UNKNOWN in each for each in tables):
                self.read_all_globals()
            for name in tables:
                bound = self.get(name)
                if isinstance(bound, Bound) and not bound.ref and bound.type not in _NO_TABLES:
                    call.kwargs[f"variable {name}"] = self.load_name(name)

    def read_query(self, call: Call) -> None:
        """`frame.query("x > @limit")` reads `limit`."""
        if call.args and isinstance(call.args[0].const, str):
            for name in re.findall(r"@([A-Za-z_]\w*)", call.args[0].const):
                self.read(self.load_name(name))

    def takes_formulas(self, ref: str) -> bool:
        """Whether a function takes formulas (`"y ~ np.log(x) + sq(z)"`)."""
        return ref.startswith(_FORMULA_LIBRARIES) or ref.endswith(".from_formula")

    def read_formulas(self, call: Call) -> None:
        """A formula calls functions of the notebook, and reads variables that are no columns of the data."""
        columns = {key for val in call.values() for key in self._columns_of(val)}
        for val in call.values():
            if not isinstance(val.const, str):
                continue
            for name, called in dict.fromkeys(re.findall(r"([A-Za-z_]\w*)(\s*[(.])?", val.const)):
                if name in columns or not isinstance(self.get(name), Bound):
                    continue
                if called:
                    self.read(self.load_name(name))
                else:
                    self._may_read(name)

    def _may_read(self, name: str) -> None:
        """Read a variable whose name may be a column's."""
        before = set(self.edges)
        self.read(self.load_name(name))
        for key in self.edges.keys() - before:
            self.edges[key] = (False, self.edges[key][1])

    def _columns_of(self, val: Val) -> set[object]:
        parts = [self.object(obj_id) for obj_id in val.objs]
        parts += [val.obj] if val.obj is not None else []
        return {key for part in parts for key in part.keys}


def _text_of(val: Val) -> str:
    """A text, with `UNKNOWN` for what is not known of it."""
    if isinstance(val.const, str):
        return val.const
    if isinstance(val.const, Symbol):
        return "".join(part if isinstance(part, str) else UNKNOWN for part in val.const.parts)
    if not isinstance(val.site, ast.JoinedStr):
        return UNKNOWN
    return "".join(
        part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else UNKNOWN
        for part in val.site.values
    )
