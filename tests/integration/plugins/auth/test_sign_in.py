"""Signing in: who gets in, who doesn't, and what the answer gives away."""

from datetime import timedelta

import bcrypt
import pytest
from sqlalchemy import select

from plugins.auth.models import User
from plugins.auth.services.hash_slots import HashingBusyError
from plugins.auth.values import Done, NeedsCode, NeedsNewPassword, Refused
from tests.attacks import attack
from tests.integration.plugins.auth.gatehouse import PASSWORD, Gatehouse, begun, by


def test_a_right_password_opens_a_session(gatehouse: Gatehouse) -> None:
    user_id = gatehouse.human("anna", "editor")
    answer = gatehouse.sign_in.password("  ANNA ", PASSWORD, by())
    assert isinstance(answer, Done)
    principal = gatehouse.who(answer.begun.token)
    assert principal is not None
    assert (principal.user_id, principal.session) == (user_id, answer.begun.id)
    assert principal.may("warehouse.edit")
    assert principal.may("warehouse.read")
    assert not principal.may("auth.users.write")
    assert answer.begun.max_age_s is None
    assert "sign_in.ok" in gatehouse.kinds()


@attack(
    "logins are probed: an unknown one, a wrong password, a disabled account",
    "one answer, and as many hashes are computed for each",
)
def test_unknown_wrong_and_disabled_answer_alike_at_the_same_cost(gatehouse: Gatehouse) -> None:
    gatehouse.human("anna")
    gatehouse.human("gone", disabled_at=gatehouse.clock())
    gatehouse.person("empty")
    costs, answers = [], []
    cases = (("nobody", PASSWORD), ("anna", "wrong"), ("gone", PASSWORD), ("empty", ""), ("anna", "x" * 300))
    for number, (login, password) in enumerate(cases):
        before = gatehouse.passwords.computations
        answers.append(gatehouse.sign_in.password(login, password, by(client=f"198.51.{number}.1")))
        costs.append(gatehouse.passwords.computations - before)
    assert answers == [Refused("wrong")] * len(cases)
    assert costs == [1] * len(cases)


@attack(
    "somebody types their password into the field of the login",
    "it stands in no event",
)
def test_what_was_typed_as_login_is_noted_nowhere(gatehouse: Gatehouse) -> None:
    gatehouse.sign_in.password("my-password-by-mistake", "x", by())
    assert gatehouse.heard
    assert "mistake" not in repr(gatehouse.heard)


def test_a_bcrypt_hash_counts_and_is_replaced(gatehouse: Gatehouse) -> None:
    old = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
    user_id = gatehouse.person("anna", password_hash=old)
    assert gatehouse.sign_in.password("anna", "wrong", by()) == Refused("wrong")
    gatehouse.signed_in("anna")
    with gatehouse.database.begin(readonly=True) as unit:
        stored = unit.session.scalar(select(User.password_hash).where(User.id == user_id))
    assert stored is not None
    assert stored.startswith("$argon2id$")
    gatehouse.signed_in("anna")


@attack(
    "a session's cookie is planted in a browser before its owner signs in",
    "the owner gets another one, and the planted one opens nothing",
)
def test_the_token_before_is_not_the_token_after(gatehouse: Gatehouse) -> None:
    gatehouse.human("anna")
    gatehouse.human("eve")
    planted = gatehouse.signed_in("eve")
    after = begun(gatehouse.sign_in.password("anna", PASSWORD, by(planted.token)))
    assert after.token != planted.token
    assert gatehouse.who(planted.token) is None
    principal = gatehouse.who(after.token)
    assert principal is not None
    assert principal.name == "Anna"


@attack(
    "who has only the password uses the cookie that waits for the code",
    "it opens nothing",
)
def test_a_code_is_asked_for_and_nothing_is_open_before(gatehouse: Gatehouse) -> None:
    _, app = gatehouse.enrolled("anna")
    first = gatehouse.sign_in.password("anna", PASSWORD, by())
    assert isinstance(first, NeedsCode)
    assert gatehouse.who(first.begun.token) is None
    assert gatehouse.directory.signed_in("anna", first.begun.id) is None
    waiting = gatehouse.sessions.half_way(by(first.begun.token))
    assert waiting is not None
    assert waiting.state == "code"
    assert gatehouse.sign_in.code(waiting.id, "000000", by()) == Refused("wrong")
    assert gatehouse.sign_in.new_password(waiting.id, "another-good-word") == Refused("ended")
    last = gatehouse.sign_in.code(waiting.id, app.at(gatehouse.clock()), by())
    assert isinstance(last, Done)
    assert last.begun.token != first.begun.token
    assert gatehouse.sessions.half_way(by(first.begun.token)) is None
    assert gatehouse.who(last.begun.token) is not None
    assert "sign_in.code_failed" in gatehouse.kinds()


def test_a_session_waits_ten_minutes_for_its_code(gatehouse: Gatehouse) -> None:
    _, app = gatehouse.enrolled("anna")
    first = begun(gatehouse.sign_in.password("anna", PASSWORD, by()))
    gatehouse.clock.forward(minutes=11)
    assert gatehouse.sessions.half_way(by(first.token)) is None
    assert gatehouse.sign_in.code(first.id, app.at(gatehouse.clock()), by()) == Refused("ended")


