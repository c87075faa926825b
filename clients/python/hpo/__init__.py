"""A training script's side of hpo: parameters in, reports and results out.

    import hpo

    trial = hpo.trial({"lr": 1e-3, "optimizer": "adamw"})  # these, where hpo gives none
    for epoch in trial.steps(30):
        loss = train(trial["lr"])
        trial.report(loss, epoch)  # ends the script here once the study stops the trial
    trial.result(loss)

Run by hand, the same script trains with these parameters, and reports go to the logger "hpo". No
dependencies. `hpo.keras`, `hpo.lightning`, `hpo.transformers`, `hpo.lightgbm`, `hpo.xgboost` and
`hpo.sklearn` report for you, `hpo.study` asks and tells, `hpo.optuna` suggests inside Optuna, `hpo.probe`
measures a PyTorch model.
"""

from ._stop import Stopped
from ._trial import Trial, run, trial

__all__ = ["Stopped", "Trial", "run", "trial"]
__version__ = "0.1.0"
