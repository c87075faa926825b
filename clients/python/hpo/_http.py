"""Asking the coordinator of `hpo study serve`, on this machine or another one."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import platform
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Optional
from urllib.parse import unquote, urlsplit

from . import __version__
from ._errors import HpoError
from ._plain import text_of

_PROTOCOL = "1"
_PATIENCE = 60.0  # seconds for which a coordinator that does not answer is asked again


class HttpAsker:
    """A POST for each question; signs of life between them, so that its trials stay its own."""

    def __init__(self, url: str, token: Optional[str]) -> None:
        path = urlsplit(url).path.strip("/")
        if not path or "/" in path:
            raise HpoError(f"{url} names no study. Give http://HOST:PORT/NAME, as hpo study serve prints it.")
        self.name = unquote(path)
        self._base = url.rstrip("/")[: -len(path)]
        self._path = f"v1/studies/{path}/do"
        self._token = token or _token_of(os.environ)
        self._program = uuid.uuid4().hex
        self._over = threading.Event()

    @property
    def is_open(self) -> bool:
        return not self._over.is_set()

    def ask(self, question: Mapping[str, Any]) -> Any:
        if self._over.is_set():
            raise HpoError("The study is closed.")
        if question["do"] == "open":
            question = {**question, "provenance": _provenance()}
        answer = self._post(question)
        if question["do"] == "open":
            beat = threading.Thread(target=self._beat, args=(answer["beatMs"] / 1000,), daemon=True)
            beat.start()
        return answer

    def _post(self, question: Mapping[str, Any], patience: float = _PATIENCE) -> Any:
        """Asks until there is an answer: a question with the same id is answered once."""
        body = text_of({"program": self._program, "question": question}).encode()
        headers = {"content-type": "application/json", "hpo-protocol": _PROTOCOL}
        if self._token:
            headers["authorization"] = f"Bearer {self._token}"
        end = time.monotonic() + patience
        wait = 0.1
        while True:
            request = urllib.request.Request(self._base + self._path, body, headers)
            try:
                with urllib.request.urlopen(request, timeout=_PATIENCE) as response:
                    return json.load(response)["answer"]
            except urllib.error.HTTPError as error:
                if error.code != 503 or time.monotonic() > end:
                    raise HpoError(_text_of(error)) from None
            except (OSError, http.client.HTTPException) as error:
                if time.monotonic() > end:
                    raise HpoError(f"{self._base} does not answer: {error}. Is hpo study serve running?") from None
            time.sleep(wait)
            wait = min(2 * wait, 5.0)

    def _beat(self, seconds: float) -> None:
        while not self._over.wait(seconds):
            with contextlib.suppress(Exception):  # the next question says what is wrong
                self._post({"id": "beat", "do": "beat"}, seconds)

    def close(self) -> None:
        if not self._over.is_set():
            self._over.set()
            with contextlib.suppress(Exception):  # else they are handed back after its silence
                self._post({"id": "close", "do": "close"}, 0)


def _provenance() -> Mapping[str, Any]:
    versions = {"python": platform.python_version(), "hpo-trial": __version__}
    system = f"{sys.platform}-{platform.machine()}"
    return {"host": socket.gethostname(), "platform": system, "versions": versions}


def _token_of(environ: Mapping[str, str]) -> Optional[str]:
    file = environ.get("HPO_TOKEN_FILE")
    return environ.get("HPO_TOKEN") or (Path(file).read_text().strip() if file else None)


def _text_of(error: urllib.error.HTTPError) -> str:
    try:
        return str(json.load(error)["error"])
    except (ValueError, KeyError, TypeError):
        return f"{error.url} answered {error.code} {error.reason}: it is no coordinator of hpo's."
