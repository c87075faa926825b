"""Trainer(..., callbacks=[hpo.lightning.Report("val_loss")])"""

from __future__ import annotations

from lightning.pytorch import LightningModule, Trainer
from lightning.pytorch.callbacks import Callback

from . import trial
from ._metric import missing


class Report(Callback):
    """Reports a metric after each validation, the others as curves, and the last one as the result."""

    def __init__(self, monitor: str) -> None:
        self.monitor = monitor
        self.is_told = False

    def on_train_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        # Lightning's own handler talks to the other ranks, which may be in a collective: it hangs.
        stop = trial().stop
        if stop is not None:
            stop.ignore_ranks() if trainer.world_size > 1 else stop.listen()

    def on_validation_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        metrics = {name: value for name, value in trainer.callback_metrics.items() if value.numel() == 1}
        if trainer.sanity_checking or self.monitor not in metrics or not trainer.is_global_zero:
            return
        value = metrics.pop(self.monitor)
        self.is_told = True
        trial().result(value)
        trial().report(value, trainer.current_epoch + 1, **metrics)

    def on_train_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        # Not before: a metric may be logged only in some of the validations.
        if trainer.is_global_zero and not self.is_told:
            missing(trainer.callback_metrics, self.monitor, "Lightning")
