"""Keeps this process's row in the process table alive, from serving to the end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Final

from anyio import to_thread

from host.kernel.application import Application
from host.logs import get_logger

HEARTBEAT_S: Final = 10.0
"""Seconds between heartbeats."""

_log = get_logger(__name__)


@dataclass
class _Presence:
    """The row of this process; ``None`` until the database takes it."""

    application: Application
    version: str
    plan_hash: str
    row: str | None = None

    def beat(self) -> None:
        """Register, or say that the process is alive; a database that is away is tried again, never fatal."""
        try:
            # Whoever isn't listed isn't waited for when access changes: away for long, it lists itself again.
            if self.row is None or not self.application.host.processes().heartbeat(self.row):
                self._register()
        except Exception as error:
            _log.warning("heartbeat failed", reason=str(error))

    def _register(self) -> None:
        host, schema = self.application.host, self.application.ground.schema
        row = host.processes().register(self.application.role, self.version, self.plan_hash, schema.heads)
        self.row = row
        host.acknowledgements().confirm_as(row)
        schema.look_again()

    def leave(self) -> None:
        """Take the row out."""
        try:
            if self.row is not None:
                self.application.host.processes().remove(self.row)
        except Exception as error:
            _log.warning("could not leave the process table", reason=str(error))


@asynccontextmanager
async def present(application: Application, version: str, plan_hash: str) -> AsyncIterator[None]:
    """Be listed as a web process for the block; listed before the first request, so that nobody forgets to wait."""
    presence = _Presence(application, version, plan_hash)
    await to_thread.run_sync(presence.beat)
    task = asyncio.create_task(_keep(presence), name="process-heartbeat")
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await to_thread.run_sync(presence.leave)


async def _keep(presence: _Presence) -> None:
    while True:
        await asyncio.sleep(HEARTBEAT_S)
        await to_thread.run_sync(presence.beat)
