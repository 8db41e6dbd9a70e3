"""Rules: for whom and when a flag has another value. The first one that holds decides."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final, Literal

from host.contributions import Flag, FlagValue
from host.errors import ValidationError
from host.kernel.exposure import bucket
from host.kernel.flags.subject import Subject
from host.kernel.flags.values import checked, written

EVERYBODY: Final = 100.0
MOST_RULES: Final = 100
Obstacle = Literal["", "from", "until", "users", "roles", "percent"]
_KEYS: Final = frozenset({"value", "users", "roles", "percent", "from", "until"})


@dataclass(frozen=True, slots=True)
class Rule:
    """A value for some: every condition must hold; of several users or roles one is enough.

    Args:
        users: ids; empty for all.
        roles: empty for all.
        percent: share of users, 0 to 100; the same user always falls on the same side, and stays in when it rises.
        since: from this moment on.
        until: before this moment.
    """

    value: FlagValue
    users: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    percent: float = EVERYBODY
    since: datetime | None = None
    until: datetime | None = None

    def obstacle(self, flag: str, subject: Subject, at: datetime) -> Obstacle:
        """Return the first condition that doesn't hold, empty where the rule does."""
        if self.since is not None and at < self.since:
            return "from"
        if self.until is not None and at >= self.until:
            return "until"
        if self.users and subject.user_id not in self.users:
            return "users"
        if self.roles and not self.roles & subject.roles:
            return "roles"
        if self.percent < EVERYBODY and bucket(flag, subject.user_id) >= self.percent:
            return "percent"
        return ""

    @property
    def conditions(self) -> tuple[Any, ...]:
        """What it depends on, without the value."""
        return (self.users, self.roles, self.percent, self.since, self.until)

    @property
    def holds_always(self) -> bool:
        """Whether it has no condition at all."""
        return self.conditions == (frozenset(), frozenset(), EVERYBODY, None, None)

    def as_json(self) -> dict[str, Any]:
        """Return the stored form; conditions that aren't there are left out."""
        found: dict[str, Any] = {
            "users": sorted(self.users),
            "roles": sorted(self.roles),
            "percent": self.percent if self.percent < EVERYBODY else None,
            "from": self.since.astimezone(UTC).isoformat() if self.since else None,
            "until": self.until.astimezone(UTC).isoformat() if self.until else None,
        }
        return {"value": self.value, **{key: value for key, value in found.items() if value not in (None, [])}}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Rule":
        """Read the stored form.

        Raises:
            ValueError: it holds what no rule has.
        """
        if not _KEYS.issuperset(stored) or "value" not in stored:
            raise ValueError(f"a rule of {', '.join(map(str, stored)) or 'nothing'}")
        return cls(
            value=stored["value"],
            users=frozenset(stored.get("users", ())),
            roles=frozenset(stored.get("roles", ())),
            percent=float(stored.get("percent", EVERYBODY)),
            since=_moment(stored.get("from")),
            until=_moment(stored.get("until")),
        )

    def __str__(self) -> str:
        named = [
            f"users {', '.join(sorted(self.users))}" if self.users else "",
            f"roles {', '.join(sorted(self.roles))}" if self.roles else "",
            f"{self.percent:g} % of users" if self.percent < EVERYBODY else "",
            f"from {moment(self.since)}" if self.since else "",
            f"until {moment(self.until)}" if self.until else "",
        ]
        return f"{', '.join(filter(None, named)) or 'everybody'} → {written(self.value)}"


def moment(at: datetime) -> str:
    """Return a moment to the minute, with its zone's difference."""
    return at.isoformat(" ", "minutes")


def checked_rule(flag: Flag, rule: Rule) -> Rule:
    """Return `rule` as it is stored for `flag`.

    Raises:
        ValidationError: its value or a condition can't be used.
    """
    value = checked(flag, rule.value, "the rule's value")
    users, roles = (frozenset(name.strip() for name in names) for names in (rule.users, rule.roles))
    if "" in users | roles:
        raise ValidationError("A user or role has no name.", remedy="Remove it or give it a name.")
    if not (math.isfinite(rule.percent) and 0 <= rule.percent <= EVERYBODY):
        raise ValidationError(f"percent = {rule.percent:g}: give a share from 0 to 100.")
    _check_times(rule)
    found = replace(rule, value=value, users=users, roles=roles)
    if found.holds_always:
        raise ValidationError("The rule has no condition.", remedy="Set the flag's value instead.")
    return found


def _check_times(rule: Rule) -> None:
    if any(at is not None and at.tzinfo is None for at in (rule.since, rule.until)):
        raise ValidationError("A moment has no time zone.", remedy="Write it like 2026-12-01T08:00+01:00.")
    if rule.since is not None and rule.until is not None and rule.since >= rule.until:
        raise ValidationError("The rule ends before it begins.", remedy="Give an end after its beginning.")


def _moment(stored: str | None) -> datetime | None:
    if stored is None:
        return None
    at = datetime.fromisoformat(stored)
    if at.tzinfo is None:
        raise ValueError(f"{stored!r} has no time zone")
    return at
