"""Asking `hpo study serve --stdio`, a process beside this one."""

from __future__ import annotations

import json
import logging
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any, Optional

from ._errors import HpoError
from ._plain import text_of

logger = logging.getLogger("hpo")


class PipeAsker:
    """A line of JSON for each question, and one for its answer."""

    def __init__(self, command: Sequence[str], storage: Optional[str]) -> None:
        self._process = subprocess.Popen(
            [*command, "study", "serve", "--stdio", *([] if storage is None else ["--storage", storage])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    @property
    def is_open(self) -> bool:
        return self._process.poll() is None

    def ask(self, question: Mapping[str, Any]) -> Any:
        if self._process.stdin is None or self._process.stdout is None or self._process.stdin.closed:
            raise HpoError("The study is closed.")
        try:
            self._process.stdin.write(text_of(question) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise self._gone() from None
        for line in self._process.stdout:
            message = json.loads(line)
            if "note" in message:
                logger.info("%s", message["note"])
            elif "error" in message:
                raise HpoError(message["error"])
            else:
                return message["answer"]
        raise self._gone()

    def _gone(self) -> HpoError:
        return HpoError(f"hpo ended with exit code {self._process.wait()}.")

    def close(self) -> None:
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
