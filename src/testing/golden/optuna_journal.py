"""Writes optuna-journal.log, every operation of Optuna's journal, and what Optuna reads of it."""

import json
import math
import os
import pathlib

import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend

optuna.logging.set_verbosity(optuna.logging.CRITICAL)
here = pathlib.Path(__file__).parent
path = here / "optuna-journal.log"
path.unlink(missing_ok=True)
storage = JournalStorage(JournalFileBackend(str(path)))


def objective(trial):
    trial.suggest_float("lr", 1e-5, 1.0, log=True)
    trial.suggest_int("units", 8, 64, step=8)
    trial.suggest_categorical("kind", ["sgd", None, 2.5, True])
    for step in range(3):
        trial.report(math.nan if trial.number == 1 else 1.0 / (step + 1), step)
    trial.set_user_attr("note", "η")
    if trial.number == 1:
        raise optuna.TrialPruned
    return [1.5, math.inf, 0.25][trial.number % 3]


gone = optuna.create_study(study_name="gone", storage=storage)
study = optuna.create_study(study_name="kept", storage=storage, direction="maximize")
optuna.delete_study(study_name="gone", storage=storage)
study.set_user_attr("owner", {"team": "vision"})
study.set_metric_names(["accuracy"])
study.sampler = optuna.samplers.RandomSampler(seed=0)
study.optimize(objective, n_trials=3)
late = study.ask()
late.report(1.0, 4)
storage.set_trial_system_attr(late._trial_id, "constraints", [-0.5])
study.tell(study.ask(), state=optuna.trial.TrialState.FAIL)
study.tell(late, 7.0)
study.add_trial(optuna.trial.create_trial(value=3.0, params={"x": 0.5}, distributions={
    "x": optuna.distributions.FloatDistribution(0, 1)}, intermediate_values={1: 2.0}))
study.enqueue_trial({"lr": 0.1, "kind": None}, user_attrs={"by": "hand"})
study.ask()
study.enqueue_trial({"lr": 0.2})
both = optuna.create_study(study_name="both", storage=storage, directions=["minimize", "maximize"])
both.optimize(lambda trial: (1.0, 2.0), n_trials=1)
for extra in [".lock"]:
    if os.path.exists(str(path) + extra):
        os.remove(str(path) + extra)


def number(value):
    return value if math.isfinite(value) else str(value)


def trial_of(trial):
    return {
        "number": trial.number,
        "state": trial.state.name,
        "values": None if trial.values is None else [number(v) for v in trial.values],
        "params": trial.params,
        "reports": [[s, number(v)] for s, v in sorted(trial.intermediate_values.items())],
        "userAttrs": trial.user_attrs,
        "constraints": trial.system_attrs.get("constraints"),
        "fixed": trial.system_attrs.get("fixed_params"),
        "startedAt": trial.datetime_start and trial.datetime_start.timestamp(),
        "completedAt": trial.datetime_complete and trial.datetime_complete.timestamp(),
    }


studies = [
    {
        "name": each.study_name,
        "directions": [d.name.lower() for d in each.directions],
        "userAttrs": each.user_attrs,
        "metricNames": each.system_attrs.get("study:metric_names"),
        "trials": [trial_of(t) for t in storage.get_all_trials(each._study_id)],
    }
    for each in storage.get_all_studies()
]
(here / "optuna-journal.json").write_text(json.dumps(studies, indent=1, ensure_ascii=False) + "\n")
