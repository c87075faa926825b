"""python -m hpo.wandb STUDY --project PROJECT: a study's finished trials as runs of Weights & Biases.

Each trial is a run of the group that is called as the study, with its parameters as config, its reports and
curves by step and its metrics as summary. A second time only what finished since is written.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Optional

import wandb


def export(
    study: str,
    project: str,
    *,
    storage: Optional[str] = None,
    entity: Optional[str] = None,
    dir: str = ".",
    command: Optional[Sequence[str]] = None,
) -> int:
    """Writes the finished trials that `dir` does not know of yet; how many these were.

    `storage` and `command` as in `hpo.study.open`. WANDB_MODE=offline writes runs for `wandb sync`.
    """
    key = hashlib.sha256(json.dumps([storage, study, entity, project]).encode()).hexdigest()[:10]
    ledger = Path(dir, "wandb", f"hpo-{key}.txt")
    ledger.parent.mkdir(parents=True, exist_ok=True)
    known = set(ledger.read_text().split()) if ledger.exists() else set()
    count = 0
    for trial in _trials(study, storage, command):
        number = str(trial["number"])
        if number in known:
            continue
        _write(trial, study, f"{key}-{number}", project, entity, dir)
        with ledger.open("a") as file:
            file.write(f"{number}\n")
        count += 1
    return count


def _write(trial: Mapping[str, Any], study: str, id: str, project: str, entity: Optional[str], dir: str) -> None:
    run = wandb.init(
        project=project,
        entity=entity,
        dir=dir,
        id=id,
        # One that was cut short goes on.
        resume=None if os.environ.get("WANDB_MODE") == "offline" else "allow",
        group=study,
        name=f"trial {trial['number']}",
        config=dict(trial["params"]),
        tags=[trial["state"]],
        reinit="finish_previous",
        settings=wandb.Settings(console="off", silent=True),
    )
    points: dict[int, dict[str, float]] = {}
    for step, value in trial["intermediateValues"].items():
        points.setdefault(int(step), {})["value"] = float(value)
    for name, curve in trial.get("curves", {}).items():
        for step, value in curve:
            points.setdefault(int(step), {})[name] = float(value)
    for step, values in sorted(points.items()):
        run.log(values, step=step)
    names = trial.get("metricNames") or ["value"]
    for name, value in zip(names, trial["values"] or []):
        run.summary[name] = float(value)
    for name, value in trial["userAttrs"].items():
        run.summary[name] = value
    failure = trial.get("failure")
    if failure is not None:
        run.summary["failure"] = f"{failure['reason']}: {failure['message']}"
    run.finish(exit_code=1 if trial["state"] == "failed" else 0)


def _trials(study: str, storage: Optional[str], command: Optional[Sequence[str]]) -> Iterator[dict[str, Any]]:
    words = list(command or shlex.split(os.environ.get("HPO_COMMAND", "")))
    if not words:
        words = ["hpo"] if shutil.which("hpo") else ["npx", "--no-install", "hpo"]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "trials.jsonl")
        flags = ["--to", "jsonl", "--out", str(file), *([] if storage is None else ["--storage", storage])]
        subprocess.run([*words, "study", "export", study, *flags], check=True, stdout=subprocess.DEVNULL)
        if file.exists():
            yield from map(json.loads, file.read_text().splitlines())


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m hpo.wandb", description="a study's finished trials as runs of Weights & Biases")
    parser.add_argument("study", help="the study's name")
    parser.add_argument("--project", required=True)
    parser.add_argument("--entity")
    parser.add_argument("--storage", help="as of hpo study; sqlite:hpo.db if left out")
    parser.add_argument("--dir", default=".", help="where W&B keeps its files, and what was written is known")
    given = parser.parse_args()
    count = export(given.study, given.project, storage=given.storage, entity=given.entity, dir=given.dir)
    print(f"{count} trials written")


if __name__ == "__main__":
    main()
