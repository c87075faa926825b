"""How the study's SIGTERM ends a trial: at a safe place, and in time."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import FrameType
from typing import Optional

_LONGEST_WAIT = 5.0  # seconds from SIGTERM on, where nothing reports


class Stopped(SystemExit):
    """The study stopped this trial; `reason` as in HPO_STOP_FILE, "pruned" for one.

    Not caught by `except Exception`; uncaught, the script ends quietly.
    """

    def __init__(self, reason: Optional[str] = None) -> None:
        super().__init__(0)
        self.reason = reason


class StopSignal:
    """Notes SIGTERM, and puts it off while something is saved.

    Where a process is one of several ranks, SIGTERM ends it at once unless it saves: ranks that leave
    one by one hang in their collectives.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.is_set = False
        self._pid = os.getpid()
        self._saving = 0
        self._event = threading.Event()
        self._file = environ.get("HPO_STOP_FILE")
        self._grace = float(environ.get("HPO_GRACE_SECONDS", "10"))
        self._is_one_of_several = int(environ.get("WORLD_SIZE") or "1") > 1
        self._before: object = None
        self._is_listening = False
        if not self._is_one_of_several:
            self.listen()

    def listen(self) -> None:
        """Takes SIGTERM, also from a framework that took it; one of the user's own is called, too."""
        if threading.current_thread() is not threading.main_thread():
            return
        before = signal.signal(signal.SIGTERM, self._heard)
        if callable(before) and before != self._heard and not self._is_listening:
            self._before = before
        self._is_listening = True

    def ignore_ranks(self) -> None:
        """From now on SIGTERM ends this process at once, as it is one of several; what it saves is saved."""
        self._is_one_of_several = True
        if self._saving:
            return
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, signal.SIG_DFL)

    def wait(self, seconds: float) -> None:
        """Until the signal comes, but no longer."""
        self._event.wait(seconds)

    def check(self) -> None:
        """Raises Stopped once the signal has come, unless something is being saved."""
        if self.is_set and not self._saving:
            raise Stopped(self.reason)

    @property
    def reason(self) -> Optional[str]:
        """Why the study stops this trial, once it does: pruned, paused, timeout, interrupted, refused."""
        if not self.is_set or self._file is None:
            return None
        with contextlib.suppress(OSError, ValueError):
            return str(json.loads(Path(self._file).read_text())["reason"])
        return None

    @contextlib.contextmanager
    def put_off(self) -> Iterator[None]:
        """SIGTERM waits for the end of this block; HPO_GRACE_SECONDS must be enough for it."""
        self._saving += 1
        if self._is_one_of_several:
            self.listen()
        try:
            yield
        finally:
            self._saving -= 1
            if self._is_one_of_several and not self._saving:
                self.ignore_ranks()
                if self.is_set:
                    os.kill(self._pid, signal.SIGTERM)
        self.check()

    def _heard(self, number: int, frame: Optional[FrameType]) -> None:
        if os.getpid() != self._pid:  # a child that was forked: this is not its signal to note
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            os.kill(os.getpid(), signal.SIGTERM)
            return
        if not self.is_set:
            self.is_set = True
            self._event.set()
            timer = threading.Timer(min(_LONGEST_WAIT, self._grace / 2), self._leave)
            timer.daemon = True
            timer.start()
        if callable(self._before):
            self._before(number, frame)

    def _leave(self) -> None:
        """No report came since: ends as without a handler, but for what is being saved."""
        while self._saving:
            threading.Event().wait(0.05)
        os._exit(128 + signal.SIGTERM)
