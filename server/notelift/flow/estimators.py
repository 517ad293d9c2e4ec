"""Whether calls of scikit-learn draw: by the estimators and splitters that they are given or hold."""

from __future__ import annotations

import ast

from notelift.effects.spec import Condition, Spec
from notelift.flow.call import Call
from notelift.flow.columns import FrameColumns
from notelift.flow.values import Obj, Val


class Estimators(FrameColumns):
    """Tells meta-estimators over seeded estimators from those that draw."""

    def only_seeded_estimators(self, spec: Spec, call: Call) -> bool:
        """Whether a call of scikit-learn draws by its estimators alone, and none of those draws."""
        if not spec.name.startswith("sklearn."):
            return False
        given = [*call.values(), call.receiver] if call.receiver is not None else call.values()
        reached = {obj_id: None for val in given for obj_id in sorted(self._reachable(val), key=repr)}
        estimators = [self.object(obj_id) for obj_id in reached]
        estimators += [val.obj for val in given if val.obj is not None]
        own = [
            obj
            for obj in estimators
            if obj.type.startswith("sklearn.") and obj.type != spec.name.rpartition(".")[0]
        ]
        return bool(own) and not any(self._estimator_draws(obj) for obj in own)

    def _estimator_draws(self, obj: Obj) -> bool:
        receiver = Val(type=obj.type, obj=obj)
        for name in ("fit", "split"):
            spec = self.library.method(obj.type, name)
            if spec is None:
                continue
            own = Call(ast.Pass(), name, receiver)
            if self._given(Condition("random_state"), spec, own) is True:
                continue
            for effect in spec.effects:
                meta = effect.when is None and bool(obj.holds)
                if (
                    effect.verb == "draws"
                    and not meta
                    and self._condition(effect.when, spec, own) is not False
                ):
                    return True
        return False
