"""A thread that takes turns: faults cost one turn only, an outage is told once, the end is waited for."""

import logging
import threading
from collections.abc import Callable

import pytest

from host.data.turns import Turns
from host.errors import HostError

DEADLINE_S = 20


class Work:
    """Raises what it is told to, turn by turn, and says when a number of turns is over."""

    def __init__(self, *faults: Exception | None) -> None:
        self.faults = list(faults)
        self.over = threading.Event()

    def __call__(self) -> None:
        if not self.faults:
            self.over.set()
            return
        fault = self.faults.pop(0)
        if fault is not None:
            raise fault


def turns(work: Callable[[], object]) -> Turns:
    return Turns("test-turns", "test.turns", 0.001, work, "something waits")


def test_an_outage_is_told_once_and_again_after_it_was_over(caplog: pytest.LogCaptureFixture) -> None:
    work = Work(HostError("away"), OSError("away"), None, HostError("away"))
    taken = turns(work)
    with caplog.at_level(logging.WARNING, "test.turns"):
        taken.start()
        assert work.over.wait(DEADLINE_S)
        assert taken.stop()
    assert len([line for line in caplog.messages if "something waits" in line]) == 2


def test_no_fault_ends_the_thread(caplog: pytest.LogCaptureFixture) -> None:
    work = Work(KeyError("a fault of ours"), ValueError("another"))
    taken = turns(work)
    taken.start()
    assert work.over.wait(DEADLINE_S)
    taken.stop()
    assert len([record for record in caplog.records if record.levelno >= logging.ERROR]) == 2


def test_a_long_turn_is_told_to_end_and_waited_for() -> None:
    began, ended = threading.Event(), []

    def long_turn() -> None:
        began.set()
        while not taken.stopping:
            threading.Event().wait(0.001)
        ended.append(True)

    taken = turns(long_turn)
    taken.start()
    taken.start()
    assert began.wait(DEADLINE_S)
    assert taken.stop()
    assert ended == [True]
    assert not taken.stop()
