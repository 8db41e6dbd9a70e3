"""Attempts are counted exactly, delays grow and end, and nobody is locked out from elsewhere."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from plugins.auth.models import Attempts
from plugins.auth.services.lanes import code_lanes, password_lanes
from plugins.auth.services.lockout import LONGEST_DELAY_S
from plugins.auth.values import Done, NeedsCode, Refused, SignInAnswer
from tests.attacks import attack
from tests.integration.plugins.auth.gatehouse import PASSWORD, Gatehouse, begun, by

HOME, ELSEWHERE = "192.0.2.7", "203.0.113.9"


def fill(gatehouse: Gatehouse, login: str, *, client: str, times: int, device: str = "") -> list[SignInAnswer]:
    """Guess wrongly."""
    return [gatehouse.sign_in.password(login, "wrong", by(client=client, device=device)) for _ in range(times)]


@attack(
    "fifty passwords are guessed at the same moment, for a known and an unknown login",
    "five are looked at: attempts are counted before they are checked",
)
@pytest.mark.parametrize("login", ["anna", "nobody"])
def test_fifty_guesses_at_once_are_five(gatehouse: Gatehouse, login: str) -> None:
    gatehouse.human("anna")
    before = gatehouse.passwords.computations

    def guess(_: int) -> SignInAnswer:
        return gatehouse.sign_in.password(login, "wrong", by(client=HOME))

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(guess, range(50)))
    assert sum(answer == Refused("wrong") for answer in answers) == 5
    assert sum(isinstance(answer, Refused) and answer.reason == "wait" for answer in answers) == 45
    assert gatehouse.passwords.computations - before == 5
    lane = password_lanes(login, by(client=HOME), known_device=False)[0]
    with gatehouse.database.begin(readonly=True) as unit:
        assert unit.session.scalar(select(Attempts.count).where(Attempts.key == lane.key)) == 5


def test_delays_grow_and_end(gatehouse: Gatehouse) -> None:
    gatehouse.human("anna")
    waits = []
    fill(gatehouse, "anna", client=HOME, times=5)
    for _ in range(12):
        refused = gatehouse.sign_in.password("anna", PASSWORD, by(client=HOME))
        assert isinstance(refused, Refused)
        assert refused.reason == "wait"
        waits.append(refused.retry_after_s)
        gatehouse.clock.forward(seconds=refused.retry_after_s)
        assert gatehouse.sign_in.password("anna", "wrong", by(client=HOME)) == Refused("wrong")
    assert waits[:4] == [11, 21, 41, 81]
    assert waits == sorted(waits)
    assert max(waits) <= LONGEST_DELAY_S + 1
    gatehouse.clock.forward(seconds=LONGEST_DELAY_S)
    assert isinstance(gatehouse.sign_in.password("anna", PASSWORD, by(client=HOME)), Done)
    assert "sign_in.locked" in gatehouse.kinds()


def test_success_begins_counting_anew(gatehouse: Gatehouse) -> None:
    gatehouse.human("anna")
    for _ in range(3):
        fill(gatehouse, "anna", client=HOME, times=4)
        gatehouse.signed_in("anna", client=HOME)


def test_time_without_attempts_is_forgotten(gatehouse: Gatehouse) -> None:
    gatehouse.human("anna")
    for _ in range(3):
        assert fill(gatehouse, "anna", client=HOME, times=4) == [Refused("wrong")] * 4
        gatehouse.clock.forward(hours=3)


@attack(
    "somebody elsewhere guesses until the account is closed to them, to keep its owner out",
    "the owner signs in as ever",
)
def test_an_attacker_elsewhere_locks_nobody_out(gatehouse: Gatehouse) -> None:
    gatehouse.human("anna")
    for network in range(20):
        fill(gatehouse, "anna", client=f"203.0.{network}.1", times=8)
    assert isinstance(gatehouse.sign_in.password("anna", PASSWORD, by(client=HOME)), Done)


@attack(
    "the same from the owner's own network",
    "a device on which the owner was signed in before has attempts of its own",
)
def test_an_attacker_in_the_same_network_locks_no_known_device_out(gatehouse: Gatehouse) -> None:
    gatehouse.human("anna")
    gatehouse.signed_in("anna", client=HOME, device="laptop")
    for number in range(60):
        fill(gatehouse, f"user{number}", client=HOME, times=1)
    fill(gatehouse, "anna", client=HOME, times=30, device="somebody-elses")
    assert isinstance(gatehouse.sign_in.password("anna", PASSWORD, by(client=HOME)), Refused)
    assert isinstance(gatehouse.sign_in.password("anna", PASSWORD, by(client=HOME, device="laptop")), Done)


@attack(
    "who holds the owner's device guesses on and on",
    "a few guesses, then growing waits",
)
def test_who_has_the_device_can_guess_no_more_than_others(gatehouse: Gatehouse) -> None:
    gatehouse.human("anna")
    gatehouse.signed_in("anna", device="laptop")
    answers = fill(gatehouse, "anna", client=HOME, times=20, device="laptop")
    assert answers.count(Refused("wrong")) == 8


@attack(
    "one password is tried with many logins",
    "the network has to wait",
)
def test_spraying_one_password_over_many_logins_is_stopped_by_the_network(gatehouse: Gatehouse) -> None:
    answers = [gatehouse.sign_in.password(f"user{each}", "Sommer2026!", by(client=HOME)) for each in range(50)]
    assert answers.count(Refused("wrong")) == 40
    neighbour = gatehouse.sign_in.password("user1000", "Sommer2026!", by(client="192.0.2.250"))
    assert isinstance(neighbour, Refused)
    assert neighbour.reason == "wait"


@attack(
    "between guesses the attacker signs in with an account of their own, to begin counting anew",
    "counting goes on",
)
def test_ones_own_account_opens_no_door_to_others(gatehouse: Gatehouse) -> None:
    gatehouse.human("eve")
    tried = 0
    for number in range(60):
        tried += gatehouse.sign_in.password(f"user{number}", "x", by(client=HOME)) == Refused("wrong")
        gatehouse.sign_in.password("eve", PASSWORD, by(client=HOME))
    assert tried == 40


@attack(
    "who knows the password guesses codes, from ever new networks",
    "codes have counters of their own, one of them for the account",
)
def test_codes_have_counters_of_their_own(gatehouse: Gatehouse) -> None:
    user_id, app = gatehouse.enrolled("anna")
    first = begun(gatehouse.sign_in.password("anna", PASSWORD, by(client=HOME)))

    def guess(_: int) -> SignInAnswer:
        return gatehouse.sign_in.code(first.id, "000000", by(client=HOME))

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(guess, range(50)))
    assert answers.count(Refused("wrong")) == 5
    assert isinstance(gatehouse.sign_in.code(first.id, app.at(gatehouse.clock()), by(client=HOME)), Refused)
    again = gatehouse.sign_in.password("anna", PASSWORD, by(client=HOME))
    assert isinstance(again, NeedsCode)
    guesses = 0
    for network in range(30):
        for _ in range(4):
            here = by(client=f"203.0.{network}.1")
            guesses += gatehouse.sign_in.code(again.begun.id, "000000", here) == Refused("wrong")
    assert guesses == 20 - 5
    lanes = code_lanes(user_id, by(client=HOME, device="laptop"), known_device=True)
    assert gatehouse.lockout.count(lanes) == 0


def test_a_clock_that_was_set_back_locks_nobody_out(gatehouse: Gatehouse) -> None:
    gatehouse.human("anna")
    fill(gatehouse, "anna", client=HOME, times=6)
    gatehouse.clock.forward(hours=-5)
    assert isinstance(gatehouse.sign_in.password("anna", PASSWORD, by(client=HOME)), Done)
