"""Kernel features that operators may switch off by `FEATURE_<NAME>`, each with what its absence means."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from host.errors import ConfigError

PREFIX: Final = "FEATURE_"
_TRUE: Final = frozenset({"1", "true", "yes", "on"})
_FALSE: Final = frozenset({"0", "false", "no", "off"})


@dataclass(frozen=True, slots=True)
class Feature:
    """A part of the kernel with a switch.

    Args:
        absence: what happens without it.
        refuses: why it can't be off, or empty.
    """

    name: str
    absence: str
    refuses: str = ""


FEATURES: Final = (
    Feature("logging", "only warnings and errors are written, to the console; `app log find` finds nothing new"),
    Feature("database_pooling", "each unit of work opens a connection of its own and closes it"),
    Feature("migrations", "no schema is upgraded or checked; run `app db migrate` yourself"),
    Feature("cache", "no plugin may provide a shared cache backend"),
    Feature("jobs", "no plugin may provide a job queue; `enqueue` says so"),
    Feature("change_feed", "", refuses="toggles would never reach the other processes"),
    Feature("audit", "", refuses="writes could not be accounted for"),
    Feature("gate", "", refuses="requests would reach pages without a check"),
)


@dataclass(frozen=True)
class Pins:
    """What the environment pins: `FEATURE_<NAME>` by lower-case name."""

    values: Mapping[str, bool]

    def on(self, feature: str) -> bool:
        """Tell whether a kernel feature is on (the default)."""
        return self.values.get(feature, True)

    def pin(self, plugin: str) -> bool | None:
        """Return what the environment pins a plugin to, or ``None``."""
        return self.values.get(plugin)

    def unknown(self, plugins: Mapping[str, object]) -> list[str]:
        """Return pins that name neither a plugin nor a kernel feature."""
        known = {feature.name for feature in FEATURES} | set(plugins)
        return sorted(name for name in self.values if name not in known)


def read_pins(environment: Mapping[str, str]) -> Pins:
    """Read every `FEATURE_<NAME>`.

    Raises:
        ConfigError: a value is no boolean, or a feature that must not be off is; all faults at once.
    """
    values: dict[str, bool] = {}
    faults: list[str] = []
    for key, raw in environment.items():
        if not key.startswith(PREFIX):
            continue
        value = _boolean(raw)
        if value is None:
            faults.append(f"{key}={raw!r} (environment): write true or false")
        else:
            values[key.removeprefix(PREFIX).lower()] = value
    faults += [f"FEATURE_{f.name.upper()}=false is refused: {f.refuses}" for f in FEATURES if _refused(f, values)]
    if faults:
        raise ConfigError(faults)
    return Pins(values)


def _boolean(raw: str) -> bool | None:
    lowered = raw.strip().lower()
    return True if lowered in _TRUE else False if lowered in _FALSE else None


def _refused(feature: Feature, values: Mapping[str, bool]) -> bool:
    return bool(feature.refuses) and values.get(feature.name) is False
