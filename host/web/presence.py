"""Keeps this process's row in the process table alive, from serving to the end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

from anyio import to_thread

from host.kernel.application import Application
from host.logs import get_logger

HEARTBEAT_S: Final = 10.0
"""Seconds between heartbeats."""

_log = get_logger(__name__)


@asynccontextmanager
async def present(application: Application, version: str, plan_hash: str) -> AsyncIterator[None]:
    """Be listed as a web process for the block; a database that is away is tried again, never fatal."""
    task = asyncio.create_task(_beat(application, version, plan_hash), name="process-heartbeat")
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _beat(application: Application, version: str, plan_hash: str) -> None:
    table = application.host.processes()
    row = None
    try:
        while True:
            try:
                if row is None:
                    schema = application.ground.schema
                    row = await to_thread.run_sync(table.register, application.role, version, plan_hash, schema.heads)
                    schema.look_again()
                else:
                    await to_thread.run_sync(table.heartbeat, row)
            except Exception as error:
                _log.warning("heartbeat failed", reason=str(error))
            await asyncio.sleep(HEARTBEAT_S)
    finally:
        if row is not None:
            await _leave(application, row)


async def _leave(application: Application, row: str) -> None:
    try:
        await to_thread.run_sync(application.host.processes().remove, row)
    except Exception as error:
        _log.warning("could not leave the process table", reason=str(error))
