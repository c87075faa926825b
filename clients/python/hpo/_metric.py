"""The metric that a callback reports, among those that its framework gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn


def split_metric(metrics: Mapping[str, Any], name: str, of: str) -> tuple[Any, dict[str, Any]]:
    """The metric of that name, and the others. Raises KeyError that says which ones there are."""
    if name not in metrics:
        missing(metrics, name, of)
    return metrics[name], {other: value for other, value in metrics.items() if other != name}


def missing(metrics: Mapping[str, Any], name: str, of: str) -> NoReturn:
    there = ", ".join(sorted(map(str, metrics))) or "none"
    raise MetricError(f'{of} gives no metric "{name}". It gives: {there}. Name one of these.')


class MetricError(KeyError):
    """There is no metric of the name that a callback was given."""

    def __str__(self) -> str:  # KeyError shows its text quoted
        return str(self.args[0])
