"""Whoever was let in may stay as long as nothing about them is different; doubt counts against them."""

import pytest

from host.contracts.principal import Principal
from host.web.standing import CHANGED, GONE, UNKNOWN, Seat, Standing

ANNA = Principal("anna", "Anna", session="s1", epoch="1")


class Users:
    """An authenticator without sessions."""

    def __init__(self, answer):
        self.answer = answer

    def resolve(self, credentials):
        return None

    def principal(self, user_id):
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class Sessions(Users):
    """One with sessions; what it was told is kept."""

    sign_in_path = "/in"
    cookies = frozenset({"sid"})

    def __init__(self, answer):
        super().__init__(answer)
        self.seen = []

    def signed_in(self, user_id, session):
        assert (user_id, session) == ("anna", "s1")
        return self.principal(user_id)

    def active(self, session):
        self.seen.append(session)


@pytest.mark.parametrize("kind", [Users, Sessions])
@pytest.mark.parametrize(
    ("now", "ending"),
    [
        (ANNA, None),
        (Principal("anna", "New name", roles=frozenset({"r"}), session="s1", epoch="1"), None),
        (None, GONE),
        (Principal("anna", "Anna", session="s1", epoch="2"), CHANGED),
        (Principal("bob", "Bob", session="s1", epoch="1"), CHANGED),
        (Principal("anna", "Anna", session="s1", epoch="1", viewed_by="carla"), CHANGED),
        (RuntimeError("no answer"), UNKNOWN),
    ],
)
def test_what_ends_a_seat(kind, now, ending):
    assert Standing(kind(now)).ending(Seat.of(ANNA)) is ending


def test_only_an_authenticator_with_sessions_is_told_of_activity():
    sessions = Sessions(ANNA)
    Standing(sessions).active(ANNA)
    Standing(sessions).active(None)
    Standing(sessions).active(Principal("robot", "Robot"))
    Standing(Users(ANNA)).active(ANNA)
    assert sessions.seen == ["s1"]
