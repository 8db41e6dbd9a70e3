"""Sessions: one's own, everybody's, and looking through other eyes."""

import pytest

from host import PermissionDeniedError, Principal
from plugins.auth.permissions import SESSIONS_WRITE, VIEW_AS
from plugins.auth.services.session_store import SessionEndedError
from tests.attacks import attack
from tests.integration.plugins.auth.gatehouse import Gatehouse, by
from tests.integration.plugins.auth.office import BOSS, person


def test_ones_own_sessions_are_listed_and_ended(gatehouse: Gatehouse) -> None:
    anna = gatehouse.human("anna")
    here, there = gatehouse.signed_in("anna", device="laptop"), gatehouse.signed_in("anna", device="phone")
    gatehouse.clock.forward(seconds=5)
    gatehouse.store.seen({here.id: gatehouse.clock()})
    principal = gatehouse.who(here.token)
    assert principal is not None
    with gatehouse.acting(principal):
        assert [each.device for each in gatehouse.sessions.of(anna)] == ["laptop", "phone"]
        gatehouse.sessions.end_all(anna, "ended", keep=here.id)
        assert [each.id for each in gatehouse.sessions.of(anna)] == [here.id]
        assert gatehouse.who(there.token) is None
        assert gatehouse.who(here.token) is not None
        gatehouse.sessions.end(here.id, "ended")
    assert gatehouse.who(here.token) is None
    assert gatehouse.kinds().count("session.ended") == 2


@attack(
    "somebody lists or ends another person's sessions by their ids",
    "refused",
)
def test_other_peoples_sessions_need_the_permission(gatehouse: Gatehouse) -> None:
    anna = gatehouse.human("anna")
    open_ = gatehouse.signed_in("anna")
    for action in (
        lambda: gatehouse.sessions.of(anna),
        gatehouse.sessions.everyone,
        lambda: gatehouse.sessions.end(open_.id, "x"),
        lambda: gatehouse.sessions.end("unknown", "x"),
        lambda: gatehouse.sessions.end_all(anna, "x"),
    ):
        with gatehouse.acting(person("eve", "warehouse.*")), pytest.raises(PermissionDeniedError):
            action()
    with gatehouse.acting(person("guard", SESSIONS_WRITE)):
        assert gatehouse.sessions.everyone("ANNA").rows[0].id == open_.id
        assert gatehouse.sessions.everyone("berta").total == 0
        gatehouse.sessions.end(open_.id, "ended by an operator")
        assert gatehouse.sessions.everyone().total == 0


def test_who_looks_on_ends_nobodys_session(gatehouse: Gatehouse) -> None:
    anna = gatehouse.human("anna")
    open_ = gatehouse.signed_in("anna")
    looking = Principal(anna, "Anna", permissions=frozenset({"*"}), session="other", viewed_by="boss")
    with gatehouse.acting(looking), pytest.raises(PermissionDeniedError):
        gatehouse.sessions.end(open_.id, "x")
    assert gatehouse.who(open_.token) is not None


@attack(
    "somebody looks through the eyes of who may do more, or with another's session",
    "refused",
)
def test_looking_through_other_eyes_needs_the_permission_and_gives_no_more(gatehouse: Gatehouse) -> None:
    gatehouse.human("boss", "admin")
    guard, anna = gatehouse.human("guard", "viewer"), gatehouse.human("anna", "editor")
    gatehouse.human("gone", disabled_at=gatehouse.clock())
    open_ = gatehouse.signed_in("guard")
    other = gatehouse.signed_in("boss")
    plain = Principal(guard, "Guard", permissions=frozenset({"warehouse.read", "auth.tokens"}), session=open_.id)
    viewer = Principal(guard, "Guard", permissions=plain.permissions | {VIEW_AS}, session=open_.id)
    with gatehouse.acting(plain), pytest.raises(PermissionDeniedError):
        gatehouse.sessions.view_as(open_.id, anna)
    with gatehouse.acting(viewer):
        with pytest.raises(PermissionDeniedError):
            gatehouse.sessions.view_as(open_.id, anna)
        with pytest.raises(PermissionDeniedError):
            gatehouse.sessions.view_as(other.id, guard)
    assert gatehouse.who(open_.token) is not None
    assert "view_as.began" not in gatehouse.kinds()


def test_an_ended_session_gets_no_token(gatehouse: Gatehouse) -> None:
    gatehouse.human("anna")
    open_ = gatehouse.signed_in("anna")
    with gatehouse.acting(BOSS):
        gatehouse.sessions.end(open_.id, "x")
    with pytest.raises(SessionEndedError):
        gatehouse.store.advance(open_.id)
    with pytest.raises(SessionEndedError):
        gatehouse.store.advance("unknown")


@attack(
    "somebody who reads the database looks for cookies to use",
    "only digests stand there",
)
def test_tokens_stand_nowhere(gatehouse: Gatehouse) -> None:
    gatehouse.human("anna")
    open_ = gatehouse.signed_in("anna")
    assert open_.token not in repr(open_)
    assert open_.token not in repr(gatehouse.heard)
    assert len(open_.token) == 43
    row = gatehouse.store.of_cookie(by(open_.token))
    assert row is not None
    assert row.token_hash != open_.token.encode()
