"""Days of an app's life as security events: ordinary ones, and attacks."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from host.config import DetectionConfig
from host.security.detection import Reads, Seen, Window

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
LIMITS = DetectionConfig()


def window(
    *seen: Seen, reveals: tuple[Reads, ...] = (), now: datetime = NOON, limits: DetectionConfig = LIMITS
) -> Window:
    """Return what a look at `now` sees."""
    return Window(now, tuple(sorted(seen, key=lambda each: each.at)), reveals, limits)


def before(minutes: float) -> datetime:
    """Return a moment before noon."""
    return NOON - timedelta(minutes=minutes)


def ordinary_day(seed: int, people: int = 120) -> list[Seen]:
    """Return a day of an office: everybody from one network, mistyped passwords, codes, exports, refusals, a new phone.

    In the morning nearly everybody signs in within the same quarter of an hour, one in six mistypes once or twice.
    """
    chance = random.Random(seed)
    events = [event for person in range(people) for event in _day_of(f"user{person}", chance)]
    return sorted(events, key=lambda each: each.at)


def _day_of(user: str, chance: random.Random) -> Iterator[Seen]:
    morning = NOON.replace(hour=7, minute=45) + timedelta(minutes=chance.gauss(15, 12))
    client = "198.51.100.7" if chance.random() < 0.8 else f"203.0.{chance.randrange(256)}.{chance.randrange(1, 255)}"
    session, device = f"session of {user}", f"device of {user}"
    at = morning
    for _ in range(
        chance.choice((0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2))
        if client.startswith("203")
        else chance.choice([0] * 18 + [1])
    ):
        yield Seen(at, "sign_in.failed", user, client, "", device)
        at += timedelta(seconds=chance.uniform(5, 20))
    if chance.random() < 0.05:
        yield Seen(at, "sign_in.code_failed", user, client, session, device)
        at += timedelta(seconds=15)
    if chance.random() < 0.03:
        yield Seen(at, "sign_in.new_device", user, client, session, device)
    yield Seen(at, "sign_in.ok", user, client, session, device)
    for _ in range(chance.randrange(0, 8)):
        at += timedelta(minutes=chance.uniform(35, 70))
        kind = chance.choice(("export.made", "files.fetched", "authz.denied", "password.changed", "token.created"))
        yield Seen(at, kind, user, client, session, device)
    if chance.random() < 0.02:
        yield Seen(at, "files.denied", user, client, session, device, chance.randrange(1, 4))
    if chance.random() < 0.02:
        yield Seen(at, "gate.bad_frame", user, client, session, device)
