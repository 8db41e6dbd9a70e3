"""Each rule finds its attack, names whom it is about with what was counted, and leaves an ordinary day alone."""

from datetime import timedelta

import pytest

from host.config import DetectionConfig
from host.security.detection import Alert, Reads, Seen, detect
from host.security.detection.facts import network_of
from tests.unit.security.days import NOON, before, ordinary_day, window


def found(*seen: Seen, **more: object) -> list[Alert]:
    return detect(window(*seen, **more))  # type: ignore[arg-type]


def one(alerts: list[Alert], rule: str) -> Alert:
    (alert,) = [each for each in alerts if each.rule == rule]
    return alert


def failed(account: str, client: str, minutes: float = 1, times: int = 1) -> Seen:
    known = not account.startswith("?")
    detail = {} if known else {"account": account}
    return Seen(before(minutes), "sign_in.failed", account if known else "", client, times=times, detail=detail)


@pytest.mark.parametrize("seed", range(12))
def test_an_ordinary_day_gives_no_alert(seed: int):
    day = ordinary_day(seed)
    assert len(day) > 300
    alerts = []
    for minute in range(0, 24 * 60, 5):
        now = NOON.replace(hour=0) + timedelta(minutes=minute)
        reach = now - timedelta(minutes=30)
        alerts += detect(window(*(each for each in day if reach <= each.at <= now), now=now))
    assert alerts == []


def test_guessing_counts_every_failure_at_one_account_whatever_the_network():
    tries = [failed("ann", f"192.0.2.{number}", times=3) for number in range(3)] + [
        failed("ann", "198.51.100.9", times=6)
    ]
    alert = one(found(*tries), "guessing")
    assert (alert.subject, alert.user_id, alert.evidence) == ("ann", "ann", {"failures": 15, "networks": 2})
    assert found(*tries[:-1], failed("ann", "198.51.100.9", times=5)) == []


def test_guessing_at_an_account_that_does_not_exist_is_seen_too():
    alert = one(found(failed("?root", "192.0.2.1", times=20)), "guessing")
    assert (alert.subject, alert.user_id) == ("?root", "")


def test_spraying_is_many_accounts_from_one_network_with_few_tries_each():
    tries = [failed(f"user{number}", f"192.0.2.{number}") for number in range(8)]
    alert = one(found(*tries), "spraying")
    assert (alert.subject, alert.client) == ("192.0.2.0/24", "192.0.2.0/24")
    assert alert.evidence == {"accounts": 8, "failures": 8}
    assert found(*tries[:-1]) == []
    mistyped = Seen(before(0.5), "sign_in.ok", "user0", "192.0.2.0")
    assert found(*tries, mistyped) == []
    scattered = [failed(f"user{number}", f"192.0.{number}.1") for number in range(8)]
    assert found(*scattered) == []


def test_stuffing_is_many_accounts_from_everywhere_and_hardly_a_success():
    tries = [failed(f"user{number}", f"192.0.{number}.1") for number in range(30)]
    hit = Seen(before(1), "sign_in.ok", "user99", "192.0.99.1")
    alert = one(found(*tries, hit), "stuffing")
    assert alert.subject == "everybody"
    assert alert.evidence == {"accounts": 30, "failures": 30, "share": 0.97, "networks": 30}
    busy = [Seen(before(1), "sign_in.ok", f"good{number}", f"192.1.{number}.1") for number in range(20)]
    assert found(*tries, *busy) == []


def test_what_is_older_than_the_window_counts_no_more():
    tries = [failed("ann", "192.0.2.1", minutes=16, times=14), failed("ann", "192.0.2.1", times=14)]
    assert found(*tries) == []
    wide = DetectionConfig(window_minutes=20)
    assert one(found(*tries, limits=wide), "guessing").evidence["failures"] == 28


SENSITIVE = ("password.changed", "mfa.off", "recovery.used", "token.created", "role.changed", "export.made")


@pytest.mark.parametrize("kind", SENSITIVE)
def test_a_new_device_followed_by_something_sensitive(kind: str):
    arrival = Seen(before(20), "sign_in.new_device", "ann", "192.0.2.1", "s1")
    alert = one(found(arrival, Seen(before(5), kind, "ann", "192.0.2.1", "s1")), "new_device")
    assert (alert.user_id, alert.session, alert.evidence["did"]) == ("ann", "s1", [kind])


