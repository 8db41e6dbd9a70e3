"""A share of users is the same people every time, only grows with its percentage, and has about the size it says."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from host import Flag
from host.kernel.exposure import bucket
from host.kernel.flags.definition import Definition
from host.kernel.flags.overrides import Override, checked_override
from host.kernel.flags.rules import Rule, checked_rule
from host.kernel.flags.subject import Subject

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
names = st.text(min_size=1).filter(str.strip)
numbers = st.integers(-(10**17), 10**17)
shares = st.floats(0, 100)
moments = st.datetimes(min_value=datetime(2000, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def admits(user: str, percent: float, flag: str = "shop.quick") -> bool:
    return not Rule(True, percent=percent).obstacle(flag, Subject(user), NOON)


@given(names, shares, shares)
def test_who_is_in_stays_in_when_the_share_rises(user, one, other):
    low, high = sorted((one, other))
    assert admits(user, low) <= admits(user, high)


@given(names, shares)
def test_the_answer_never_changes(user, percent):
    assert len({admits(user, percent) for _ in range(3)}) == 1


@given(names)
def test_nobody_is_in_none_and_everybody_in_all(user):
    assert not admits(user, 0)
    assert admits(user, 100)


def test_a_share_has_about_its_size_and_flags_split_apart():
    people = [f"user-{number}" for number in range(4000)]
    for percent in (5, 20, 50, 80):
        share = sum(admits(each, percent) for each in people) / len(people) * 100
        assert abs(share - percent) < 3
    both = sum(admits(each, 50, "a.a") and admits(each, 50, "b.b") for each in people)
    assert abs(both / len(people) - 0.25) < 0.03


def test_where_users_fall_is_pinned_for_ever():
    # Another hash would move people between the halves of a running experiment.
    assert round(bucket("shop.quick", "anna"), 6) == ANNA_FALLS_AT


ANNA_FALLS_AT = 28.38299


rules = st.builds(
    Rule,
    value=numbers,
    users=st.frozensets(names, max_size=3),
    roles=st.frozensets(names, max_size=3),
    percent=shares,
    since=st.none() | moments,
    until=st.none() | moments,
)


@given(rules)
def test_every_rule_comes_back_from_its_stored_form(rule):
    assert Rule.from_json(rule.as_json()) == rule


@given(st.lists(rules, max_size=4), names, st.none() | numbers)
def test_the_first_rule_that_holds_decides(made, user, value):
    flag = Flag(name="shop.rows", title="Rows", default=7, owner="Olga")
    usable = [rule for rule in made if _usable(flag, rule)]
    override = checked_override(flag, Override(value, tuple(usable)))
    decision = Definition("shop", flag, override=override).decide(Subject(user), NOON)
    first = next((rule for rule in override.rules if not rule.obstacle(flag.name, Subject(user), NOON)), None)
    expected = first.value if first else 7 if value is None else value
    assert decision.value == expected
    assert decision.source == ("rule" if first else "default" if value is None else "database")


def _usable(flag: Flag, rule: Rule) -> bool:
    from host import ValidationError

    try:
        checked_rule(flag, rule)
    except ValidationError:
        return False
    return True
