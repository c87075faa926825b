"""The trial that this process is."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import logging
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Optional, SupportsFloat, TypeVar

from ._plain import Numbers, numbers_of, step_of, text_of
from ._stop import StopSignal

logger = logging.getLogger("hpo")
#: A float, an int, a numpy scalar, or a tensor of one element on any device.
Number = SupportsFloat
Config = TypeVar("Config")

_RANKS = ("RANK", "OMPI_COMM_WORLD_RANK", "LOCAL_RANK")
_FRAMEWORKS = ("numpy", "torch", "tensorflow", "jax", "keras", "lightning", "sklearn", "lightgbm", "xgboost")
_KEPT = ".reports.jsonl"  # what the trial reported, beside its checkpoints
_WAITED_SHARE = 0.02  # of the time since the last report, for the study's answer to this one
_LONGEST_ANSWER = 0.05  # seconds


class Trial(Mapping[str, Any]):
    """What hpo gave this process; as a mapping, the parameters."""

    def __init__(self, defaults: Mapping[str, Any], environ: Mapping[str, str]) -> None:
        self.is_managed = "HPO_TRIAL_NUMBER" in environ
        #: What hpo gave, over the defaults.
        self.params: dict[str, Any] = {**defaults, **_params_of(environ)}
        self.number = int(environ.get("HPO_TRIAL_NUMBER", "0"))
        self.seed = int(environ.get("HPO_TRIAL_SEED", "0"))
        self.study_name = environ.get("HPO_STUDY_NAME")
        #: The study's metrics and their directions.
        self.metrics: dict[str, str] = json.loads(environ.get("HPO_METRICS", "{}"))
        self.device = environ.get("HPO_TRIAL_DEVICE")
        self.dir = Path(environ.get("HPO_TRIAL_DIR", "."))
        self.checkpoint_dir = Path(environ.get("HPO_CHECKPOINT_DIR", "checkpoints"))
        #: The step at which this trial pauses; a later one may go on with its checkpoint.
        self.max_step = int(environ["HPO_MAX_STEP"]) if "HPO_MAX_STEP" in environ else None
        #: This process among those of a trial; rank 0 alone tells anything.
        self.rank = next((int(environ[name]) for name in _RANKS if environ.get(name)), 0)
        self._continue_dir = environ.get("HPO_CONTINUE_DIR")
        # Of its own: whoever replaces sys.stdout later does not stand in between.
        self._out = os.dup(1) if self.is_managed and self.rank == 0 else None
        self.stop = StopSignal(environ) if self.is_managed else None
        self._last_report = time.monotonic()
        self._has_told_versions = False
        self._has_told_again = False

    def __getitem__(self, name: str) -> Any:
        return self.params[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.params)

    def __len__(self) -> int:
        return len(self.params)

    def into(self, kind: type[Config]) -> Config:
        """The parameters as a dataclass; its fields' defaults stand for what is not given."""
        names = {field.name for field in dataclasses.fields(kind)}  # type: ignore[arg-type]
        return kind(**{name: value for name, value in self.params.items() if name in names})

    # What it tells.

    def report(
        self,
        value: Number,
        step: int,
        *,
        save: Optional[Callable[[Path], object]] = None,
        **curves: Number,
    ) -> None:
        """The metric at a step, an integer >= 0, with curves beside it.

        Raises Stopped once the study stops the trial. `save` writes a checkpoint to the path that it is
        given, before the report, as the answer to that may be the end; `saved()` finds it again.
        """
        step = step_of(step)
        self._know_ranks()
        if save is not None and self.rank == 0:
            self.save("state", save)
        self._tell({"step": step, "value": float(value), **_log_of(curves)})
        now = time.monotonic()
        if self.stop is not None:
            # The answer takes some milliseconds: without it, a whole step more would be trained.
            self.stop.wait(min(_LONGEST_ANSWER, _WAITED_SHARE * (now - self._last_report)))
        self._last_report = now
        self.check()

    def log(self, step: int, **curves: Number) -> None:
        """Curves beside the metric."""
        self._say({"step": step_of(step), **_log_of(curves)})

    def attrs(self, **values: Any) -> None:
        """What is to be kept with the trial, as JSON."""
        self._say({"attrs": values})

    def constraints(self, *values: Number) -> None:
        """The trial is feasible where all are <= 0."""
        self._say({"constraints": [float(value) for value in values]})

    def result(self, value: Numbers) -> None:
        """The metric; several as a mapping, or as a list in the study's order. The last one counts."""
        told = numbers_of(value)
        self._tell_again()
        self._say({"value" if isinstance(told, float) else "values": told})

    # What it hears.

    def should_stop(self) -> bool:
        """Whether the study stops this trial: the answer to an earlier report."""
        return self.stop is not None and self.stop.is_set

    def check(self) -> None:
        """Raises Stopped if so."""
        if self.stop is not None:
            self.stop.check()

    def steps(self, end: int, start: int = 1) -> range:
        """start, ..., end, or less far where this trial is to pause."""
        steps = range(start, (end if self.max_step is None else min(end, self.max_step)) + 1)
        if not steps:
            self._tell_again(start)
        return steps

    # What it keeps.

    def save(self, name: str, write: Callable[[Path], object]) -> Path:
        """Calls `write(path)`; the file or folder takes its place in `checkpoint_dir` once it is whole.

        SIGTERM waits for it.
        """
        with self.saving():
            self.checkpoint_dir.mkdir(parents=True, exist_ok=True)
            partial = Path(tempfile.mkdtemp(prefix=".partial-", dir=self.checkpoint_dir))
            try:
                write(partial / name)
                target = self.checkpoint_dir / name
                if target.is_dir():  # no rename replaces a folder
                    os.rename(target, partial / "before")
                os.replace(partial / name, target)
            finally:
                shutil.rmtree(partial, ignore_errors=True)
        return target

    def saved(self, name: str = "state") -> Optional[Path]:
        """What this trial saved before it was interrupted, else what the trial did that it goes on with.

        None where there is neither, and where hpo does not run this script.
        """
        folders = [self.checkpoint_dir, *([Path(self._continue_dir)] if self._continue_dir else [])]
        found = (folder / name for folder in folders if (folder / name).exists())
        return next(found, None) if self.is_managed else None

    @contextlib.contextmanager
    def saving(self) -> Iterator[None]:
        """SIGTERM waits for the end of this block."""
        with contextlib.nullcontext() if self.stop is None else self.stop.put_off():
            yield

    def _tell(self, report: dict[str, Any]) -> None:
        """Says a report and keeps it beside the checkpoints."""
        self._tell_again(report["step"])
        if self._out is not None and self.rank == 0 and self.checkpoint_dir.is_dir():
            with (self.checkpoint_dir / _KEPT).open("a") as file:
                file.write(f"{text_of(report)}\n")
        self._say(report)

    def _tell_again(self, end: Optional[int] = None) -> None:
        """Says what this trial had reported before `end`; None: all of it. Once, and before anything new.

        hpo begins a trial anew that was interrupted: one that goes on from a checkpoint tells again what
        it had told up to there, also where only the result was left to tell.
        """
        if self._has_told_again or self._out is None or self.rank != 0:
            return
        self._has_told_again = True
        kept = self.checkpoint_dir / _KEPT
        if not kept.is_file():
            return
        before = [one for one in _reports_in(kept) if end is None or one["step"] < end]
        # A kill in this moment leaves the old file whole.
        new = kept.with_name(f"{_KEPT}.new")
        new.write_text("".join(f"{text_of(one)}\n" for one in before))
        new.replace(kept)
        for one in before:
            self._say(one)

    def _know_ranks(self) -> None:
        """Of processes that only torch.distributed knows of, as those of torch.multiprocessing.spawn."""
        group = sys.modules.get("torch.distributed")
        if group is not None and group.is_available() and group.is_initialized():
            self.rank = group.get_rank()
            if self.stop is not None and group.get_world_size() > 1:
                self.stop.ignore_ranks()

    def _say(self, message: dict[str, Any]) -> None:
        self._know_ranks()
        if self._out is None or self.rank != 0:
            if self.rank == 0:
                logger.info("%s", message)
            return
        with contextlib.suppress(Exception):
            sys.stdout.flush()
        if not self._has_told_versions:
            self._has_told_versions = True
            message = {**message, "versions": versions()}
        # A bar may have left its line open; and one write is whole, whoever else writes.
        os.write(self._out, f"\n{text_of(message)}\n".encode())


