"""Exposure as of now: a snapshot per process that follows `plugins.toml` and the change feed, no statement a run."""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from host.contracts.principal import Principal
from host.errors import ConfigError
from host.kernel.choices import Choices, PluginsFile, Toggle, read_plugins_file
from host.kernel.exposure import Exposure
from host.kernel.features import Pins
from host.kernel.toggles import ToggleStore
from host.logs import get_logger

LOOK_EVERY_S: Final = 0.5
_GONE: Final = (0, 0)
_log = get_logger(__name__)


@dataclass
class LiveChoices:
    """The choices, re-read when they change; a file with faults leaves the last good one in force.

    Args:
        path: of `plugins.toml`.
    """

    path: Path
    store: ToggleStore
    pins: Pins
    _file: PluginsFile = field(default_factory=PluginsFile)
    _toggles: Mapping[str, Toggle] = field(default_factory=dict)
    _seen: tuple[int, int] = (-1, -1)
    _next_look: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def load(self) -> Choices:
        """Read everything now.

        Raises:
            ConfigError: `plugins.toml` has faults.
        """
        self._seen = _stamp(self.path)
        self._file = read_plugins_file(self.path)
        self.refresh()
        return self.choices

    def refresh(self, key: str = "") -> None:
        """Read the toggles again; `key` is what the change feed names."""
        self._toggles = self.store.read()

    @property
    def choices(self) -> Choices:
        """The choices as last read."""
        return Choices(self._file, self._toggles, self.pins)

    def file(self) -> PluginsFile:
        """Return `plugins.toml` as of now; the same object until it is changed."""
        self._look()
        return self._file

    def exposure(self, plugin: str) -> Exposure:
        """Return the audience of `plugin` as of now."""
        self._look()
        return self.choices.exposure(plugin)

    def exposed(self, plugin: str, principal: Principal) -> bool:
        """Tell whether `principal` sees `plugin` now."""
        return self.exposure(plugin).admits(plugin, principal)

    def _look(self) -> None:
        """Look at the file at most twice a second: a stat is cheap, a parse is not."""
        now = time.monotonic()
        if now < self._next_look:
            return
        with self._lock:
            self._next_look = now + LOOK_EVERY_S
            stamp = _stamp(self.path)
            # A file that is gone is one with faults, too: without it everybody would see everything.
            if stamp not in (_GONE, self._seen):
                self._seen = stamp
                self._reread()

    def _reread(self) -> None:
        try:
            self._file = read_plugins_file(self.path)
        except ConfigError as error:
            _log.error("plugins.toml has faults, the last good one stays in force", faults=error.faults)


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return _GONE
    return (found.st_mtime_ns, found.st_size)
