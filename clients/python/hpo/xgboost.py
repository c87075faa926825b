"""xgb.train(..., callbacks=[hpo.xgboost.Report("validation", "logloss")])"""

from __future__ import annotations

from typing import Any

import xgboost

from . import trial
from ._metric import split_metric


class Report(xgboost.callback.TrainingCallback):
    """Reports a metric on a data set after each round, and the last one as the result."""

    def __init__(self, data: str, metric: str) -> None:
        super().__init__()
        self.data, self.metric = data, metric

    def after_iteration(self, model: Any, epoch: int, evals_log: dict[str, Any]) -> bool:
        values, _ = split_metric(evals_log, self.data, "XGBoost's list of data sets")
        value = split_metric(values, self.metric, f"XGBoost's data set {self.data}")[0][-1]
        trial().result(value)
        trial().report(value, epoch + 1)
        return False
