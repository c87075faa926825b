"""optuna.create_study(sampler=hpo.optuna.HpoSampler()): a strategy of hpo inside a study of Optuna's."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Optional, Union
from weakref import WeakKeyDictionary

import optuna
from optuna.distributions import BaseDistribution, distribution_to_json
from optuna.trial import FrozenTrial, TrialState

from . import study as served
from ._errors import HpoError

_CONSTRAINTS = "constraints"
_STATES = {
    TrialState.COMPLETE: "complete",
    TrialState.PRUNED: "pruned",
    TrialState.FAIL: "failed",
}


class _Side:
    """What hpo has of one study of Optuna's."""

    def __init__(self, hpo: served.Study) -> None:
        self.hpo = hpo
        self.asked: dict[int, served.AskedTrial] = {}
        self.known: set[int] = set()


#: The threads of n_jobs begin at once.
_OPENING = threading.Lock()
_Sides = WeakKeyDictionary[optuna.storages.BaseStorage, dict[str, _Side]]


class HpoSampler(optuna.samplers.BaseSampler):
    """Suggests each parameter as the objective asks for it, by a strategy of hpo.

    The study stays Optuna's; hpo learns of its trials as they end, those of other processes too, and
    keeps nothing. `strategy` is a name, or a mapping with a name and options; "auto" if left out.
    `constraints_func` gives numbers of a finished trial, as for Optuna's own samplers: feasible where <= 0.
    """

    def __init__(
        self,
        strategy: Union[str, Mapping[str, Any]] = "auto",
        seed: int = 0,
        command: Optional[Sequence[str]] = None,
        constraints_func: Optional[Callable[[FrozenTrial], Sequence[float]]] = None,
    ) -> None:
        self._definition = {"strategy": strategy, "seed": seed}
        self._command = command
        self._constraints_func = constraints_func
        self._sides: _Sides = WeakKeyDictionary()

    def __getstate__(self) -> dict[str, Any]:
        # What a process holds is left behind: a copy learns of the trials anew.
        return {**self.__dict__, "_sides": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, _sides=WeakKeyDictionary())

    def infer_relative_search_space(
        self, study: optuna.Study, trial: FrozenTrial
    ) -> dict[str, BaseDistribution]:
        return {}

    def sample_relative(
        self, study: optuna.Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        return {}

    def before_trial(self, study: optuna.Study, trial: FrozenTrial) -> None:
        side = self._side_of(study)
        states = tuple(_STATES)
        others = [one for one in study.get_trials(deepcopy=False, states=states) if one.number not in side.known]
        if others:
            side.hpo.add([_added(one) for one in others])
            side.known.update(one.number for one in others)
        asked = side.hpo.ask_one()
        if asked is None:
            raise HpoError("Nothing is left to suggest.")
        side.asked[trial.number] = asked

    def sample_independent(
        self, study: optuna.Study, trial: FrozenTrial, param_name: str, param_distribution: BaseDistribution
    ) -> Any:
        told = _distribution_of(param_distribution)
        return self._side_of(study).asked[trial.number].suggest(param_name, told)

    def after_trial(
        self, study: optuna.Study, trial: FrozenTrial, state: TrialState, values: Optional[Sequence[float]]
    ) -> None:
        side = self._side_of(study)
        asked = side.asked.pop(trial.number, None)
        if asked is None:
            return
        for step, value in sorted(trial.intermediate_values.items()):
            asked.report(value, step)
        constraints = None
        if self._constraints_func is not None and state != TrialState.FAIL:
            constraints = [float(one) for one in self._constraints_func(trial)]
            # Where Optuna's own samplers keep them: best_trials heeds them there.
            study._storage.set_trial_system_attr(trial._trial_id, _CONSTRAINTS, constraints)
        if state == TrialState.FAIL:
            asked.tell(failure={"reason": "unknown", "message": "The trial failed in Optuna."})
        elif state == TrialState.PRUNED:
            asked.tell(state="pruned", constraints=constraints)
        else:
            asked.tell(list(values or []), constraints=constraints)
        side.known.add(trial.number)

    def _side_of(self, study: optuna.Study) -> _Side:
        # By its name: Optuna asks for a pruner's bracket of a study as for another study.
        with _OPENING:
            sides = self._sides.setdefault(study._storage, {})
            if study.study_name not in sides:
                metrics = {str(at): one.name.lower() for at, one in enumerate(study.directions)}
                direction = {"direction": metrics["0"]} if len(metrics) == 1 else {"metrics": metrics}
                definition = {"name": study.study_name, **direction, **self._definition}
                sides[study.study_name] = _Side(served.open(definition, "memory:", self._command))
            return sides[study.study_name]


def _distribution_of(distribution: BaseDistribution) -> Any:
    return json.loads(distribution_to_json(distribution))


def _added(trial: FrozenTrial) -> dict[str, Any]:
    state = _STATES[trial.state]
    return {
        "params": trial.params,
        "distributions": {name: _distribution_of(one) for name, one in trial.distributions.items()},
        "state": state,
        "reports": [{"step": step, "value": value} for step, value in sorted(trial.intermediate_values.items())],
        **({"constraints": list(trial.system_attrs[_CONSTRAINTS])} if _CONSTRAINTS in trial.system_attrs else {}),
        **({"values": list(trial.values)} if state == "complete" else {}),
        **({"failure": {"reason": "unknown", "message": "The trial failed in Optuna."}} if state == "failed" else {}),
    }
