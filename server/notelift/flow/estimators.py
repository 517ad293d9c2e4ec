"""Whether calls of scikit-learn draw: by the estimators and splitters that they are given or hold."""

from __future__ import annotations

import ast

from notelift.effects.spec import Condition, Spec
from notelift.flow.call import Call
from notelift.flow.derived import DerivedFrames
from notelift.flow.values import Obj, Val


class Estimators(DerivedFrames):
    """Tells meta-estimators over seeded estimators from those that draw."""

    def is_seeded(self, spec: Spec, call: Call) -> bool:
        """Whether the seeds that a call is given keep it from drawing from numpy's stream."""
        given = self._given(Condition("random_state"), spec, call) is True
        by_others = any(effect.verb == "draws" and effect.when is None for effect in spec.effects)
        if given:
            return not (by_others and self._held(spec, call)) or self.only_seeded_estimators(spec, call)
        return not self._has_own_seed(spec) and self.only_seeded_estimators(spec, call)

    def only_seeded_estimators(self, spec: Spec, call: Call) -> bool:
        """Whether a call of scikit-learn draws by its estimators alone, and none of those draws."""
        if not spec.name.startswith("sklearn."):
            return False
        own = self._held(spec, call)
        return bool(own) and not any(self._estimator_draws(obj) for obj in own)

    def _held(self, spec: Spec, call: Call) -> list[Obj]:
        """The estimators and splitters that a call is given or that its receiver holds."""
        given = [*call.values(), call.receiver] if call.receiver is not None else call.values()
        reached = {obj_id: None for val in given for obj_id in self.in_order(self._reachable(val))}
        estimators = [self.object(obj_id) for obj_id in reached]
        estimators += [val.obj for val in given if val.obj is not None]
        owner = spec.name.rpartition(".")[0]
        return [obj for obj in estimators if obj.type.startswith("sklearn.") and obj.type != owner]

    def _has_own_seed(self, spec: Spec) -> bool:
        """Whether the function, or the class of the method, takes a `random_state`: it draws by itself."""
        owner = self.library.find(spec.name.rpartition(".")[0])
        return "random_state" in spec.parameters or (owner is not None and "random_state" in owner.parameters)

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
