"""lgb.train(..., callbacks=[hpo.lightgbm.report("binary_logloss")])"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import trial
from ._metric import split_metric


def report(metric: str, data: str = "valid_0", every: int = 1) -> Callable[[Any], None]:
    """Reports a metric on a data set after each `every` rounds, and the last one as the result."""

    def callback(env: Any) -> None:
        if (env.iteration + 1) % every:
            return
        told = {name: value for where, name, value, *_ in env.evaluation_result_list if where == data}
        value, others = split_metric(told, metric, f"LightGBM's data set {data}")
        trial().result(value)
        trial().report(value, env.iteration + 1, **others)

    return callback
