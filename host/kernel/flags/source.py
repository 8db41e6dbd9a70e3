"""The flags of this process as of now: declarations, pins, file, overrides; read when they change, not when asked."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from host.contributions import Flag, FlagValue
from host.errors import ConfigError, ValidationError
from host.kernel.flags.definition import Definition, Snapshot
from host.kernel.flags.faults import nearest
from host.kernel.flags.overrides import Override, checked_override
from host.kernel.flags.store import FlagStore
from host.kernel.flags.values import PREFIX, checked, read, variable_of
from host.kernel.registry import Owned
from host.logs import get_logger

TOPIC: Final = "flags"
"""Of the change feed; the key is a flag's name."""
FILE: Final = "plugins.toml [flags]"
_log = get_logger(__name__)


@dataclass
class FlagSource:
    """Builds snapshots; asking for one costs no statement.

    Args:
        declared: the flags of the plugins that are active now.
        in_file: the table ``[flags]`` as of now; another object once the file was changed.
        environment: variables of the process.
    """

    declared: Callable[[], Iterable[Owned[Flag]]]
    in_file: Callable[[], Mapping[str, Any]]
    environment: Mapping[str, str]
    store: FlagStore
    _overrides: Mapping[str, Override] = field(default_factory=dict)
    _file: Mapping[str, Any] = field(default_factory=dict)
    _good: Mapping[str, Any] = field(default_factory=dict)
    _snapshot: Snapshot = field(default_factory=Snapshot)

    def load(self) -> None:
        """Read everything for the first time.

        Raises:
            ConfigError: a pin or a value of the file doesn't fit its flag; all are named.
        """
        self._file = self._good = self.in_file()
        faults = [*self._faults(self._pin), *self._faults(self._filed)]
        if faults:
            raise ConfigError(faults)
        self._overrides = self.store.read()
        self.rebuild()

    def refresh(self, key: str = "") -> None:
        """Read the overrides again; `key` is what the change feed names."""
        self._overrides = self.store.read()
        self.rebuild()

    def rebuild(self) -> None:
        """Make the snapshot anew from what was read."""
        definitions = {owned.value.name: self._definition(owned) for owned in self.declared()}
        orphans = {name: each for name, each in self._overrides.items() if name not in definitions}
        notes = (*self._unknown_pins(definitions), *self._unknown_in_file(definitions))
        self._snapshot = Snapshot(definitions, orphans, notes)

    def snapshot(self) -> Snapshot:
        """Return the flags as of now."""
        file = self.in_file()
        if file is not self._file:
            self._file = file
            self._take_over(file)
        return self._snapshot

    def _take_over(self, file: Mapping[str, Any]) -> None:
        before, self._good = self._good, file
        faults = list(self._faults(self._filed))
        if faults:
            self._good = before
            _log.error("[flags] in plugins.toml has faults, the last good one stays in force", faults=faults)
        self.rebuild()

    def _definition(self, owned: Owned[Flag]) -> Definition:
        flag = owned.value
        stored, unusable = self._overrides.get(flag.name, Override()), ""
        try:
            stored = checked_override(flag, stored)
        except ValidationError as error:
            stored, unusable = Override(by=stored.by, at=stored.at), str(error)
        return Definition(owned.plugin, flag, self._pin(flag), stored, self._filed(flag), unusable)

    def _pin(self, flag: Flag) -> FlagValue | None:
        variable = variable_of(flag.name)
        text = self.environment.get(variable)
        return read(flag, text, f"{variable} (environment)") if text else None

    def _filed(self, flag: Flag) -> FlagValue | None:
        return checked(flag, self._good[flag.name], FILE) if flag.name in self._good else None

    def _faults(self, ask: Callable[[Flag], object]) -> Iterable[str]:
        for owned in self.declared():
            try:
                ask(owned.value)
            except ValidationError as error:
                yield str(error)

    def _unknown_pins(self, known: Iterable[str]) -> Iterable[str]:
        variables = {variable_of(name) for name in known}
        for name in sorted(self.environment):
            if name.startswith(PREFIX) and name not in variables:
                yield f"{name} (environment) pins no flag of an active plugin. {nearest(name, variables)}"

    def _unknown_in_file(self, known: Iterable[str]) -> Iterable[str]:
        for name in sorted(self._good):
            if name not in set(known):
                yield f"{FILE}: {name!r} is no flag of an active plugin. {nearest(name, known)}"
