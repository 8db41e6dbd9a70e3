"""Seats: judged at every change, also of those who came in while it happened, and counted per sign-in."""

import asyncio
import threading

import pytest

from host.contracts.principal import Principal
from host.web.sockets import OpenSockets
from host.web.standing import CHANGED, GONE, Seat, Standing

ANNA = Principal("anna", "Anna", session="s1", epoch="1")


class Sessions:
    """An authenticator whose one session the test changes; says in which thread it was asked."""

    sign_in_path = "/in"
    cookies = frozenset({"sid"})

    def __init__(self):
        self.now = ANNA
        self.asked = []

    def resolve(self, credentials):
        return self.now

    def principal(self, user_id):
        return self.now

    def signed_in(self, user_id, session):
        self.asked.append(threading.current_thread())
        return self.now

    def active(self, session):
        pass


class Occupant:
    def __init__(self):
        self.endings = []
        self.left = False

    def forbid(self, ending):
        self.endings.append(ending)

    async def end(self, ending):
        self.left = True


class Changes:
    def subscribe(self, topic, call):
        return lambda: None


@pytest.fixture
def sessions():
    return Sessions()


@pytest.fixture
def here(sessions):
    return OpenSockets(Standing(sessions))


def test_a_change_marks_everybody_before_it_counts_as_taken_and_asks_in_no_loop(sessions, here):
    async def scene():
        tabs = [Occupant(), Occupant()]
        async with (
            here.watched(Changes()),
            here.seated(tabs[0], Seat.of(ANNA), here.changes, socket=True),
            here.seated(tabs[1], Seat.of(ANNA), here.changes, socket=True),
        ):
            sessions.now = None
            await asyncio.to_thread(here.told, "session:s1")
            assert [tab.endings for tab in tabs] == [[GONE], [GONE]]
            await asyncio.sleep(0)
            assert all(tab.left for tab in tabs)

    asyncio.run(scene())
    # Many tabs of one sign-in are one question, and never one on the event loop.
    assert len(sessions.asked) == 1
    assert sessions.asked[0] is not threading.main_thread()


def test_who_was_looked_up_before_a_change_and_seated_after_it_is_asked_about_again(sessions, here):
    async def scene(since):
        late = Occupant()
        async with here.watched(Changes()), here.seated(late, Seat.of(ANNA), since, socket=True):
            return late.endings

    before = here.changes
    assert asyncio.run(scene(before)) == []
    assert sessions.asked == []
    here.told("user:anna")
    sessions.now = Principal("anna", "Anna", session="s1", epoch="2")
    assert asyncio.run(scene(before)) == [CHANGED]


def test_sockets_are_counted_per_person_by_however_many_sign_ins_and_answers_are_not(here):
    async def scene():
        again = Principal("anna", "Anna", session="s2", epoch="1")
        seen_by_anna = Principal("ben", "Ben", session="s1", epoch="1", viewed_by="anna")
        async with (
            here.seated(Occupant(), Seat.of(ANNA), 0, socket=True),
            here.seated(Occupant(), Seat.of(again), 0, socket=True),
            here.seated(Occupant(), Seat.of(seen_by_anna), 0, socket=True),
            here.seated(Occupant(), Seat.of(ANNA), 0, socket=False),
        ):
            assert (len(here), here.of_person(ANNA)) == (3, 3)
            assert here.of_person(Principal("ben", "Ben", session="s9")) == 0
        assert (len(here), here.of_person(ANNA)) == (0, 0)

    asyncio.run(scene())


def test_a_change_counts_as_not_taken_while_the_loop_does_not_answer(here, monkeypatch):
    monkeypatch.setattr("host.web.sockets.ANSWER_WITHIN_S", 0.05)

    async def scene():
        async with here.watched(Changes()):
            with pytest.raises(TimeoutError):
                here.told("roles")  # called on the loop itself, which therefore can't answer

    asyncio.run(scene())
