"""One Optuna process on a shared study, random search over six floats, until a line comes in.

    python optuna_worker.py URL        says "ready", begins at the first line, ends at the second
"""
import select
import sys

import optuna

optuna.logging.set_verbosity(optuna.logging.CRITICAL)
study = optuna.create_study(
    study_name="optuna",
    storage=sys.argv[1],
    sampler=optuna.samplers.RandomSampler(),
    load_if_exists=True,
)
print("ready", flush=True)
sys.stdin.readline()


def objective(trial):
    return sum(trial.suggest_float(f"x{i}", -5, 5) ** 2 for i in range(6))


def look(study, trial):
    if select.select([sys.stdin], [], [], 0)[0]:
        study.stop()


study.optimize(objective, callbacks=[look])
