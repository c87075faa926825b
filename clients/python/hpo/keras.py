"""model.fit(..., callbacks=[hpo.keras.Report("val_loss")])"""

from __future__ import annotations

from typing import Any, Optional

import keras

from . import trial
from ._metric import split_metric


class Report(keras.callbacks.Callback):
    """Reports a metric after each epoch, the others as curves, and the last one as the result."""

    def __init__(self, monitor: str) -> None:
        super().__init__()
        self.monitor = monitor

    def on_epoch_end(self, epoch: int, logs: Optional[dict[str, Any]] = None) -> None:
        value, curves = split_metric(logs or {}, self.monitor, "Keras")
        trial().result(value)
        trial().report(value, epoch + 1, **curves)
