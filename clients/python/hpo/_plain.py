"""Numbers, arrays and tensors as JSON has them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, SupportsFloat, Union

Numbers = Union[SupportsFloat, Sequence[SupportsFloat], Mapping[str, SupportsFloat]]


def text_of(message: Mapping[str, Any]) -> str:
    return json.dumps(message, default=_plain)


def numbers_of(values: Numbers) -> Union[float, list[float], dict[str, float]]:
    """A number, a list or a mapping of them; of an array or a tensor what it holds."""
    if isinstance(values, Mapping):
        return {name: float(one) for name, one in values.items()}
    to_list = getattr(values, "tolist", None)
    plain = to_list() if callable(to_list) else values
    if isinstance(plain, Sequence) and not isinstance(plain, str):
        return [float(one) for one in plain]
    return float(plain)


def _plain(value: Any) -> Any:
    """A numpy scalar or array, or a tensor, as the numbers that it holds; anything else as its text."""
    to_list = getattr(value, "tolist", None)
    return to_list() if callable(to_list) else str(value)


def step_of(step: Any) -> int:
    """Refused where it is none: cut off, a step of 1.5 would take the place of step 1."""
    if not (step >= 0 and step % 1 == 0):
        raise ValueError(
            f"step is {step}: a step is an integer >= 0. Count epochs, or the batches so far where a report "
            "comes within an epoch."
        )
    return int(step)
