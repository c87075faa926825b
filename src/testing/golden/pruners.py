"""Writes pruners.json: learning curves, and the step at which each of Optuna's pruners stops each trial.

    python pruners.py SEED OUT.json      (the file here: seed 7; requirements.txt says what it needs)
"""
import sys, warnings
import golden_file
warnings.filterwarnings("ignore")
import numpy as np, optuna
optuna.logging.set_verbosity(optuna.logging.CRITICAL)
seed, out = int(sys.argv[1]), sys.argv[2]
rng = np.random.RandomState(seed)
K, T = 24, 27
curves = [[float(np.round(a + b * np.exp(-t / c) + 0.02 * rng.randn(), 5)) for t in range(1, T + 1)] for a, b, c in zip(rng.rand(K), 1 + rng.rand(K), 2 + 8 * rng.rand(K))]
curves[5][3] = float("nan")
P = optuna.pruners
cases = [
    ("median", {"n_startup_trials": 5, "n_warmup_steps": 0, "interval_steps": 1}, lambda h: P.MedianPruner(**h), "minimize"),
    ("median", {"n_startup_trials": 4, "n_warmup_steps": 5, "interval_steps": 3}, lambda h: P.MedianPruner(**h), "maximize"),
    ("percentile", {"percentile": 25.0, "n_startup_trials": 5, "n_warmup_steps": 2, "interval_steps": 1}, lambda h: P.PercentilePruner(**h), "minimize"),
    ("successive-halving", {"min_resource": 1, "reduction_factor": 3, "min_early_stopping_rate": 0}, lambda h: P.SuccessiveHalvingPruner(**h), "minimize"),
    ("successive-halving", {"min_resource": 2, "reduction_factor": 2, "min_early_stopping_rate": 1}, lambda h: P.SuccessiveHalvingPruner(**h), "maximize"),
    ("threshold", {"upper": 1.2, "lower": 0.05, "n_warmup_steps": 3}, lambda h: P.ThresholdPruner(**h), "minimize"),
    ("patient-median", {"patience": 2, "min_delta": 0.0, "n_startup_trials": 5, "n_warmup_steps": 0, "interval_steps": 1},
     lambda h: P.PatientPruner(P.MedianPruner(n_startup_trials=5), patience=2, min_delta=0.0), "minimize"),
]
res = []
for name, h, make, direction in cases:
    study = optuna.create_study(direction=direction, pruner=make(h), sampler=optuna.samplers.RandomSampler(seed=0))
    stops = []
    for c in curves:
        t = study.ask(); stop = None
        for s, v in enumerate(c, 1):
            t.report(v, s)
            if t.should_prune():
                stop = s; break
        if stop is None and np.isnan(c[-1]): raise SystemExit("bad curve")
        study.tell(t, state=optuna.trial.TrialState.PRUNED) if stop else study.tell(t, c[-1])
        stops.append(stop)
    res.append({"pruner": name, "parameters": h, "direction": direction, "pruned_at_step_null_if_finished": stops})
golden_file.write(out, {"about": "Trials run one after another. Each reports curves[i][s-1] at step s = 1, 2, … and asks at once whether to prune; a pruned trial stops there. NaN is written as null. The stops are optuna 5.0.0's.",
           "curves": [[None if np.isnan(v) else v for v in c] for c in curves], "cases": res})
print([(r["pruner"], sum(s is not None for s in r["pruned_at_step_null_if_finished"])) for r in res])