def test_a_password_that_is_due_is_asked_for_last(gatehouse: Gatehouse) -> None:
    user_id = gatehouse.human("anna", must_change=True)
    first = gatehouse.sign_in.password("anna", PASSWORD, by(), True)
    assert isinstance(first, NeedsNewPassword)
    assert gatehouse.who(first.begun.token) is None
    weak = gatehouse.sign_in.new_password(first.begun.id, "short")
    assert isinstance(weak, Refused)
    assert [each.key for each in weak.problems] == ["auth.problem.password.short"]
    same = gatehouse.sign_in.new_password(first.begun.id, PASSWORD)
    assert isinstance(same, Refused)
    assert [each.key for each in same.problems] == ["auth.problem.password.same"]
    done = gatehouse.sign_in.new_password(first.begun.id, "seven purple lamps")
    assert isinstance(done, Done)
    assert done.begun.max_age_s == 30 * 24 * 3600
    principal = gatehouse.who(done.begun.token)
    assert principal is not None
    assert principal.user_id == user_id
    assert gatehouse.sign_in.password("anna", PASSWORD, by()) == Refused("wrong")
    assert "password.changed" in gatehouse.kinds()


@attack(
    "the old password is sent at the moment in which it is changed",
    "no session begins",
)
def test_a_password_changed_while_it_was_checked_opens_nothing(
    gatehouse: Gatehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    user_id = gatehouse.human("anna")
    verify = gatehouse.passwords.verify

    def overtaken(stored: str | None, text: str) -> bool:
        right = verify(stored, text)
        gatehouse.user_rows.set_password(user_id, gatehouse.passwords.hash("seven purple lamps"), must_change=False)
        return right

    monkeypatch.setattr(gatehouse.passwords, "verify", overtaken)
    assert gatehouse.sign_in.password("anna", PASSWORD, by()) == Refused("wrong")


@attack(
    "the queue of password checks is flooded to use up others' attempts",
    "what wasn't looked at isn't counted",
)
def test_a_full_queue_uses_up_no_attempt(gatehouse: Gatehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    gatehouse.human("anna")

    def busy(_stored: str | None, _text: str) -> bool:
        raise HashingBusyError("busy")

    with monkeypatch.context() as patched:
        patched.setattr(gatehouse.passwords, "verify", busy)
        for _ in range(20):
            assert gatehouse.sign_in.password("anna", PASSWORD, by()) == Refused("busy", 5)
    gatehouse.signed_in("anna")


def test_a_strange_device_is_noted_the_first_time_is_not(gatehouse: Gatehouse) -> None:
    gatehouse.human("anna")
    gatehouse.signed_in("anna", device="laptop")
    gatehouse.signed_in("anna", device="laptop")
    assert "sign_in.new_device" not in gatehouse.kinds()
    gatehouse.signed_in("anna", device="phone")
    assert gatehouse.kinds().count("sign_in.new_device") == 1


@attack(
    "a cookie is used again after its owner signed out",
    "it opens nothing, and is noted",
)
def test_signing_out_ends_it_and_the_token_is_dead_and_watched(gatehouse: Gatehouse) -> None:
    user_id = gatehouse.human("anna")
    open_ = gatehouse.signed_in("anna")
    gatehouse.sign_in.out(open_.id)
    assert gatehouse.directory.signed_in(user_id, open_.id) is None
    assert gatehouse.who(open_.token) is None
    assert gatehouse.kinds()[-1] == "session.replayed"
    replayed = gatehouse.heard[-1]
    assert (replayed.user_id, replayed.session, replayed.severity) == (user_id, open_.id, "warning")


def test_a_proof_of_identity_is_fresh_for_a_while(gatehouse: Gatehouse) -> None:
    user_id = gatehouse.human("anna")
    open_ = gatehouse.signed_in("anna")
    principal = gatehouse.directory.signed_in(user_id, open_.id)
    assert principal is not None
    with gatehouse.acting(principal):
        assert gatehouse.sessions.confirmed(open_.id)
        gatehouse.clock.moment += timedelta(minutes=16)
        assert not gatehouse.sessions.confirmed(open_.id)
        assert gatehouse.sign_in.confirm(open_.id, "wrong", by()) == Refused("wrong")
        assert not gatehouse.sessions.confirmed(open_.id)
        assert gatehouse.sign_in.confirm(open_.id, PASSWORD, by()) is None
        assert gatehouse.sessions.confirmed(open_.id)


def test_ones_own_password_is_changed_and_other_devices_are_out(gatehouse: Gatehouse) -> None:
    user_id = gatehouse.human("anna")
    here, there = gatehouse.signed_in("anna", device="laptop"), gatehouse.signed_in("anna", device="phone")
    principal = gatehouse.who(here.token)
    assert principal is not None
    with gatehouse.acting(principal):
        assert gatehouse.sign_in.change_password(here.id, "wrong", "seven purple lamps", by()) == Refused("wrong")
        weak = gatehouse.sign_in.change_password(here.id, PASSWORD, "password12", by())
        assert isinstance(weak, Refused)
        assert weak.reason == "weak"
        assert gatehouse.who(there.token) is not None
        done = gatehouse.sign_in.change_password(here.id, PASSWORD, "seven purple lamps", by())
    assert isinstance(done, Done)
    assert gatehouse.who(here.token) is None
    assert gatehouse.who(there.token) is None
    principal = gatehouse.who(done.begun.token)
    assert principal is not None
    assert (principal.user_id, principal.session) == (user_id, here.id)
