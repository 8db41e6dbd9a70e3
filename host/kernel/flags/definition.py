"""One flag with everything that decides about it, as of one moment: pin, override, file, default."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from host.contributions import Flag, FlagValue
from host.kernel.flags.faults import UnknownFlagError
from host.kernel.flags.overrides import Override
from host.kernel.flags.subject import Subject

Source = Literal["pinned", "rule", "database", "plugins.toml", "default", "provider"]


@dataclass(frozen=True, slots=True)
class Decision:
    """A flag's value for somebody.

    Args:
        source: what says so; ``rule`` is one of the database's rules, ``provider`` another flag service.
        rule: which rule, from 1.
        split: whether it hangs on a share of users.
    """

    value: FlagValue
    source: Source
    rule: int | None = None
    split: bool = False


@dataclass(frozen=True)
class Definition:
    """A flag and its layers, each of which fits its declaration.

    Args:
        plugin: that declares it.
        pinned: by the environment.
        override: of the operators, in the database.
        in_file: under ``[flags]`` in `plugins.toml`.
        unusable: what is wrong with a stored override, which therefore doesn't count; empty where it does.
    """

    plugin: str
    flag: Flag
    pinned: FlagValue | None = None
    override: Override = field(default_factory=Override)
    in_file: FlagValue | None = None
    unusable: str = ""

    @property
    def name(self) -> str:
        """The flag's name."""
        return self.flag.name

    @property
    def fallback(self) -> Decision:
        """What holds where nobody decided at run time."""
        if self.in_file is not None:
            return Decision(self.in_file, "plugins.toml")
        return Decision(self.flag.default, "default")

    @property
    def base(self) -> Decision:
        """What holds for everybody whom no rule names."""
        if self.pinned is not None:
            return Decision(self.pinned, "pinned")
        if self.override.value is not None:
            return Decision(self.override.value, "database")
        return self.fallback

    def decide(self, subject: Subject, at: datetime) -> Decision:
        """Return the value for `subject`: pin, first rule that holds, stored value, file, default."""
        if self.pinned is None:
            for number, rule in enumerate(self.override.rules, start=1):
                if not rule.obstacle(self.name, subject, at):
                    return Decision(rule.value, "rule", number, rule.percent < 100)
        return self.base

    def expired(self, today: date) -> bool:
        """Tell whether its owner should have removed it."""
        return self.flag.expires is not None and today >= self.flag.expires


@dataclass(frozen=True)
class Snapshot:
    """Every flag as of one moment; it never changes.

    Args:
        orphans: stored decisions about flags that no active plugin declares; kept for the day it comes back.
        notes: values that name no flag, in one line each.
    """

    definitions: Mapping[str, Definition] = field(default_factory=dict)
    orphans: Mapping[str, Override] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def of(self, name: str) -> Definition:
        """Return one flag.

        Raises:
            UnknownFlagError: no active plugin declares it; the message names the nearest.
        """
        found = self.definitions.get(name)
        if found is None:
            raise UnknownFlagError(name, self.definitions)
        return found
