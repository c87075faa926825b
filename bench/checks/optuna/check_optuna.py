"""What Optuna makes of a database.

usage: check_optuna.py dump DB OUT.json       what the studies in it hold
       check_optuna.py continue DB OUT.json   lets Optuna go on with each of them, then the same
"""
import json
import math
import sys
import warnings
from datetime import timezone

warnings.filterwarnings("ignore")
import optuna
from optuna.trial import TrialState

optuna.logging.set_verbosity(optuna.logging.CRITICAL)


def number(value):
    if value is None or math.isfinite(value):
        return value
    return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"


def date(value):
    return value and value.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")


def dump_trial(trial):
    return {
        "number": trial.number,
        "state": trial.state.name,
        "values": trial.values and [number(value) for value in trial.values],
        "params": {name: [type(value).__name__, value] for name, value in trial.params.items()},
        "distributions": {
            name: json.loads(optuna.distributions.distribution_to_json(each))
            for name, each in trial.distributions.items()
        },
        "reports": [[step, number(value)] for step, value in sorted(trial.intermediate_values.items())],
        "user_attrs": trial.user_attrs,
        "system_attrs": trial.system_attrs,
        "started": date(trial.datetime_start),
        "completed": date(trial.datetime_complete),
    }


def dump_study(study):
    single = len(study.directions) == 1
    complete = any(trial.state == TrialState.COMPLETE for trial in study.trials)
    best = [study.best_trial] if single and complete else study.best_trials if complete else []
    return {
        "name": study.study_name,
        "directions": [direction.name for direction in study.directions],
        "metric_names": study.metric_names,
        "user_attrs": study.user_attrs,
        "best": sorted(trial.number for trial in best),
        "trials": [dump_trial(trial) for trial in study.trials],
    }


def objective(trial):
    kind = trial.suggest_categorical("kind", [None, True, 2, 2.5, "text"])
    lr = trial.suggest_float("lr", 1e-5, 1.0, log=True)
    units = trial.suggest_int("units", 8, 64, step=8)
    if kind == "text":
        trial.suggest_float("momentum", 0.0, 0.75, step=0.25)
    trial.set_user_attr("by", {"who": "Optuna", "η": float("inf")})
    if len(trial.study.directions) > 1:
        return lr, units
    for step, value in enumerate([lr, float("nan"), float("-inf")]):
        trial.report(value, step)
    return lr + units


def go_on(study):
    for trial in study.get_trials(states=[TrialState.RUNNING]):
        study.tell(trial.number, [0.5] * len(study.directions))
    study.enqueue_trial({"lr": 0.125, "kind": True}, user_attrs={"queued by": "Optuna"})
    study.optimize(objective, n_trials=12)
    study.tell(study.ask(), state=TrialState.FAIL)
    study.enqueue_trial({"lr": 0.25, "kind": None})
    study.set_user_attr("continued", True)


command, path, out = sys.argv[1:]
storage = optuna.storages.RDBStorage(f"sqlite:///{path}")
names = optuna.get_all_study_names(storage)
if command == "continue":
    for name in names:
        go_on(optuna.load_study(study_name=name, storage=storage, sampler=optuna.samplers.TPESampler(seed=0)))
studies = [dump_study(optuna.load_study(study_name=name, storage=storage)) for name in names]
with open(out, "w") as file:
    json.dump({"optuna": optuna.__version__, "studies": studies}, file)
