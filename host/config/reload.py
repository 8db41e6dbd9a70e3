"""Compares two configurations: what differs, and whether processes must be replaced for it. It watches no file."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from host.config.fields import setting_fields
from host.config.masking import as_text, shown
from host.config.model import AppConfig

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


def fingerprint(config: AppConfig) -> str:
    """Return a digest that is equal for equal settings; processes compare it without showing a secret."""
    text = "\n".join(f"{name}={as_text(value)}" for name, value in _values(config))
    return hashlib.sha256(text.encode()).hexdigest()


def _values(config: AppConfig) -> Iterator[tuple[str, Any]]:
    for field in setting_fields().values():
        value: Any = config
        for part in field.path:
            value = getattr(value, part)
        yield field.name, value