def versions() -> dict[str, str]:
    """Python's, and those of the frameworks that are imported by now: kept with the trial."""
    imported = {name: getattr(sys.modules.get(name), "__version__", None) for name in _FRAMEWORKS}
    told = {name: str(version)[:100] for name, version in imported.items() if version is not None}
    return {"python": platform.python_version(), **told}


def _log_of(curves: Mapping[str, Number]) -> dict[str, Any]:
    return {"log": {name: float(value) for name, value in curves.items()}} if curves else {}


def _reports_in(file: Path) -> list[dict[str, Any]]:
    reports: list[dict[str, Any]] = []
    with contextlib.suppress(OSError, ValueError):  # there is none, or its last line is torn
        for line in file.read_text().splitlines():
            reports.append(json.loads(line))
    return reports


def _params_of(environ: Mapping[str, str]) -> dict[str, Any]:
    """From the file where they are too long for a variable."""
    text = environ.get("HPO_PARAMS")
    if not text and "HPO_PARAMS_FILE" in environ:
        text = Path(environ["HPO_PARAMS_FILE"]).read_text()
    params: dict[str, Any] = json.loads(text or "{}")
    return params


_trial: Optional[Trial] = None


def trial(defaults: Optional[Mapping[str, Any]] = None, **more: Any) -> Trial:
    """This process's trial, always the same one. Defaults of the first call stand."""
    global _trial
    if _trial is None:
        _trial = Trial({**(defaults or {}), **more}, os.environ)
    return _trial


def run(
    objective: Callable[[Trial], Optional[Numbers]], defaults: Optional[Mapping[str, Any]] = None
) -> Optional[Numbers]:
    """Calls `objective(trial)` and tells what it returns."""
    this = trial(defaults)
    value = objective(this)
    if value is not None:
        this.result(value)
    return value
