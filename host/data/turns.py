"""A thread that takes a turn every few seconds: an outage of the database is told once, and no fault ends it."""

import threading
from collections.abc import Callable
from typing import Final, final

from sqlalchemy.exc import SQLAlchemyError

from host.errors import HostError
from host.logs import get_logger, report_error

AWAY: Final = (SQLAlchemyError, HostError, OSError)
"""What a turn raises while the database is away or busy; the next one makes it good."""


@final
class Turns:
    """Takes turns from `start` to `stop`.

    Args:
        name: of the thread.
        logger: name of the logger that an outage is told to.
        every_s: seconds between two turns.
        turn: what one turn does.
        waiting: what waits during an outage, as the log says it.
    """

    def __init__(self, name: str, logger: str, every_s: float, turn: Callable[[], object], waiting: str) -> None:
        self._name = name
        self._log = get_logger(logger)
        self._every_s = every_s
        self._turn = turn
        self._waiting = waiting
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def stopping(self) -> bool:
        """Whether a long turn should come to its end."""
        return self._stopping.is_set()

    def start(self) -> None:
        """Start the thread, unless it runs."""
        if self._thread is None:
            self._stopping.clear()
            self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
            self._thread.start()

    def stop(self) -> bool:
        """Stop the thread and wait for it; tell whether it ran."""
        self._stopping.set()
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.join()
        return thread is not None

    def _run(self) -> None:
        failing = False
        while not self._stopping.wait(self._every_s):
            try:
                self._turn()
                failing = False
            except AWAY as error:
                if not failing:
                    self._log.warning(self._waiting, error=str(error))
                failing = True
            except Exception as error:
                report_error(self._log, error, part=self._name)
