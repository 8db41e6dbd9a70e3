"""A forked process works with connections of its own and leaves those of its parent alone."""

import os
import signal
from collections.abc import Callable

import pytest

from host.data import Database

TOO_LONG_S = 30


def child_succeeds(work: Callable[[], None]) -> bool:
    child = os.fork()
    if child == 0:
        signal.alarm(TOO_LONG_S)
        try:
            work()
        except BaseException:
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@pytest.mark.parametrize("readonly", [False, True], ids=["between units", "inside a reading unit"])
def test_parent_and_child_both_write(database: Database, notes, *, readonly: bool):
    def write(words: str) -> object:
        with database.begin() as unit:
            unit.session.add(notes.row(text=words))
            return unit.session.connection().connection.driver_connection

    first = write("before")

    def in_child() -> None:
        assert database.engines.holders.all() == ()
        assert write("child") is not first

    if readonly:
        with database.begin(readonly=True):
            assert notes.texts() == ["before"]
            assert child_succeeds(in_child)
    else:
        assert child_succeeds(in_child)
    assert write("after") is first
    assert notes.texts() == ["before", "child", "after"]
