"""Asks and tells the study at a coordinator's URL; prints how many trials it has, and how many were pruned."""

import sys

import hpo.study

url = sys.argv[1]
try:
    hpo.study.open(url, token="wrong")
except hpo.study.HpoError as error:
    assert "token" in str(error), error
else:
    raise SystemExit("a wrong token was taken")
with hpo.study.open(url) as study:  # by HPO_TOKEN
    for trial in study.ask(2):
        if trial.number == 1:
            break  # left untold: it is handed back
        trial.tell(trial.params["x"])
with hpo.study.open(url) as study:
    for trial in study.ask():
        stop = trial.report(trial.params["x"] + trial.number, 1, grad=1.0)
        trial.tell(state="pruned") if stop else trial.tell(trial.params["x"])
    trials = study.trials()
    print(len(trials), sum(trial["state"] == "pruned" for trial in trials))
