"""Optuna's own trials per second: five floats, random sampler, an objective that does nothing.

usage: optuna_engine.py TRIALS [sqlite file]; prints {"version", "perSecond"} as JSON.
"""
import json
import sys
import time

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
trials = int(sys.argv[1])
storage = f"sqlite:///{sys.argv[2]}" if len(sys.argv) > 2 else None
study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0), storage=storage)


def objective(trial):
    return sum(trial.suggest_float(f"x{i}", 0, 1) for i in range(5))


study.optimize(objective, n_trials=max(5, trials // 20))
start = time.perf_counter()
study.optimize(objective, n_trials=trials)
elapsed = time.perf_counter() - start
print(json.dumps({"version": optuna.__version__, "perSecond": trials / elapsed}))
