"""The service `flags`: what plugins' services, the host and operators' tools ask."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, final

from host.contracts.principal import Principal
from host.contributions import Flag, FlagValue
from host.data import ChangeFeed
from host.kernel.flags.definition import Snapshot
from host.kernel.flags.desk import FlagDesk
from host.kernel.flags.evaluator import Evaluator
from host.kernel.flags.source import TOPIC, FlagSource
from host.kernel.flags.store import FlagStore
from host.kernel.flags.subject import Subject
from host.kernel.flags.view import FlagView
from host.kernel.registry import Owned
from host.logs import get_logger

_log = get_logger(__name__)
Scalar = bool | int | float | str


@final
class Flags:
    """Flags of this process.

    Args:
        declared: the flags of the plugins that are active now.
        in_file: the table ``[flags]`` of `plugins.toml` as of now.
        environment: variables of the process.
        provider: ``module:factory`` of another flag service; empty for our own store.

    Raises:
        ConfigError: `provider` names nothing that can be called.
    """

    def __init__(
        self,
        declared: Callable[[], Iterable[Owned[Flag]]],
        in_file: Callable[[], Mapping[str, Any]],
        environment: Mapping[str, str],
        store: FlagStore,
        changes: ChangeFeed,
        *,
        provider: str = "",
    ) -> None:
        self.source = FlagSource(declared, in_file, environment, store)
        self.evaluator = Evaluator(provider)
        self.desk = FlagDesk(self.source, self.evaluator, changes)
        """Where operators change flags."""
        self._changes = changes

    def value(self, name: str, principal: Principal, **attributes: Scalar) -> FlagValue:
        """Return a flag's value for `principal` as of now.

        Args:
            attributes: told to another flag service, if one decides.

        Raises:
            UnknownFlagError: no active plugin declares it.
        """
        return self.view(principal, **attributes)[name]

    def view(self, principal: Principal, **attributes: Scalar) -> FlagView:
        """Return the flags for `principal`; they stay as they are now for whoever holds the view."""
        return FlagView(self.evaluator, self.source.snapshot(), Subject.of(principal, attributes))

    def snapshot(self) -> Snapshot:
        """Return every flag with what decides about it as of now."""
        return self.source.snapshot()

    def load(self) -> None:
        """Read everything for the first time.

        Raises:
            ConfigError: a pin or a value of the file doesn't fit its flag; all are named.
        """
        self.source.load()

    def settle(self) -> None:
        """Take over which plugins started in the end, and tell the log about values that name no flag."""
        self.source.rebuild()
        for note in self.snapshot().notes:
            _log.warning("a value names no flag", note=note)

    def follow(self) -> None:
        """Take over what other processes change, and what they changed since the start."""
        self._changes.subscribe(TOPIC, self.source.refresh)
        self.source.refresh()

    def close(self) -> None:
        """Let the provider go."""
        self.evaluator.close()
