"""Counting in bounded memory: a window's sum per key, and no more keys than agreed."""

import secrets

import pytest

from host.config import ServerConfig
from host.contracts.auth import Credentials
from host.contracts.principal import Principal
from host.web.allowance import MOST_KNOWN, Allowance, network
from host.web.rates import Answer, BoundedMemory, Rate

SECRETS = frozenset({"sid"})
ANNA = Principal("anna", "Anna", session="session-of-anna")


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


def test_a_window_ends_and_the_next_begins_at_zero():
    clock = Clock()
    rate = Rate("r", 2, 10, BoundedMemory(clock=clock))
    assert [rate.take("a") for _ in range(4)] == [Answer.YES, Answer.YES, Answer.FIRST_NO, Answer.NO]
    assert rate.take("b") is Answer.YES
    clock.now += 10
    assert rate.take("a") is Answer.YES


def test_looking_counts_nothing():
    rate = Rate("r", 1, 10, BoundedMemory())
    assert [rate.look("a") for _ in range(3)] == [Answer.YES] * 3
    rate.take("a")
    assert rate.look("a") is Answer.FIRST_NO


def test_costs_are_summed():
    rate = Rate("bytes", 100, 10, BoundedMemory())
    assert [rate.take("a", 60), rate.take("a", 40), rate.take("a", 1)] == [Answer.YES, Answer.YES, Answer.FIRST_NO]


def test_random_keys_take_no_more_memory_than_agreed_and_the_busy_ones_stay():
    memory = BoundedMemory(100)
    rate = Rate("r", 1_000_000, 10, memory)
    for _ in range(5_000):
        rate.take("busy")
        rate.take(secrets.token_hex(8))
    assert len(memory) == 100
    assert sum(memory.get(key) for key in memory._counts if "busy" in key) == 5_000


def test_rates_of_one_memory_count_apart():
    memory = BoundedMemory()
    first, second = Rate("one", 1, 10, memory), Rate("two", 1, 10, memory)
    assert [first.take("a"), second.take("a")] == [Answer.YES, Answer.YES]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("10.0.0.1", "10.0.0.1", True), ("10.0.0.1", "10.0.0.2", False), ("2001:db8::1", "2001:db8::ffff", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False), ("::ffff:10.0.0.1", "10.0.0.1", True), (None, "", True),
    ],
)  # fmt: skip
def test_an_address_counts_for_the_network_of_a_household(one, other, same):
    assert (network(one) == network(other)) is same


def brought(sid, client="10.0.0.1"):
    return Credentials(cookies={"sid": sid}, client=client)


def test_a_good_secret_has_rates_of_its_own_until_it_is_good_no_more():
    allowance = Allowance(ServerConfig(max_unknown_per_s=1, max_requests_per_s=2))
    good = brought("good")
    assert not allowance.counted(good, SECRETS).known
    allowance.found(good, SECRETS, ANNA)
    for number in range(100):
        allowance.request(allowance.counted(brought(f"bad-{number}"), SECRETS))
    assert allowance.request(allowance.counted(brought("bad"), SECRETS)) is Answer.NO
    assert allowance.request(allowance.counted(good, SECRETS)) is Answer.YES
    allowance.missed(good, SECRETS)
    assert not allowance.counted(good, SECRETS).known


def test_one_sign_in_written_in_many_ways_has_the_rates_of_one():
    allowance = Allowance(ServerConfig(max_requests_per_s=2))
    answers = []
    for number in range(100):
        given = Credentials(cookies={"sid": "good", "__Host-sid": str(number)}, client="10.0.0.1")
        allowance.found(given, {"sid", "__Host-sid"}, ANNA)
        answers.append(allowance.request(allowance.counted(given, {"sid", "__Host-sid"})))
    assert answers.count(Answer.YES) == 20


def test_who_brings_no_secret_gets_to_the_sign_in_page_whatever_others_of_the_address_guess():
    allowance = Allowance(ServerConfig(max_failed_lookups_per_min=1))
    for number in range(5):
        allowance.missed(brought(f"bad-{number}"), SECRETS)
    assert allowance.lookup(allowance.counted(brought("bad"), SECRETS)) is not Answer.YES
    assert allowance.lookup(allowance.counted(Credentials(client="10.0.0.1"), SECRETS)) is Answer.YES


def test_failed_lookups_end_for_an_address_and_not_for_good_secrets():
    allowance = Allowance(ServerConfig(max_failed_lookups_per_min=3))
    allowance.found(brought("good"), SECRETS, ANNA)
    for number in range(3):
        assert allowance.lookup(allowance.counted(brought(f"bad-{number}"), SECRETS)) is Answer.YES
        allowance.missed(brought(f"bad-{number}"), SECRETS)
    assert allowance.lookup(allowance.counted(brought("bad"), SECRETS)) is Answer.FIRST_NO
    assert allowance.lookup(allowance.counted(brought("good"), SECRETS)) is Answer.YES
    assert allowance.lookup(allowance.counted(brought("bad", "10.0.0.2"), SECRETS)) is Answer.YES


def test_nobody_without_a_secret_counts_as_a_failed_lookup_or_as_known():
    allowance = Allowance(ServerConfig(max_failed_lookups_per_min=1))
    nobody = Credentials(cookies={"device": "d"}, client="10.0.0.1")
    allowance.found(nobody, SECRETS, ANNA)
    assert not allowance.counted(nobody, SECRETS).known
    for _ in range(5):
        allowance.missed(nobody, SECRETS)
    assert allowance.lookup(allowance.counted(nobody, SECRETS)) is Answer.YES


def test_good_secrets_are_remembered_within_bounds_and_only_as_fingerprints():
    allowance = Allowance(ServerConfig())
    for number in range(MOST_KNOWN + 10):
        allowance.found(brought(f"secret-{number}"), SECRETS, ANNA)
    assert len(allowance._good) == MOST_KNOWN
    assert not [key for key in allowance._good if "secret" in key]
