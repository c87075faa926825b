"""Trainer(..., callbacks=[hpo.transformers.Report("eval_loss")])"""

from __future__ import annotations

from typing import Any

from transformers import TrainerCallback

from . import trial
from ._metric import split_metric


class Report(TrainerCallback):
    """Reports a metric after each evaluation, the others as curves, and the last one as the result."""

    def __init__(self, monitor: str) -> None:
        self.monitor = monitor
        self.last_step = -1

    def on_evaluate(
        self, args: Any, state: Any, control: Any, metrics: dict[str, Any], **kwargs: Any
    ) -> None:
        value, curves = split_metric(metrics, self.monitor, "The Trainer")
        trial().result(value)
        if state.global_step > self.last_step:  # evaluate() once more behind train()
            self.last_step = state.global_step
            trial().report(value, state.global_step, **curves)
