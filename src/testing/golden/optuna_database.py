"""Writes optuna-5.0.0.sqlite3, a database by Optuna itself, and what it holds as JSON.

    python optuna_database.py SEED OUT.sqlite3 OUT.json      (requirements.txt says what it needs)
"""
import json, math, os, sys, warnings
warnings.filterwarnings("ignore")
import numpy as np, optuna
optuna.logging.set_verbosity(optuna.logging.CRITICAL)
seed, db, out = int(sys.argv[1]), sys.argv[2], sys.argv[3]
if os.path.exists(db): os.remove(db)
st = optuna.storages.RDBStorage(f"sqlite:///{db}", heartbeat_interval=60)
rng = np.random.RandomState(seed)
S = optuna.trial.TrialState

a = optuna.create_study(storage=st, study_name="single", sampler=optuna.samplers.TPESampler(seed=seed), pruner=optuna.pruners.MedianPruner())
a.set_user_attr("owner", {"team": "vision", "tags": ["lr", "η"]})


def f(t):
    o = t.suggest_categorical("optimizer", ["sgd", "adamw", "lion"])
    lr = t.suggest_float("lr", 1e-5, 1.0, log=True)
    b = t.suggest_int("batch_size", 16, 1024, log=True)
    if o == "sgd":
        t.suggest_float("momentum", 0.0, 0.95, step=0.05)
    else:
        t.suggest_int("warmup", 0, 500, step=100)
    for s in range(6):
        t.report((math.log10(lr) + 2) ** 2 + 1 / (s + 1), s)
        if t.should_prune(): raise optuna.TrialPruned
    if t.number == 7: raise ValueError("diverged")
    t.set_user_attr("device", "cuda:0")
    return (math.log10(lr) + 2) ** 2 + abs(math.log2(b) - 7) * .1


a.optimize(f, n_trials=25, catch=(ValueError,))
a.enqueue_trial({"lr": 0.01, "optimizer": "lion"}, user_attrs={"why": "paper"})
m = optuna.create_study(storage=st, study_name="two objectives", directions=["minimize", "maximize"], sampler=optuna.samplers.NSGAIISampler(seed=seed, population_size=6, constraints_func=lambda t: (t.params["x"] - 2.5,)))
m.optimize(lambda t: (t.suggest_float("x", -5, 5) ** 2, t.suggest_float("y", 0, 3)), n_trials=14)
e = optuna.create_study(storage=st, study_name="edge cases", direction="maximize")
t = e.ask(); t.suggest_categorical("mixed", [None, True, 2, 2.5, "text"]); t.report(float("nan"), 0); t.report(float("inf"), 1); t.report(-float("inf"), 2); e.tell(t, state=S.PRUNED)
t = e.ask(); t.suggest_int("only", 3, 3); e.tell(t, float("inf"))
t = e.ask(); e.tell(t, None, state=S.FAIL)
t = e.ask(); t.suggest_float("running", 0, 1)
metric = optuna.create_study(storage=st, study_name="named metrics", directions=["minimize", "minimize"]); metric.set_metric_names(["loss", "seconds"])


def num(v): return v if v is None or math.isfinite(v) else ("nan" if math.isnan(v) else "inf" if v > 0 else "-inf")


def dump(study):
    return {"name": study.study_name, "directions": [d.name.lower() for d in study.directions], "user_attrs": study.user_attrs, "metric_names": study.metric_names,
            "trials": [{"number": t.number, "state": t.state.name.lower(), "values": None if t.values is None else [num(v) for v in t.values], "params": t.params,
                        "distributions": {k: json.loads(optuna.distributions.distribution_to_json(v)) for k, v in t.distributions.items()},
                        "intermediate_values": {str(k): num(v) for k, v in t.intermediate_values.items()}, "user_attrs": t.user_attrs,
                        "system_attr_keys": sorted(t.system_attrs), "started": t.datetime_start is not None, "completed": t.datetime_complete is not None} for t in study.trials]}


json.dump({"written_by": "optuna " + optuna.__version__, "studies": [dump(s) for s in (a, m, e, metric)],
           "best": {"single": {"number": a.best_trial.number, "value": a.best_value}, "two objectives": sorted(t.number for t in m.best_trials)}}, open(out, "w"), indent=1, ensure_ascii=False)
