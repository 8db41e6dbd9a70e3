"""A denial never grants, a role takes nothing away but by its denials, and the order of roles doesn't matter."""

from hypothesis import given
from hypothesis import strategies as st

from host.contracts.principal import Principal
from host.security.authorization import Effective, Policy, RoleDefinition

PERMISSIONS = ["a.read", "a.write", "b.read", "b.write"]
PATTERNS = st.frozensets(st.sampled_from([*PERMISSIONS, "a.*", "b.*", "*"]), max_size=3)
NAMES = ["r0", "r1", "r2", "r3", "r4", "r5"]
SOME = st.lists(st.sampled_from([*NAMES, "unknown"]), unique=True, max_size=4)


@st.composite
def policies(draw: st.DrawFn) -> tuple[list[RoleDefinition], dict[str, frozenset[str]]]:
    """Roles that inherit from later ones only, so never in a circle, and defaults."""
    roles = [
        RoleDefinition(
            name,
            inherits=draw(st.frozensets(st.sampled_from([*NAMES[number + 1 :], "gone"]), max_size=2)),
            grants=draw(PATTERNS),
            denies=draw(PATTERNS),
            without=draw(PATTERNS),
        )
        for number, name in enumerate(NAMES)
    ]
    defaults = draw(st.dictionaries(st.sampled_from(PERMISSIONS), st.frozensets(st.sampled_from(NAMES), max_size=3)))
    return roles, defaults


def held(effective: Effective) -> set[str]:
    """What may be done, as a principal decides it."""
    who = Principal("u", "U", permissions=effective.permissions, denied=effective.denied)
    assert {name for name in PERMISSIONS if effective.may(name)} == {name for name in PERMISSIONS if who.may(name)}
    return {name for name in PERMISSIONS if who.may(name)}


@given(policies(), SOME, PATTERNS, PATTERNS, PATTERNS)
def test_a_further_denial_never_grants(
    made: tuple[list[RoleDefinition], dict[str, frozenset[str]]],
    names: list[str],
    grants: frozenset[str],
    denies: frozenset[str],
    more: frozenset[str],
) -> None:
    policy = Policy(*made)
    assert held(policy.effective(names, grants, denies | more)) <= held(policy.effective(names, grants, denies))


@given(policies(), SOME, st.sampled_from(NAMES), PATTERNS)
def test_a_denial_in_a_role_never_grants_anybody(
    made: tuple[list[RoleDefinition], dict[str, frozenset[str]]], names: list[str], role: str, more: frozenset[str]
) -> None:
    roles, defaults = made
    stricter = [
        RoleDefinition(each.name, each.title, each.inherits, each.grants, each.denies | more, each.without)
        if each.name == role
        else each
        for each in roles
    ]
    assert held(Policy(stricter, defaults).effective(names)) <= held(Policy(roles, defaults).effective(names))


@given(policies(), SOME, st.sampled_from(NAMES), PATTERNS)
def test_a_further_role_takes_away_only_what_it_denies(
    made: tuple[list[RoleDefinition], dict[str, frozenset[str]]], names: list[str], role: str, grants: frozenset[str]
) -> None:
    policy = Policy(*made)
    before, after = policy.effective(names, grants), policy.effective([*names, role], grants)
    assert before.permissions <= after.permissions
    lost = held(before) - held(after)
    denied_by_it = policy.effective([role]).denied
    assert lost <= held(Effective(denied_by_it, frozenset()))


@given(policies(), SOME, PATTERNS, PATTERNS, st.randoms())
def test_no_order_matters(
    made: tuple[list[RoleDefinition], dict[str, frozenset[str]]],
    names: list[str],
    grants: frozenset[str],
    denies: frozenset[str],
    chance,
) -> None:
    roles, defaults = made
    policy = Policy(roles, defaults)
    shuffled_roles, shuffled_names = list(roles), list(names)
    chance.shuffle(shuffled_roles)
    chance.shuffle(shuffled_names)
    other = Policy(shuffled_roles, dict(reversed(defaults.items())))
    assert policy.effective(names, grants, denies) == other.effective(shuffled_names, grants, denies)
    for permission in PERMISSIONS:
        assert policy.explain(permission, names, grants, denies) == other.explain(
            permission, shuffled_names, grants, denies
        )


@given(policies(), SOME, PATTERNS, PATTERNS, st.sampled_from(PERMISSIONS))
def test_the_reasons_agree_with_the_decision(
    made: tuple[list[RoleDefinition], dict[str, frozenset[str]]],
    names: list[str],
    grants: frozenset[str],
    denies: frozenset[str],
    permission: str,
) -> None:
    explained = Policy(*made).explain(permission, names, grants, denies)
    kinds = {reason.kind for reason in explained.reasons}
    assert explained.held == (bool(kinds & {"granted", "default"}) and "denied" not in kinds)


@given(policies(), SOME)
def test_an_inherited_denial_holds(
    made: tuple[list[RoleDefinition], dict[str, frozenset[str]]], names: list[str]
) -> None:
    policy = Policy(*made)
    for name in names:
        for parent in policy.roles[name].inherits if name in policy.roles else ():
            assert policy.effective([parent]).denied <= policy.effective([name]).denied
