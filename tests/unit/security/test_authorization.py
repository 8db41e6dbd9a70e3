"""What somebody may do, and why."""

import pytest

from host.security.authorization import Policy, Reason, RoleCycleError, RoleDefinition

BUILT_IN = [
    RoleDefinition("viewer"),
    RoleDefinition("editor", inherits=frozenset({"viewer"})),
    RoleDefinition("admin", grants=frozenset({"*"})),
]
DEFAULTS = {"warehouse.read": frozenset({"viewer"}), "warehouse.edit": frozenset({"editor"})}


def test_a_role_holds_what_it_inherits_and_the_defaults() -> None:
    effective = Policy(BUILT_IN, DEFAULTS).effective(["editor"])
    assert effective.permissions == {"warehouse.read", "warehouse.edit"}
    assert not effective.may("warehouse.import")
    assert Policy(BUILT_IN, DEFAULTS).effective(["admin"]).may("warehouse.import")


def test_a_role_that_nobody_has_counts_for_nothing_and_is_told() -> None:
    effective = Policy(BUILT_IN, DEFAULTS).effective(["viewer", "sailor"])
    assert effective.unknown == {"sailor"}
    assert effective.permissions == {"warehouse.read"}


def test_a_parent_that_is_gone_counts_for_nothing() -> None:
    assert Policy([RoleDefinition("a", inherits=frozenset({"gone"}))], {}).effective(["a"]).permissions == frozenset()


@pytest.mark.parametrize("denied", ["warehouse.edit", "warehouse.*", "*"])
def test_a_denial_overrides_a_grant_of_any_width(denied: str) -> None:
    policy = Policy([*BUILT_IN, RoleDefinition("apprentice", denies=frozenset({denied}))], DEFAULTS)
    assert not policy.effective(["admin", "apprentice"]).may("warehouse.edit")
    assert not policy.effective(["admin"], denies=[denied]).may("warehouse.edit")
    assert policy.effective(["admin"]).may("warehouse.edit")


def test_a_pattern_means_one_plugin_only() -> None:
    effective = Policy(BUILT_IN, DEFAULTS).effective([], grants=["warehouse.*"])
    assert effective.may("warehouse.anything")
    assert not effective.may("warehouses.read")


def test_an_operator_takes_a_default_away_from_one_role_only() -> None:
    editor = RoleDefinition("editor", inherits=frozenset({"viewer"}), without=frozenset({"warehouse.*"}))
    policy = Policy([BUILT_IN[0], editor], DEFAULTS)
    assert policy.effective(["editor"]).permissions == {"warehouse.read"}
    assert policy.effective(["editor"], grants=["warehouse.edit"]).may("warehouse.edit")


def test_a_circle_is_refused_by_name() -> None:
    pairs = [("a", "b"), ("b", "c"), ("c", "d"), ("d", "b")]
    roles = [RoleDefinition(name, inherits=frozenset({parent})) for name, parent in pairs]
    with pytest.raises(RoleCycleError, match="b → c → d → b") as caught:
        Policy(roles, {})
    assert caught.value.circle == ("b", "c", "d", "b")
    with pytest.raises(RoleCycleError, match="a → a"):
        Policy([RoleDefinition("a", inherits=frozenset({"a"}))], {})


def test_a_diamond_is_no_circle() -> None:
    both = RoleDefinition("both", inherits=frozenset({"editor", "viewer"}))
    assert Policy([*BUILT_IN, both], DEFAULTS).effective(["both"]).may("warehouse.read")


def test_five_thousand_roles_in_a_row_are_no_matter() -> None:
    row = [RoleDefinition(f"r{n}", inherits=frozenset({f"r{n + 1}"})) for n in range(5000)]
    row.append(RoleDefinition("r5000", grants=frozenset({"far.away"})))
    assert Policy(row, {}).effective(["r0"]).may("far.away")


def test_the_reasons_name_the_roles_on_the_way() -> None:
    chief = RoleDefinition("chief", inherits=frozenset({"editor"}), denies=frozenset({"warehouse.*"}))
    explained = Policy([*BUILT_IN, chief], DEFAULTS).explain("warehouse.read", ["chief", "sailor"], grants=["*"])
    assert not explained.held
    assert explained.unknown == {"sailor"}
    assert explained.reasons == (
        Reason("granted", "*"),
        Reason("denied", "warehouse.*", ("chief",)),
        Reason("default", "warehouse.read", ("chief", "editor", "viewer")),
    )


def test_a_default_taken_away_is_among_the_reasons() -> None:
    viewer = RoleDefinition("viewer", without=frozenset({"warehouse.read"}))
    explained = Policy([viewer], DEFAULTS).explain("warehouse.read", ["viewer"])
    assert not explained.held
    assert explained.reasons == (Reason("withheld", "warehouse.read", ("viewer",)),)
