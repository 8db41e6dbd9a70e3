"""Takes over changed settings that need no new process: the levels of loggers."""

import asyncio
import threading
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from host.config import AppConfig, ConfigDiff, watch_config
from host.errors import ConfigError
from host.logs import get_logger
from host.logs.levels import apply_levels

_log = get_logger(__name__)


@asynccontextmanager
async def following_settings(config: AppConfig, command_line: Mapping[str, Any]) -> AsyncIterator[None]:
    """Follow the settings files for the block.

    Args:
        config: the settings in force.
        command_line: values by dotted name that stay above the files.
    """
    stop = threading.Event()

    def watch() -> None:
        watch_config(config, _take_over, _refused, stop=stop, cli=command_line)

    watching = asyncio.create_task(asyncio.to_thread(watch), name="settings-watch")
    try:
        yield
    finally:
        stop.set()
        await watching


def _take_over(config: AppConfig, _: ConfigDiff) -> None:
    apply_levels(config.logs)


def _refused(error: ConfigError) -> None:
    _log.warning("changed settings have faults, the last good ones stay in force", faults=error.faults)
