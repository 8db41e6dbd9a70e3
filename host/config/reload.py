"""Compares two configurations and watches the files they come from. It restarts nothing itself."""

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from host.config.fields import setting_fields
from host.config.load import load_config
from host.config.masking import shown
from host.config.model import AppConfig
from host.errors import ConfigError

LIVE: Final = frozenset({"logs.level", "logs.levels"})
"""Settings that a running process takes over; all others need a new process."""


@dataclass(frozen=True, slots=True)
class Change:
    """One setting that differs; both values as they may be shown."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ConfigDiff:
    """What differs between two configurations."""

    changes: tuple[Change, ...]

    @property
    def restart(self) -> bool:
        """Whether processes must be replaced (a rolling restart) for it to take effect."""
        return any(change.name not in LIVE for change in self.changes)

    def __bool__(self) -> bool:
        return bool(self.changes)


def compare(before: AppConfig, after: AppConfig) -> ConfigDiff:
    """Return the settings that differ, in the model's order."""
    old, new = dict(_values(before)), dict(_values(after))
    fields = setting_fields()
    changed = (fields[name] for name in old if old[name] != new[name])
    return ConfigDiff(tuple(Change(f.name, shown(f, old[f.name]), shown(f, new[f.name])) for f in changed))


def _values(config: AppConfig) -> Iterator[tuple[str, Any]]:
    for field in setting_fields().values():
        value: Any = config
        for part in field.path:
            value = getattr(value, part)
        yield field.name, value


def watch_config(
    config: AppConfig,
    changed: Callable[[AppConfig, ConfigDiff], None],
    refused: Callable[[ConfigError], None],
    *,
    stop: threading.Event,
    cli: Mapping[str, Any] | None = None,
) -> None:
    """Call back whenever the settings of the project folder change, until `stop` is set; blocks.

    Changes made between the building of `config` and the start of the watch are noticed too.

    Args:
        config: the settings that are in force now.
        changed: gets the new settings and what differs; called only where something does.
        refused: gets the faults of files that cannot be used; the settings in force stay.
        stop: ends the watch within a second.
        cli: the command line's values, as given to `load_config`.
    """
    from watchfiles import watch

    current = config
    folders = [folder for folder in (config.root, config.root / "config") if folder.is_dir()]
    turns = watch(
        *folders, watch_filter=_is_settings, stop_event=stop, recursive=False, rust_timeout=500, yield_on_timeout=True
    )
    for number, files in enumerate(turns):
        if number and not files:
            continue
        try:
            loaded = load_config(config.root, cli=cli)
        except ConfigError as error:
            refused(error)
            continue
        difference, current = compare(current, loaded), loaded
        if difference:
            changed(loaded, difference)


def _is_settings(_: Any, path: str) -> bool:
    return path.endswith((".toml", "/.env"))
