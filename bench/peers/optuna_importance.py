"""CPU seconds of Optuna's own importance evaluators on the trials that come on stdin.

usage: optuna_importance.py < trials.json, a list of {"params", "value"} with floats in [0, 1];
prints {"version", "fanova", "pedAnova"} as JSON.
"""
import json
import sys
import time

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
study = optuna.create_study()
for trial in json.load(sys.stdin):
    uniform = {name: optuna.distributions.FloatDistribution(0, 1) for name in trial["params"]}
    study.add_trial(
        optuna.trial.create_trial(
            params=trial["params"], distributions=uniform, value=trial["value"]
        )
    )


def seconds(evaluator):
    start = time.process_time()
    optuna.importance.get_param_importances(study, evaluator=evaluator)
    return time.process_time() - start


print(
    json.dumps(
        {
            "version": optuna.__version__,
            "fanova": seconds(optuna.importance.FanovaImportanceEvaluator(seed=0)),
            "pedAnova": seconds(optuna.importance.PedAnovaImportanceEvaluator()),
        }
    )
)
