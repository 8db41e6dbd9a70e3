import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from host import Flag, ValidationError
from host.kernel.flags.rules import Rule, checked_rule
from host.kernel.flags.subject import Subject

NAME = "shop.quick"
FLAG = Flag(name=NAME, title="Quick", default=False, owner="Olga")
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
ANNA = Subject("anna", frozenset({"editor", "viewer"}))


def some(*names: str) -> frozenset[str]:
    return frozenset(names)


@pytest.mark.parametrize(
    ("rule", "obstacle"),
    [
        (Rule(True, users=some("otto", "anna")), ""),
        (Rule(True, users=some("otto")), "users"),
        (Rule(True, roles=some("editor", "boss")), ""),
        (Rule(True, roles=some("boss")), "roles"),
        (Rule(True, users=some("anna"), roles=some("boss")), "roles"),
        (Rule(True, percent=0), "percent"),
        (Rule(True, since=NOON), ""),
        (Rule(True, since=NOON + timedelta(seconds=1)), "from"),
        (Rule(True, until=NOON + timedelta(seconds=1)), ""),
        (Rule(True, until=NOON), "until"),
        (Rule(True, since=datetime(2026, 12, 1, 13, tzinfo=timezone(timedelta(hours=1)))), ""),
        (Rule(True, since=datetime(2026, 12, 1, 12, tzinfo=timezone(timedelta(hours=-1)))), "from"),
    ],
)
def test_every_condition_must_hold_and_one_of_several_names(rule, obstacle):
    assert rule.obstacle(NAME, ANNA, NOON) == obstacle


def test_the_stored_form_goes_there_and_back():
    full = Rule(True, some("a"), some("r", "q"), 12.5, NOON, NOON + timedelta(days=1))
    assert Rule.from_json(json.loads(json.dumps(full.as_json()))) == full
    assert Rule(3, users=some("a")).as_json() == {"value": 3, "users": ["a"]}


@pytest.mark.parametrize(
    "stored",
    [{}, {"value": True, "user": ["a"]}, {"value": True, "from": "2026-12-01T08:00"}, {"value": 1, "from": "x"}],
)
def test_what_is_no_rule_is_not_read(stored):
    with pytest.raises(ValueError, match=r"rule|zone|Invalid"):
        Rule.from_json(stored)


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        (Rule("yes", users=some("a")), "no value of flag"),
        (Rule(True), "no condition"),
        (Rule(True, users=some(" ")), "no name"),
        (Rule(True, percent=101), "from 0 to 100"),
        (Rule(True, percent=float("nan")), "from 0 to 100"),
        (Rule(True, since=datetime(2026, 12, 1)), "no time zone"),  # noqa: DTZ001
        (Rule(True, since=NOON, until=NOON), "ends before"),
    ],
)
def test_a_rule_that_cannot_be_used_is_refused(rule, fault):
    with pytest.raises(ValidationError, match=fault):
        checked_rule(FLAG, rule)


def test_names_are_trimmed_and_words_are_readable():
    rule = checked_rule(FLAG, Rule(True, users=some(" anna ")))
    assert rule.users == {"anna"}
    assert str(Rule(False, some("b", "a"), some("r"), 20, NOON)) == (
        "users a, b, roles r, 20 % of users, from 2026-12-01 12:00+00:00 → false"
    )
