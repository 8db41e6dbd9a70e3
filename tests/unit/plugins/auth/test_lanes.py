"""Lanes and delays: who is counted together, and how long the next attempt waits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host import Credentials
from plugins.auth.services.lanes import code_lanes, password_lanes
from plugins.auth.services.lockout import LONGEST_DELAY_S, delay_s
from plugins.auth.services.networks import network_of


@pytest.mark.parametrize(
    ("client", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unix", "unix"),
        (None, ""),
    ],
)
def test_networks(client: str | None, network: str) -> None:
    assert network_of(client) == network


def keys(login: str, client: str, device: str = "", *, known: bool = False) -> set[bytes]:
    credentials = Credentials(client=client, device=device)
    return {lane.key for lane in password_lanes(login, credentials, known_device=known)}


def test_strangers_share_the_network_only_and_nothing_with_a_known_device() -> None:
    assert len(keys("anna", "192.0.2.1") & keys("berta", "192.0.2.2")) == 1
    assert keys("anna", "192.0.2.1") == keys("anna", "192.0.2.2")
    assert keys("anna", "192.0.2.1").isdisjoint(keys("anna", "203.0.113.1"))
    assert keys("anna", "192.0.2.1", "laptop", known=True).isdisjoint(keys("anna", "192.0.2.1", "laptop"))


def test_codes_are_counted_apart_from_passwords() -> None:
    here = Credentials(client="192.0.2.1")
    codes = {lane.key for lane in code_lanes("anna", here, known_device=False)}
    assert codes.isdisjoint(lane.key for lane in password_lanes("anna", here, known_device=False))


@given(st.integers(0, 10_000), st.integers(1, 50))
def test_delays_grow_and_are_never_for_ever(count: int, free: int) -> None:
    assert delay_s(count, free) <= delay_s(count + 1, free) <= LONGEST_DELAY_S
    assert (delay_s(count, free) == 0) == (count < free)
