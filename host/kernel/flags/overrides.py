"""What operators decided about a flag at run time, as it is stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from host.contributions import Flag, FlagValue
from host.errors import ValidationError
from host.kernel.flags.rules import MOST_RULES, Rule, checked_rule
from host.kernel.flags.values import checked


@dataclass(frozen=True)
class Override:
    """A value, rules, or both.

    Args:
        value: for whom no rule holds; ``None`` leaves that to `plugins.toml` and the declared default.
        by: who changed it last.
        at: when, in ISO 8601.
    """

    value: FlagValue | None = None
    rules: tuple[Rule, ...] = ()
    by: str = ""
    at: str = ""

    @property
    def decides(self) -> tuple[FlagValue | None, tuple[Rule, ...]]:
        """The decision itself, without who made it."""
        return self.value, self.rules

    @property
    def empty(self) -> bool:
        """Whether it decides nothing."""
        return self.value is None and not self.rules

    def as_json(self) -> dict[str, Any]:
        """Return the form of the local copy."""
        return {"value": self.value, "rules": [rule.as_json() for rule in self.rules], "by": self.by, "at": self.at}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Override":
        """Read what is stored.

        Raises:
            ValueError: a rule can't be read.
        """
        return cls(stored["value"], tuple(map(Rule.from_json, stored["rules"])), stored["by"], stored["at"])


def checked_override(flag: Flag, override: Override) -> Override:
    """Return `override` if it fits `flag`.

    Raises:
        ValidationError: a value or a condition doesn't.
    """
    if len(override.rules) > MOST_RULES:
        raise ValidationError(f"{len(override.rules)} rules are too many.", remedy=f"Use at most {MOST_RULES}.")
    value = None if override.value is None else checked(flag, override.value, "the stored value")
    return Override(value, tuple(checked_rule(flag, rule) for rule in override.rules), override.by, override.at)
