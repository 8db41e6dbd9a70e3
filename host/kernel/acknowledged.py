"""Whether a change of access has reached every web process: who changed it can wait until nobody acts on the old."""

import asyncio
import os
import socket
import time
from typing import Final, final

from sqlalchemy import func, select

from host.data import ChangeFeed, Database, ProcessTable
from host.data.processes import RunningProcess
from host.data.tables import ChangeRow
from host.errors import HostError
from host.kernel.processes import started_at

AUTH_TOPIC: Final = "auth"
"""Topic of the change feed for everything that decides who may do what."""
POLL_S: Final = 0.02
"""Seconds between two looks at who has confirmed."""
_ROLE: Final = "web"


class WaitingOnLoopError(HostError):
    """The event loop would have to wait for itself."""


@final
class Acknowledgements:
    """Confirms what this process has seen, and waits for the others.

    Args:
        changes: the feed whose subscribers hold sockets and permissions of this process.
        processes: where each process writes down how far it has come.
    """

    def __init__(self, database: Database, changes: ChangeFeed, processes: ProcessTable) -> None:
        self._database = database
        self._changes = changes
        self._processes = processes
        self._process_id: str | None = None

    def confirm_as(self, process_id: str) -> None:
        """Confirm from now on as `process_id`; call it once registered and once every subscriber is there."""
        first, self._process_id = self._process_id is None, process_id
        if first:
            self._changes.taken(AUTH_TOPIC, self._confirm)

    def wait(self, within_s: float = 3.0) -> tuple[str, ...]:
        """Wait until every living web process acts on what was committed before this call.

        Args:
            within_s: seconds to wait at most.

        Returns:
            Ids of the processes that have not confirmed in time; empty when all have.

        Raises:
            NoUnitOfWorkError: called before the commit.
            WaitingOnLoopError: called on the event loop of a web process.
        """
        deadline = time.monotonic() + within_s
        if self._process_id is not None:
            _require_thread()
            self._changes.catch_up()
        newest = self._newest()
        while (missing := self._missing(newest)) and time.monotonic() < deadline:
            time.sleep(POLL_S)
        return missing

    def _confirm(self, seq: int) -> None:
        if self._process_id is not None:
            self._processes.confirm(self._process_id, seq)

    def _newest(self) -> int:
        of_access = select(func.max(ChangeRow.seq)).where(ChangeRow.topic == AUTH_TOPIC)
        with self._database.begin(readonly=True) as unit:
            return unit.session.scalar(of_access) or 0

    def _missing(self, newest: int) -> tuple[str, ...]:
        behind = self._processes.unconfirmed(newest, _ROLE)
        return tuple(process.id for process in behind if not _ended(process))


def _ended(process: RunningProcess) -> bool:
    """Tell whether a process of this machine is gone, although its last heartbeat is young."""
    own = process.host_name == socket.gethostname()
    return own and process.pid != os.getpid() and started_at(process.pid) is None


def _require_thread() -> None:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return
    raise WaitingOnLoopError(
        "Waiting for acknowledgements on an event loop would keep its own sockets from being told.",
        remedy="Call it in a thread: make the endpoint a plain function, or use anyio.to_thread.",
    )
