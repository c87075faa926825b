"""HpoSampler inside Optuna: threads, queued trials, constraints, spaces that change, failures."""

import pickle

import optuna

import hpo.optuna
from hpo.study import HpoError

optuna.logging.set_verbosity(optuna.logging.ERROR)


def branches(trial: optuna.Trial) -> float:
    kind = trial.suggest_categorical("kind", ["a", "b"])
    x = trial.suggest_float("x", -1, 1)
    if kind == "b":
        x += trial.suggest_int("n", 1, 8, log=True)
    trial.report(x, 1)
    if trial.number % 5 == 4:
        raise optuna.TrialPruned
    if trial.number == 3:
        raise ValueError("one that fails")
    return x * x


study = optuna.create_study(sampler=hpo.optuna.HpoSampler("tpe", seed=1))
study.enqueue_trial({"kind": "b", "x": 0.25, "n": 2})
study.optimize(branches, n_trials=30, n_jobs=3, catch=(ValueError,))
assert len(study.trials) == 30 and study.trials[0].params == {"kind": "b", "x": 0.25, "n": 2}
states = {trial.state for trial in study.trials}
assert states == {
    optuna.trial.TrialState.COMPLETE,
    optuna.trial.TrialState.PRUNED,
    optuna.trial.TrialState.FAIL,
}, states


def constrained(trial: optuna.Trial) -> float:
    x = trial.suggest_float("x", 0, 1)
    trial.set_user_attr("room", 0.5 - x)  # feasible from 0.5 on
    return x


sampler = hpo.optuna.HpoSampler(
    "bayesian", constraints_func=lambda trial: (trial.user_attrs["room"],)
)
study = optuna.create_study(sampler=sampler)
study.optimize(constrained, n_trials=25)
assert study.trials[-1].system_attrs["constraints"] == [study.trials[-1].user_attrs["room"]]
late = [trial.params["x"] for trial in study.trials[15:]]
assert sum(x > 0.45 for x in late) > 5, late

two = optuna.create_study(directions=["minimize", "maximize"], sampler=hpo.optuna.HpoSampler("nsga2"))
two.optimize(lambda trial: (trial.suggest_float("x", 0, 1), trial.suggest_float("y", 0, 1)), n_trials=6)


def moving(trial: optuna.Trial) -> float:
    return trial.suggest_float("x", 0, 1 + trial.number)


study = optuna.create_study(sampler=hpo.optuna.HpoSampler("tpe"))
study.optimize(moving, n_trials=12)
assert any(trial.params["x"] > 1 for trial in study.trials), "a range that grows is searched"

kept = pickle.loads(pickle.dumps(study))
kept.optimize(moving, n_trials=2)
assert len(kept.trials) == 14, "a study that was kept goes on"


def plain(trial: optuna.Trial) -> float:
    return trial.suggest_float("x", 0, 1)


def searched(*samplers: hpo.optuna.HpoSampler) -> "list[list[float]]":
    studies = [optuna.create_study(sampler=sampler) for sampler in samplers]
    for _ in range(6):
        for study in studies:
            study.optimize(plain, n_trials=1)
    return [[trial.params["x"] for trial in study.trials] for study in studies]


shared = hpo.optuna.HpoSampler("tpe", seed=1)
assert searched(shared, shared) == 2 * searched(hpo.optuna.HpoSampler("tpe", seed=1))


def changing(trial: optuna.Trial) -> float:
    return float(trial.suggest_int("x", 0, 3)) if trial.number else trial.suggest_float("x", 0, 1)


study = optuna.create_study(sampler=hpo.optuna.HpoSampler("tpe"))
try:
    study.optimize(changing, n_trials=3)
except (HpoError, ValueError) as error:
    assert "x" in str(error), error
else:
    raise SystemExit("another kind of the same name was taken")
try:
    hpo.optuna.HpoSampler("nonsense").before_trial(optuna.create_study(), None)  # type: ignore[arg-type]
except HpoError as error:
    assert "nonsense" in str(error), error
print("threads, a queued trial, constraints, two metrics, ranges that move, a kept study, a shared sampler")
