"""The one background thread a process has on the database: wakes up on changes and does small things regularly."""

import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Final, TypeVar, final

from sqlalchemy.exc import SQLAlchemyError

from host.data.database import Database
from host.data.faults import is_lost
from host.data.feed.wakeup import Watcher, watch
from host.errors import HostError
from host.logs import get_logger, report_error

T = TypeVar("T")
_log: Final = get_logger(__name__)
FIRST_BACKOFF_S: Final = 0.1
LONGEST_BACKOFF_S: Final = 10.0
_LONGEST_WAIT_S: Final = 60.0


@dataclass(slots=True)
class _Chore:
    interval_s: float
    call: Callable[[], None]
    due: float


@final
class Listener:
    """Calls `read_on` whenever the database may have changed, and again after every lost connection.

    Args:
        database: what to watch.
        read_on: reads what is new; called in the thread.
    """

    def __init__(self, database: Database, read_on: Callable[[], None]) -> None:
        self._database = database
        self._read_on = read_on
        self._faults = (SQLAlchemyError, HostError, database.driver_error, OSError)
        self._chores: list[_Chore] = []
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._watcher: Watcher | None = None
        self._thread: threading.Thread | None = None

    def every(self, interval_s: float, call: Callable[[], None]) -> None:
        """Run `call` every `interval_s` seconds; the first time after one interval."""
        self._chores.append(_Chore(interval_s, call, time.monotonic() + interval_s))

    def attempt(self, read: Callable[[], T]) -> T | None:
        """Return what `read` returns, or ``None`` when the database is away, which is logged."""
        try:
            return read()
        except self._faults as error:
            _log.warning("change feed cannot read yet", error=str(error))
            return None

    def start(self) -> None:
        """Start the thread unless it runs."""
        if self._thread is not None:
            return
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name="host-changes", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop the thread and wait for it."""
        self._stopping.set()
        with self._lock:
            if self._watcher is not None:
                self._watcher.wake()
        thread, self._thread = self._thread, None
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    def _run(self) -> None:
        backoff_s = 0.0
        while not self._stopping.wait(backoff_s):
            try:
                with closing(watch(self._database)) as watcher:
                    self._read_on()
                    if backoff_s:
                        _log.warning("change feed has its connection again and reads on")
                    backoff_s = 0.0
                    self._serve(watcher)
            except self._faults as error:
                if not backoff_s:
                    _log.warning("change feed lost its connection and tries again", error=str(error))
                backoff_s = min(LONGEST_BACKOFF_S, backoff_s * 2 or FIRST_BACKOFF_S)

    def _serve(self, watcher: Watcher) -> None:
        with self._lock:
            self._watcher = watcher
        try:
            while not self._stopping.is_set():
                self._do_chores()
                watcher.wait(self._until_next_chore_s())
                self._read_on()
        finally:
            with self._lock:
                self._watcher = None

    def _until_next_chore_s(self) -> float:
        now = time.monotonic()
        return max(0.0, min((chore.due - now for chore in self._chores), default=_LONGEST_WAIT_S))

    def _do_chores(self) -> None:
        for chore in self._chores:
            if chore.due > time.monotonic():
                continue
            chore.due = time.monotonic() + chore.interval_s
            try:
                chore.call()
            except (Exception, SystemExit) as error:
                if is_lost(error):
                    raise
                report_error(_log, error, part="regular task of the change feed")
