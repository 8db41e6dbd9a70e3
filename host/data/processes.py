"""Which processes of the app are alive: who runs which version of which plan."""

import os
import socket
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, final

from sqlalchemy import delete, func, select, update

from host.data.clock import now
from host.data.database import Database
from host.data.feed.changes import ChangeFeed
from host.data.tables import ProcessRow
from host.data.unit_of_work import UnitOfWork

HEARTBEAT_S: Final = 5.0
"""Seconds between two heartbeats."""
ALIVE_S: Final = 20.0
"""Seconds after the last heartbeat during which a process counts as alive."""
FORGET_S: Final = 24 * 3600.0
"""Seconds after the last heartbeat after which a process's row is removed."""


@final
@dataclass(frozen=True, slots=True)
class RunningProcess:
    """A process with a young heartbeat."""

    id: str
    role: str
    pid: int
    host_name: str
    version: str
    plan_hash: str
    started: datetime
    heartbeat: datetime


@final
class ProcessTable:
    """Registers processes and tells which are alive."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def register(self, role: str, version: str, plan_hash: str, heads: Mapping[str, str] | None = None) -> str:
        """Enter this process and return its id; rows of long-dead processes are removed.

        Args:
            role: what the process is.
            version: of the app.
            plan_hash: fingerprint of the plugins that it runs.
            heads: owner of tables → newest revision that its code knows; contract steps wait for the others.
        """
        process_id = uuid.uuid4().hex

        def write(unit: UnitOfWork) -> str:
            moment = now(unit.session)
            unit.session.execute(delete(ProcessRow).where(ProcessRow.heartbeat < moment - timedelta(seconds=FORGET_S)))
            row = ProcessRow(id=process_id, role=role, version=version, plan_hash=plan_hash)
            row.heads = dict(heads) if heads is not None else None
            row.pid, row.host_name = os.getpid(), socket.gethostname()
            row.started = row.heartbeat = moment
            unit.session.add(row)
            return process_id

        return self._database.run_tx(write)

    def heartbeat(self, process_id: str) -> bool:
        """Say that the process is alive; not retried, because the next heartbeat comes soon.

        Returns:
            Whether it is listed: who was away for longer than `FORGET_S` has to register again.
        """
        with self._database.begin() as unit:
            beat = update(ProcessRow).where(ProcessRow.id == process_id).values(heartbeat=now(unit.session))
            return unit.session.scalar(beat.returning(ProcessRow.id)) is not None

    def keep_alive(self, process_id: str, feed: ChangeFeed) -> None:
        """Let the thread of `feed` send the heartbeats for as long as it runs."""
        feed.every(HEARTBEAT_S, lambda: self._beat(process_id))

    def _beat(self, process_id: str) -> None:
        self.heartbeat(process_id)

    def alive(self) -> list[RunningProcess]:
        """Return the processes whose heartbeat is younger than `ALIVE_S`, oldest process first."""
        with self._database.begin(readonly=True) as unit:
            youngest_dead = now(unit.session) - timedelta(seconds=ALIVE_S)
            query = select(ProcessRow).where(ProcessRow.heartbeat > youngest_dead).order_by(ProcessRow.started)
            return [_running(row) for row in unit.session.scalars(query)]

    def confirm(self, process_id: str, seq: int) -> None:
        """Write down that the process has handed every change up to `seq` to its subscribers; never goes back."""

        def write(unit: UnitOfWork) -> None:
            behind = (ProcessRow.id == process_id) & (func.coalesce(ProcessRow.seen, -1) < seq)
            unit.session.execute(update(ProcessRow).where(behind).values(seen=seq))

        self._database.run_tx(write)

    def unconfirmed(self, seq: int, role: str) -> list[RunningProcess]:
        """Return the living processes of `role` that have not confirmed `seq` yet, oldest first."""
        with self._database.begin(readonly=True) as unit:
            youngest_dead = now(unit.session) - timedelta(seconds=ALIVE_S)
            behind = (ProcessRow.heartbeat > youngest_dead) & (func.coalesce(ProcessRow.seen, -1) < seq)
            query = select(ProcessRow).where(behind, ProcessRow.role == role).order_by(ProcessRow.started)
            return [_running(row) for row in unit.session.scalars(query)]

    def remove(self, process_id: str) -> None:
        """Take the process out; one that is not there is no error."""
        gone = delete(ProcessRow).where(ProcessRow.id == process_id)
        self._database.run_tx(lambda unit: unit.session.execute(gone))


def _running(row: ProcessRow) -> RunningProcess:
    return RunningProcess(
        row.id, row.role, row.pid, row.host_name, row.version, row.plan_hash, row.started, row.heartbeat
    )