def test_a_new_device_alone_or_long_before_or_of_somebody_else_is_none():
    arrival = Seen(before(40), "sign_in.new_device", "ann", session="s1")
    assert found(arrival) == []
    assert found(arrival, Seen(before(5), "password.changed", "ann", session="s1")) == []
    assert found(arrival, Seen(before(30), "password.changed", "bob", session="s2")) == []
    assert found(arrival, Seen(before(30), "password.changed", "ann", session="another device")) == []
    assert found(arrival, Seen(before(41), "password.changed", "ann", session="s1")) == []


def test_what_came_before_the_device_and_ones_own_name_are_none():
    arrival = Seen(before(20), "sign_in.new_device", "ann", session="s1")
    renewed = Seen(before(20.1), "password.changed", "ann", session="s1")
    named = Seen(before(10), "user.changed", "ann", detail={"by": "ann"})
    assert found(arrival, renewed, named) == []
    assert (
        one(found(arrival, Seen(before(10), "user.changed", "bob", detail={"by": "ann"})), "new_device").user_id
        == "ann"
    )


def test_a_role_changed_by_whoever_came_on_a_new_device_counts_for_them():
    arrival = Seen(before(20), "sign_in.new_device", "ann")
    change = Seen(before(5), "role.changed", "bob", detail={"by": "ann"})
    assert one(found(arrival, change), "new_device").user_id == "ann"


def test_a_new_device_on_which_personal_data_is_shown():
    arrival = Seen(before(20), "sign_in.new_device", "ann", session="s1")
    alert = one(found(arrival, reveals=(Reads("ann", 1, before(3)),)), "new_device")
    assert alert.evidence["did"] == ["reveal"]


def test_a_mass_read_adds_up_reveals_exports_and_files():
    reads = [Seen(before(3), "export.made", "ann", times=30), Seen(before(2), "files.fetched", "ann", times=30)]
    alert = one(found(*reads, reveals=(Reads("ann", 40, before(1)),)), "mass_read")
    assert (alert.user_id, alert.evidence) == ("ann", {"export.made": 30, "files.fetched": 30, "reveal": 40})
    assert found(*reads, reveals=(Reads("ann", 39, before(1)),)) == []


def test_scanning_is_one_person_who_is_refused_again_and_again():
    denied = [Seen(before(1), "files.denied", "ann", "192.0.2.1", detail={"file": str(number)}) for number in range(29)]
    assert found(*denied) == []
    alert = one(found(*denied, Seen(before(1), "authz.denied", "ann", "192.0.2.1")), "scanning")
    assert (alert.subject, alert.evidence) == ("ann", {"denied": 30, "kinds": ["authz.denied", "files.denied"]})


@pytest.mark.parametrize(
    "kind", ["gate.forged_header", "gate.bad_frame", "gate.foreign_origin", "gate.foreign_session", "token.misused"]
)
def test_forging_is_counted_per_network(kind: str):
    forged = [Seen(before(1), kind, client=f"192.0.2.{number}") for number in range(5)]
    assert one(found(*forged), "forging").evidence == {"forged": 5, "kinds": [kind]}
    assert "forging" not in {each.rule for each in found(*forged[:-1])}


def test_a_replayed_session_and_the_emergency_access_are_alerts_at_once():
    replayed = one(found(Seen(before(1), "session.replayed", "ann", "192.0.2.1", "s1")), "replaying")
    assert (replayed.subject, replayed.session) == ("ann", "s1")
    foreign = one(found(Seen(before(1), "gate.foreign_session", "bob", "192.0.2.1", "s2")), "replaying")
    assert foreign.evidence == {"replayed": 1, "kinds": ["gate.foreign_session"]}
    broken = one(found(Seen(before(1), "break_glass.used", "ann", detail={"reason": "lost phone"})), "break_glass")
    assert broken.evidence == {"used": 1, "reason": "lost phone"}
    assert one(found(Seen(before(1), "break_glass.used")), "break_glass").subject == "everybody"


@pytest.mark.parametrize(
    ("client", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_networks(client: str, network: str):
    assert network_of(client) == network
