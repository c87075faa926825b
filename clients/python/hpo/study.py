"""Ask a study of hpo for trials, and tell it what they came to.

    import hpo.study

    with hpo.study.open("study.yaml") as study:
        for trial in study.ask(20):
            loss = train(**trial.params)  # trial.report(loss, step) is True where it is to stop
            trial.tell(loss)
        print(study.best()[0]["params"])
"""

from __future__ import annotations

import os
import shlex
import shutil
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Optional, Protocol, SupportsFloat, Union

from ._errors import HpoError
from ._plain import Numbers, numbers_of, step_of


class AskedTrial:
    """A trial to be run here."""

    def __init__(self, study: Study, asked: Mapping[str, Any]) -> None:
        self._study = study
        self.number: int = asked["number"]
        self.params: dict[str, Any] = asked["params"]
        self.seed: int = asked["seed"]
        #: Where it may keep files; not made yet.
        self.directory: str = asked["directory"]
        #: The step at which it is to pause.
        self.max_step: Optional[int] = asked.get("maxStep")
        self.is_open = True

    def suggest(self, name: str, distribution: Mapping[str, Any]) -> Any:
        """A parameter that the study's space does not declare; the distribution as Optuna's JSON."""
        value = self._study.do("suggest", number=self.number, name=name, distribution=distribution)
        if distribution.get("name") == "FloatDistribution":  # JSON has one kind of number
            value = float(value)
        self.params[name] = value
        return value

    def report(self, value: SupportsFloat, step: int, **curves: SupportsFloat) -> bool:
        """Whether the study would stop the trial here: then tell it with state="pruned"."""
        log = {name: float(one) for name, one in curves.items()}
        message = {"number": self.number, "value": float(value), "step": step_of(step)}
        return bool(self._study.do("report", **message, **({"log": log} if log else {}))["stop"])

    def attrs(self, **values: Any) -> None:
        self._study.do("attrs", number=self.number, attrs=values)

    def tell(
        self,
        values: Optional[Numbers] = None,
        *,
        state: Optional[str] = None,
        failure: Optional[Mapping[str, str]] = None,
        constraints: Optional[Sequence[SupportsFloat]] = None,
    ) -> dict[str, Any]:
        """Ends it with its metric(s), or as "pruned" or "failed"; `failure` has reason and message."""
        told = {
            "values": None if values is None else numbers_of(values),
            "state": state,
            "failure": failure,
            "constraints": None if constraints is None else numbers_of(constraints),
        }
        given = {name: value for name, value in told.items() if value is not None}
        trial: dict[str, Any] = self._study.do("tell", number=self.number, **given)
        self.is_open = False
        return trial

    def release(self) -> None:
        """Hands it back: it is asked for again, as it was."""
        self._study.do("release", number=self.number)
        self.is_open = False


class Asker(Protocol):
    """How a study's process is asked: over a pipe or over HTTP."""

    def ask(self, question: Mapping[str, Any]) -> Any: ...

    def close(self) -> None: ...

    @property
    def is_open(self) -> bool: ...


class Study:
    """A study in a process of its own, here or elsewhere; ends with `close`."""

    def __init__(self, study: Union[str, Mapping[str, Any]], asker: Asker) -> None:
        self._lock = threading.Lock()
        self._count = 0
        self._asker = asker
        try:
            opened = self.do("open", study=study)
        except BaseException:
            self.close()
            raise
        self.name: str = opened["name"]
        self.directions: list[str] = opened["directions"]

    def ask(self, count: Optional[int] = None) -> Iterator[AskedTrial]:
        """Trials, one after another, until there are so many, the study has all it is to have, or nothing is left.

        One that the loop's body left untold is handed back.
        """
        while count is None or count > 0:
            trial = self.ask_one()
            if trial is None:
                return
            try:
                yield trial
            finally:
                if trial.is_open and self._asker.is_open:
                    trial.release()
            count = None if count is None else count - 1

    def ask_one(self) -> Optional[AskedTrial]:
        asked = self.do("ask")
        return AskedTrial(self, asked[0]) if asked else None

    def enqueue(self, params: Mapping[str, Any], skip_if_exists: bool = False) -> Optional[int]:
        """Parameters to be tried next; the rest is suggested. The trial's number, unless skipped."""
        number: Optional[int] = self.do("enqueue", params=params, skipIfExists=skip_if_exists)
        return number

    def add(self, trials: Sequence[Mapping[str, Any]]) -> list[int]:
        """Finished trials that were run elsewhere: params, values, state, reports, distributions."""
        numbers: list[int] = self.do("add", trials=list(trials))
        return numbers

    def best(self) -> list[dict[str, Any]]:
        """The best trial; of several metrics, those that no other one beats in all."""
        best: list[dict[str, Any]] = self.do("best")
        return best

    def trials(self) -> list[dict[str, Any]]:
        trials: list[dict[str, Any]] = self.do("trials")
        return trials

    def do(self, verb: str, **rest: Any) -> Any:
        """Asks a question and waits for its answer."""
        with self._lock:
            self._count += 1
            return self._asker.ask({"id": self._count, "do": verb, **rest})

    def close(self) -> None:
        """Trials that were asked for and not told are handed back."""
        self._asker.close()

    def __enter__(self) -> Study:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open(
    study: Union[str, Mapping[str, Any]],
    storage: Optional[str] = None,
    command: Optional[Sequence[str]] = None,
    token: Optional[str] = None,
) -> Study:
    """Opens a study by its name, its file, its URL, or by what a study file holds, as a mapping.

    `storage` as on the command line, "sqlite:hpo.db" if left out; "memory:" keeps nothing. `command`
    is how hpo is called: HPO_COMMAND, else `hpo`, else `npx hpo`. A URL is one that `hpo study serve`
    prints, with `token`, else HPO_TOKEN, or the content of HPO_TOKEN_FILE.
    """
    if isinstance(study, str) and study.startswith(("http://", "https://")):
        from ._http import HttpAsker

        if storage is not None or command is not None:
            raise HpoError(f"{study} is served already: it takes no storage and no command.")
        asker = HttpAsker(study, token)
        return Study(asker.name, asker)
    from ._pipe import PipeAsker

    words = list(command or shlex.split(os.environ.get("HPO_COMMAND", "")))
    if not words:
        words = ["hpo"] if shutil.which("hpo") else ["npx", "--no-install", "hpo"]
    return Study(study, PipeAsker(words, storage))
