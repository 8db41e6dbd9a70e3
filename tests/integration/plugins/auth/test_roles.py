"""Roles: no circles, also when two people draw them at once; nobody gives what they don't hold; each cell says why."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from host import PermissionDeniedError
from host.security.authorization import RoleCycleError
from plugins.auth.models import UserRole
from plugins.auth.problems import InputError
from plugins.auth.services.matrix import Cell
from tests.attacks import attack
from tests.integration.plugins.auth.office import BOSS, Office, acting, person


def cell(office: Office, permission: str, role: str) -> Cell:
    rows = {row.permission: row.cells for row in office.roles.matrix().rows}
    return rows[permission][role]


def test_the_built_in_roles_come_first_with_what_they_inherit(office: Office) -> None:
    with acting(BOSS):
        office.roles.add("aaa", "Own")
        found = office.roles.list()
    assert [role.builtin for role in found] == [True] * 4 + [False]
    assert {role.name: role.parents for role in found} == {
        "viewer": (),
        "editor": ("viewer",),
        "operator": ("viewer",),
        "admin": (),
        "aaa": (),
    }


def test_a_cell_says_who_holds_and_why(office: Office) -> None:
    with acting(BOSS):
        assert cell(office, "warehouse.read", "viewer") == Cell(True, None, True, "", "")
        assert cell(office, "warehouse.read", "editor") == Cell(True, None, False, "", "viewer")
        assert cell(office, "warehouse.read", "admin") == Cell(True, None, False, "*", "")
        assert cell(office, "warehouse.edit", "viewer") == Cell(False, None, False, "", "")
        office.roles.set_permission("viewer", "warehouse.edit", "grant")
        assert cell(office, "warehouse.edit", "viewer") == Cell(True, "grant", False, "", "")
        office.roles.set_permission("viewer", "warehouse.read", "none")
        assert cell(office, "warehouse.read", "viewer") == Cell(False, "none", True, "", "")
        assert not cell(office, "warehouse.read", "editor").held
        office.roles.set_permission("viewer", "warehouse.read", None)
        assert cell(office, "warehouse.read", "viewer").held


def test_a_denial_overrides_and_is_inherited(office: Office) -> None:
    with acting(BOSS):
        office.roles.set_permission("viewer", "warehouse.edit", "deny")
        assert cell(office, "warehouse.edit", "viewer") == Cell(False, "deny", False, "", "")
        assert cell(office, "warehouse.edit", "editor") == Cell(False, None, True, "", "viewer")
        office.roles.add("clerk", "Clerk")
        office.roles.set_permission("clerk", "warehouse.*", "grant")
        assert cell(office, "warehouse.read", "clerk") == Cell(True, None, False, "warehouse.*", "")


def test_every_declared_permission_has_a_row_with_a_title(office: Office) -> None:
    with acting(BOSS):
        matrix = office.roles.matrix()
    assert {row.permission for row in matrix.rows} == office.registry.permission_names()
    assert all(row.title and row.plugin and set(row.cells) == {r.name for r in matrix.roles} for row in matrix.rows)


def test_a_circle_is_refused_by_its_whole_name(office: Office) -> None:
    with acting(BOSS):
        office.roles.add("a", "A", ["editor"])
        office.roles.add("b", "B", ["a"])
        with pytest.raises(RoleCycleError, match=r"a → b → a|b → a → b"):
            office.roles.set_parents("a", ["b"])
        with pytest.raises(RoleCycleError, match="a → a"):
            office.roles.set_parents("a", ["a"])
        assert {role.name: role.parents for role in office.roles.list()}["a"] == ("editor",)


@attack(
    "two people let two roles inherit from each other at the same moment",
    "one of them is refused",
)
def test_two_who_close_a_circle_at_once_don_t(office: Office) -> None:
    with acting(BOSS):
        for name in ("a", "b"):
            office.roles.add(name, name)

    def inherit(pair: tuple[str, str]) -> bool:
        with acting(BOSS):
            try:
                office.roles.set_parents(pair[0], [pair[1]])
            except RoleCycleError:
                return False
            return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(inherit, [("a", "b"), ("b", "a")])) == [False, True]
    with acting(BOSS):
        office.roles.matrix()


@pytest.mark.parametrize("name", ["", "Admin", "1st", "a b", "a" * 61, "ä", "a\n"])
def test_names_are_plain(office: Office, name: str) -> None:
    with acting(BOSS), pytest.raises(InputError, match="no name for a role"):
        office.roles.add(name, "Title")


def test_a_name_is_taken_once_and_needs_a_title(office: Office) -> None:
    with acting(BOSS):
        with pytest.raises(InputError, match="already"):
            office.roles.add("editor", "Another")
        with pytest.raises(InputError, match="title"):
            office.roles.add("clerk", "  ")
        with pytest.raises(InputError, match="no role ghost"):
            office.roles.add("clerk", "Clerk", ["ghost"])
        assert "clerk" not in [role.name for role in office.roles.list()]
        office.roles.add("clerk", "Clerk")
        office.roles.rename("clerk", "Office clerk")
        assert [role.title for role in office.roles.list() if role.name == "clerk"] == ["Office clerk"]


def test_a_role_in_use_says_by_whom(office: Office) -> None:
    with acting(BOSS):
        office.roles.add("clerk", "Clerk")
        office.roles.add("chief", "Chief", ["clerk"])
        ids = [office.person(f"p{n}") for n in range(7)]
        with office.database.begin() as unit:
            unit.session.add_all(UserRole(user_id=each, role="clerk") for each in ids)
        with pytest.raises(InputError, match=r"p0, p1, p2, p3, p4 \(\+3\)"):
            office.roles.remove("clerk")
        with pytest.raises(InputError, match="can't be removed"):
            office.roles.remove("viewer")
        office.roles.remove("chief")
    assert [event.kind for event in office.heard] == ["role.changed"] * 3


def test_administrators_stay_administrators(office: Office) -> None:
    with acting(BOSS):
        for effect in ("deny", "none", None):
            with pytest.raises(InputError, match="can't be changed"):
                office.roles.set_permission("admin", "*", effect)
        with pytest.raises(InputError, match="can't be changed"):
            office.roles.set_parents("admin", ["viewer"])


@attack(
    "who writes roles gives one of them what they don't hold themselves",
    "refused",
)
def test_nobody_gives_what_they_don_t_hold(office: Office) -> None:
    with acting(person("chief", "auth.roles.write", "auth.users.read", "warehouse.*", denied=("warehouse.edit",))):
        office.roles.set_permission("viewer", "auth.roles.write", "grant")
        for permission in ("auth.users.write", "*", "auth.*", "warehouse.edit", "warehouse.*"):
            with pytest.raises(PermissionDeniedError):
                office.roles.set_permission("viewer", permission, "grant")
        office.roles.set_permission("viewer", "warehouse.edit", "deny")
        with pytest.raises(PermissionDeniedError):
            office.roles.set_permission("viewer", "warehouse.edit", None)
        with pytest.raises(PermissionDeniedError):
            office.roles.set_parents("viewer", ["admin"])
        with pytest.raises(PermissionDeniedError):
            office.roles.add("mine", "Mine", ["admin"])
        assert "mine" not in [role.name for role in office.roles.list()]


def test_unknown_permissions_are_refused(office: Office) -> None:
    with acting(BOSS):
        for permission in ("warehouse.fly", "nothing.*", "", "ware*", "**"):
            with pytest.raises(InputError, match="declares"):
                office.roles.set_permission("viewer", permission, "grant")
        with pytest.raises(InputError, match="no role ghost"):
            office.roles.set_permission("ghost", "warehouse.read", "grant")


def test_who_may_not_is_refused_everywhere(office: Office) -> None:
    with acting(person("eve", "auth.users.read")):
        office.roles.list()
        for call in (
            lambda: office.roles.add("x", "X"),
            lambda: office.roles.rename("viewer", "X"),
            lambda: office.roles.remove("viewer"),
            lambda: office.roles.set_parents("viewer", []),
            lambda: office.roles.set_permission("viewer", "warehouse.read", "deny"),
        ):
            with pytest.raises(PermissionDeniedError):
                call()
    with acting(person("mallory")):
        for look in (office.roles.list, office.roles.matrix):
            with pytest.raises(PermissionDeniedError):
                look()
