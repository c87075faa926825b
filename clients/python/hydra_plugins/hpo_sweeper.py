"""python train.py -m hydra/sweeper=hpo 'lr=tag(log,interval(1e-5,1))': a strategy of hpo chooses Hydra's jobs."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Optional

from hydra.core.config_store import ConfigStore
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import IntervalSweep, Override, Quote, QuotedString, Transformer
from hydra.core.plugins import Plugins
from hydra.core.utils import JobReturn
from hydra.plugins.launcher import Launcher
from hydra.plugins.sweeper import Sweeper
from hydra.types import HydraContext, TaskFunction
from omegaconf import DictConfig, OmegaConf

from hpo import study as served
from hpo._errors import HpoError

log = logging.getLogger(__name__)

#: So many errors in a row end the sweep, and the first job's does: then the fault is in the program.
_MOST_ERRORS = 5
#: What Hydra reads as something else than text.
_NO_TEXT = ("true", "false", "null", "nan", "inf")
#: hydra.sweeper: what a study file holds of a study, and how many jobs a launcher gets at once.
_CONFIG: dict[str, Any] = {
    "_target_": "hydra_plugins.hpo_sweeper.HpoSweeper",
    "name": "${hydra.job.name}",
    "storage": "sqlite:${hydra.runtime.cwd}/hpo.db",
    "strategy": "auto",
    "direction": "minimize",
    "metrics": None,  # several, by name with their directions, in place of `direction`
    "trials": 20,  # that the study is to have in all, those of earlier sweeps included
    "seed": 0,
    "jobs": 1,
    "params": {},  # overrides as on the command line; those there go over them
}


class HpoSweeper(Sweeper):
    """Runs jobs whose swept values a study of hpo suggests; what the task function returns is the metric."""

    def __init__(self, jobs: int, params: Mapping[str, str], trials: int, storage: str, **study: Any) -> None:
        self._jobs = jobs
        self._params = params
        self._trials = trials
        self._storage = storage
        self._study = {name: value for name, value in study.items() if value is not None}
        if "metrics" in self._study:
            del self._study["direction"]
        self._errors = 0
        self._only_errors = True

    def setup(
        self, *, hydra_context: HydraContext, task_function: TaskFunction, config: DictConfig
    ) -> None:
        self.config = config
        self.hydra_context = hydra_context
        self.launcher: Launcher = Plugins.instance().instantiate_launcher(
            hydra_context=hydra_context, task_function=task_function, config=config
        )

    def sweep(self, arguments: list[str]) -> list[JobReturn]:
        given = {override.get_key_element(): override for override in self._parsed(arguments)}
        swept = {name: one for name, one in given.items() if one.is_sweep_override()}
        fixed = [str(one.input_line) for one in given.values() if not one.is_sweep_override()]
        if not swept:
            raise HpoError("Nothing is swept. Give at least one value as a range, such as 'lr=interval(0,1)'.")
        space = {name.lstrip("+"): _distribution_of(one) for name, one in swept.items()}
        folder = Path(self.config.hydra.sweep.dir)
        folder.mkdir(parents=True, exist_ok=True)
        OmegaConf.save(self.config, folder / "multirun.yaml")
        definition = OmegaConf.to_container(OmegaConf.create(self._study))
        results: list[JobReturn] = []
        with served.open({**dict(definition), "trials": self._trials, "space": space}, self._storage) as study:
            self._only_errors = not study.best()
            while batch := list(_asked(study, self._jobs)):
                overrides = [[*fixed, *_overrides_of(one.params, swept)] for one in batch]
                self.validate_batch_is_legal(overrides)
                done = self.launcher.launch(overrides, initial_job_idx=batch[0].number)
                for trial, job in zip(batch, done):
                    self._tell(trial, job)
                results.extend(done)
            best = study.best()
        for one in best:
            log.info("Best of study %s: job %s, %s, %s", study.name, one["number"], one["values"], one["params"])
        OmegaConf.save(_results_of(best), folder / "optimization_results.yaml")
        return results

    def _parsed(self, arguments: Sequence[str]) -> list[Override]:
        configured = [f"{name}={value}" for name, value in self._params.items()]
        parser = OverridesParser.create(config_loader=self.hydra_context.config_loader)
        parsed: list[Override] = parser.parse_overrides([*configured, *arguments])
        return parsed

    def _tell(self, trial: served.AskedTrial, job: JobReturn) -> None:
        try:
            told = trial.tell(job.return_value)
        except Exception as error:
            told = trial.tell(failure={"reason": "error", "message": f"{type(error).__name__}: {error}"})
        failure = told.get("failure", {})
        if failure.get("reason") != "error":
            self._errors, self._only_errors = 0, False
            return
        self._errors += 1
        log.warning("Job %s failed: %s", trial.number, failure["message"])
        if self._only_errors or self._errors == _MOST_ERRORS:
            what = "The first job that ended" if self._only_errors else f"{self._errors} jobs in a row"
            raise HpoError(
                f"{what} failed, so the sweep stops: the fault is likely in the program. "
                f"Mend it and sweep again. The last one said: {failure['message']}"
            )


def _results_of(best: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """As Hydra's other sweepers write them."""
    if len(best) == 1 and len(best[0]["values"]) == 1:
        return {"name": "hpo", "best_params": best[0]["params"], "best_value": best[0]["values"][0]}
    return {"name": "hpo", "solutions": [{"params": one["params"], "values": one["values"]} for one in best]}


def _asked(study: served.Study, count: int) -> Iterator[served.AskedTrial]:
    for _ in range(count):
        trial = study.ask_one()
        if trial is None:
            return
        yield trial


def _distribution_of(override: Override) -> dict[str, Any]:
    """A parameter as a study file has it."""
    sweep = override.value()
    if isinstance(sweep, IntervalSweep):
        whole = isinstance(sweep.start, int) and isinstance(sweep.end, int)
        kind = {"type": "int" if whole else "float", "low": sweep.start, "high": sweep.end}
        return {**kind, **({"log": True} if "log" in sweep.tags else {})}
    if override.is_range_sweep() and not sweep.shuffle:
        values = list(override.sweep_iterator())
        if len(values) > 1:
            kind = {"type": "int" if all(isinstance(one, int) for one in values) else "float"}
            return {**kind, "low": min(values), "high": max(values), "step": abs(sweep.step)}
    return {"type": "categorical", "choices": list(override.sweep_iterator(_choice))}


def _choice(value: Any) -> Any:
    """A choice as the text of an override, but for numbers and booleans."""
    if not isinstance(value, str):
        return Transformer.encode(value)
    is_word = re.fullmatch(r"[A-Za-z_][\w./@-]*", value) and value.lower() not in _NO_TEXT
    return value if is_word else QuotedString(value, Quote.single).with_quotes()


def _overrides_of(params: Mapping[str, Any], swept: Mapping[str, Override]) -> list[str]:
    return [f"{name}={params[name.lstrip('+')]}" for name in swept if name.lstrip("+") in params]


ConfigStore.instance().store(group="hydra/sweeper", name="hpo", node=_CONFIG, provider="hpo")
