"""Events: delivered after the outer commit, never after a rollback, to handlers of the type and its bases."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from host.config import load_config
from host.contracts import Event
from host.kernel.boot import lay_ground
from host.kernel.events import FAILURES_TO_PAUSE, PAUSE_S, EventBus


@dataclass(frozen=True)
class Shipped(Event):
    """An order left."""

    order: int


@dataclass
class Clock:
    """Seconds that pass when told to."""

    now: float = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock of our own."""
    return Clock()


@pytest.fixture
def bus(project: Path, clock: Clock) -> EventBus:
    """A bus over a real database."""
    return EventBus(lay_ground(load_config(project)).host.database(), clock=clock)


def test_is_delivered_after_the_outer_commit_only(bus: EventBus) -> None:
    heard: list[Event] = []
    bus.subscribe("p", Event, heard.append)
    with bus.database.begin():
        with bus.database.begin():
            bus.publish(Shipped(1))
        assert heard == []
    assert heard == [Shipped(1)]


def test_is_never_delivered_after_a_rollback(bus: EventBus) -> None:
    heard: list[Event] = []
    bus.subscribe("p", Shipped, heard.append)

    def fail() -> None:
        with bus.database.begin():
            bus.publish(Shipped(1))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    bus.publish(Shipped(2))
    assert heard == [Shipped(2)]


def test_handler_that_keeps_failing_pauses_and_comes_back(bus: EventBus, clock: Clock) -> None:
    calls: list[Event] = []

    def handle(event: Event) -> None:
        calls.append(event)
        if len(calls) <= FAILURES_TO_PAUSE:
            raise RuntimeError

    bus.subscribe("p", Shipped, handle)
    for number in range(FAILURES_TO_PAUSE + 3):
        bus.publish(Shipped(number))
    assert len(calls) == FAILURES_TO_PAUSE
    assert [each.dropped for each in bus.paused()] == [3]

    clock.now += PAUSE_S + 1
    bus.publish(Shipped(99))
    assert calls[-1] == Shipped(99)
    assert bus.paused() == []


class _Mute(BaseException):
    def __str__(self) -> str:
        raise KeyError("text")


def test_a_handler_may_raise_anything(bus: EventBus) -> None:
    def fail(event: Event) -> None:
        raise _Mute

    heard: list[Event] = []
    bus.subscribe("bad", Shipped, fail)
    bus.subscribe("good", Shipped, heard.append)
    for order in range(FAILURES_TO_PAUSE):
        bus.publish(Shipped(order))
    assert len(heard) == FAILURES_TO_PAUSE
    assert [each.last_error for each in bus.paused()] == ["_Mute: (its text can't be had: KeyError)"]
