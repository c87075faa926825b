"""Optuna's importances of the trials that stand in importance.json, written into it anew.

usage: importance.py [--fanova]; without the flag the quick, deterministic PED-ANOVA alone. The trials
and the Sobol' indices, which come from the functions themselves, stay as they are.
"""
import json
import sys
import warnings
from pathlib import Path

import golden_file
import optuna
from optuna.distributions import json_to_distribution
from optuna.importance import FanovaImportanceEvaluator, PedAnovaImportanceEvaluator

optuna.logging.set_verbosity(optuna.logging.ERROR)
warnings.simplefilter("ignore")
path = Path(__file__).with_name("importance.json")
golden = json.loads(path.read_text())


def study_of(case):
    study = optuna.create_study(direction=case["direction"])
    known = {
        name: json_to_distribution(json.dumps(one)) for name, one in case["distributions"].items()
    }
    for trial in case["trials"]:
        own = {name: known[name] for name in trial["params"]}
        study.add_trial(
            optuna.trial.create_trial(
                params=trial["params"], distributions=own, value=trial["value"]
            )
        )
    return study


def importances(study, evaluator, normalize=True):
    found = optuna.importance.get_param_importances(
        study, evaluator=evaluator, normalize=normalize
    )
    return dict(sorted(found.items()))


for case in golden["cases"]:
    study, optunas = study_of(case), case["optuna"]
    optunas["pedAnova"] = importances(study, PedAnovaImportanceEvaluator())
    optunas["pedAnovaRaw"] = importances(study, PedAnovaImportanceEvaluator(), normalize=False)
    optunas["pedAnova25"] = importances(study, PedAnovaImportanceEvaluator(target_quantile=0.25))
    optunas["pedAnovaGlobal"] = importances(study, PedAnovaImportanceEvaluator(evaluate_on_local=False))
    if "--fanova" in sys.argv:
        runs = [
            importances(study, FanovaImportanceEvaluator(seed=seed))
            for seed in case["evaluatorSeeds"]
        ]
        for name in runs[0]:
            values = [run[name] for run in runs]
            mean = sum(values) / len(values)
            sd = (sum((value - mean) ** 2 for value in values) / len(values)) ** 0.5
            optunas["fanova"][name] = [mean, sd]

golden["made_by"] = f"optuna {optuna.__version__}"
golden_file.write(path, golden)
