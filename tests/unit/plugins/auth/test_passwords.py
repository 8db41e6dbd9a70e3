"""Passwords: hashed well, checked at one cost, and a flood finds a full queue."""

import threading
from concurrent.futures import ThreadPoolExecutor

import bcrypt
import pytest
from argon2 import extract_parameters
from zxcvbn import matching

from plugins.auth.services.hash_slots import HashingBusyError, HashSlots
from plugins.auth.services.passwords import Passwords
from plugins.auth.settings import AuthSettings
from tests.attacks import attack

PASSWORD = "kelp-on-a-rock-7"


@pytest.fixture(scope="module")
def passwords() -> Passwords:
    return Passwords(AuthSettings())


@pytest.fixture
def cheap() -> Passwords:
    return Passwords(AuthSettings(), memory_kib=8, passes=1)


def test_hashes_are_strong_and_salted(passwords: Passwords) -> None:
    first, second = passwords.hash(PASSWORD), passwords.hash(PASSWORD)
    found = extract_parameters(first)
    assert (found.memory_cost, found.time_cost, found.parallelism) == (19 * 1024, 2, 1)
    assert first.startswith("$argon2id$")
    assert first != second
    assert passwords.verify(first, PASSWORD)
    assert not passwords.needs_rehash(first)


def test_weaker_hashes_are_made_anew(passwords: Passwords, cheap: Passwords) -> None:
    old = cheap.hash(PASSWORD)
    assert passwords.verify(old, PASSWORD)
    assert passwords.needs_rehash(old)


def test_bcrypt_is_read_as_its_makers_did(cheap: Passwords) -> None:
    long = "ä" * 40
    for text, stored in ((PASSWORD, PASSWORD), (long, long.encode()[:72].decode())):
        old = bcrypt.hashpw(stored.encode(), bcrypt.gensalt(4)).decode()
        assert cheap.verify(old, text)
        assert cheap.verify(old.replace("$2b$", "$2y$"), text)
        assert not cheap.verify(old, "wrong")
        assert cheap.needs_rehash(old)


@pytest.mark.parametrize("stored", [None, "", "plain", "$argon2id$broken", "$2b$broken"])
def test_what_is_no_hash_matches_nothing(cheap: Passwords, stored: str | None) -> None:
    before = cheap.computations
    for text in ("", "plain", PASSWORD, "x" * 5000, "\ud800", "\0"):
        assert not cheap.verify(stored, text)
    assert cheap.computations - before == 6


def test_composed_and_decomposed_are_one_password(cheap: Passwords) -> None:
    assert cheap.verify(cheap.hash("Größe der Küche"), "Gro\u0308ße der Ku\u0308che")


def test_more_than_the_longest_never_matches(cheap: Passwords) -> None:
    assert cheap.verify(cheap.hash("x" * 256), "x" * 256)
    assert not cheap.verify(cheap.hash("x" * 257), "x" * 257)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("kurz", "short"),
        ("ü" * 129, "long"),
        ("password1234", "common"),
        ("qwertzuiop", "common"),
        ("aaaaaaaaaaaaaaaaaaaaaaaa", "common"),
        ("Anna Sommerfeld", "personal"),
        ("annasommerfeld", "personal"),
        ("dlefremmos", "personal"),
        ("anna@example.com", "personal"),
    ],
)
def test_bad_passwords_are_explained(cheap: Passwords, text: str, key: str) -> None:
    found = cheap.faults(text, "anna@example.com", "Anna Sommerfeld")
    assert [each.key for each in found] == [f"auth.problem.password.{key}"]


@attack(
    "a password of nothing but digits and signs that may stand for letters, which takes the estimate seconds to read",
    "only as much is read as takes a moment, and the password is judged by that",
)
def test_the_estimate_reads_no_more_than_it_can(cheap: Passwords, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[int] = []
    ways = matching.enumerate_l33t_subs
    monkeypatch.setattr(matching, "enumerate_l33t_subs", lambda table: tried.append(len(ways(table))) or ways(table))
    cheap.faults("4@8({[<3691!|7$5+%20" * 4, "w " * 20_000, "anna")
    assert len(tried) == 1
    assert tried[0] <= 64


@pytest.mark.parametrize(
    "text",
    [
        PASSWORD,
        "4@8({[<3691!",
        "83920571648392",
        "drei lose Ziegel",
        "正しい馬の電池の留め金",
        "x9!kQ2#vLp",
        "seven purple lamps " * 12,
    ],
)
def test_good_passwords(cheap: Passwords, text: str) -> None:
    assert cheap.faults(text, "anna", "Anna") == []


def test_a_full_queue_turns_away_at_once_and_recovers() -> None:
    slots, go = HashSlots(at_once=2, waiting=3), threading.Event()
    inside = threading.Semaphore(0)

    def work(_: int) -> bool:
        try:
            with slots.taken():
                inside.release()
                go.wait(10)
                return True
        except HashingBusyError:
            inside.release()
            return False

    with ThreadPoolExecutor(20) as pool:
        results = [pool.submit(work, number) for number in range(20)]
        for _ in range(2 + 15):
            assert inside.acquire(timeout=10)
        go.set()
        done = [each.result() for each in results]
    assert done.count(True) == 5
    with slots.taken():
        pass
