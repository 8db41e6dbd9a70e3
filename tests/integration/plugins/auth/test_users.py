"""People: who may change whom, what follows a change, and that an administrator is always left."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from host import PermissionDeniedError, Principal
from host.data.audit.tables import AuditRow
from host.data.processes import ProcessTable
from plugins.auth.models import User
from plugins.auth.permissions import ROLES_WRITE, USERS_READ, USERS_WRITE
from plugins.auth.problems import InputError
from plugins.auth.services.admins import LastAdminError
from plugins.auth.values import Refused
from tests.attacks import attack
from tests.integration.plugins.auth.gatehouse import PASSWORD, Gatehouse, by
from tests.integration.plugins.auth.office import BOSS, person


@pytest.fixture
def office_hours(gatehouse: Gatehouse) -> Iterator[Gatehouse]:
    """The gatehouse, used by an administrator."""
    with gatehouse.acting(BOSS):
        yield gatehouse


def epoch(gatehouse: Gatehouse, user_id: str) -> int:
    """How often somebody's account was changed."""
    with gatehouse.database.begin(readonly=True) as unit:
        return unit.session.scalars(select(User.epoch).where(User.id == user_id)).one()


def test_somebody_is_added_and_signs_in(office_hours: Gatehouse) -> None:
    anna = office_hours.users.add("Anna", password=PASSWORD, email="Anna@Example.com", roles=("editor",))
    assert (anna.login, anna.name, anna.active, anna.has_password) == ("Anna", "Anna", True, True)
    assert [given.role for given in anna.roles] == ["editor"]
    assert anna.email == "A…@Example.com"
    assert office_hours.users.by_login("ANNA ") == anna
    assert office_hours.users.by_login("nobody") is None
    office_hours.signed_in("anna")
    own = Principal(anna.id, "Anna")
    with office_hours.acting(own):
        assert office_hours.users.own(anna.id).email == "Anna@Example.com"


def test_without_a_password_nobody_signs_in(office_hours: Gatehouse) -> None:
    office_hours.users.add("anna")
    assert office_hours.sign_in.password("anna", "", by()) == Refused("wrong")


@pytest.mark.parametrize(
    ("login", "fields", "key"),
    [
        ("", {}, "auth.problem.login.empty"),
        ("anna\u202egnp", {}, "auth.problem.login.hidden"),
        ("anna\u200b", {}, "auth.problem.login.hidden"),
        ("an na", {}, "auth.problem.login.blank"),
        ("аnna", {}, "auth.problem.login.mixed"),
        ("a" * 101, {}, "auth.problem.login.long"),
        ("ANNA", {}, "auth.problem.login.taken"),
        ("ａｎｎａ", {}, "auth.problem.login.taken"),
        ("berta", {"password": "short"}, "auth.problem.password.short"),
        ("berta", {"password": "password1234"}, "auth.problem.password.common"),
        ("berta-lagerist", {"password": "BERTA-LAGERIST"}, "auth.problem.password.personal"),
        ("berta", {"password": "ü" * 129}, "auth.problem.password.long"),
        ("berta", {"email": "no address"}, "auth.error.email"),
        ("berta", {"name": "x" * 201}, "auth.error.name"),
        ("berta", {"roles": ("captain",)}, "auth.error.no_role"),
    ],
)
def test_bad_input_is_explained_and_changes_nothing(
    office_hours: Gatehouse, login: str, fields: dict[str, str], key: str
) -> None:
    office_hours.users.add("anna")
    with pytest.raises(InputError) as refused:
        office_hours.users.add(login, **{"name": "Somebody", **fields})
    assert [each.key for each in refused.value.problems] == [key]
    assert "{" not in refused.value.render("en") + refused.value.render("de")
    assert office_hours.users.find().total == 1


def test_people_are_found_page_by_page(office_hours: Gatehouse) -> None:
    for number in range(30):
        office_hours.human(f"user{number:02}")
    office_hours.users.add("anna", "Anna Grün", email="anna@example.com")
    first, second = office_hours.users.find(), office_hours.users.find(page=2)
    assert (first.total, len(first.rows), len(second.rows)) == (31, 25, 6)
    assert [row.login for row in first.rows][:2] == ["anna", "user00"]
    assert [row.login for row in office_hours.users.find("ANN").rows] == ["anna"]
    assert [row.login for row in office_hours.users.find("anna@example.com").rows] == ["anna"]
    assert office_hours.users.find("%").total == 0


def test_every_change_counts_and_leaves_a_record(office_hours: Gatehouse) -> None:
    office_hours.human("boss", "admin")
    anna = office_hours.users.add("anna", password=PASSWORD)
    users = office_hours.users
    before = epoch(office_hours, anna.id)
    users.rename(anna.id, "Anna Grün")
    users.set_email(anna.id, "anna@example.com")
    users.set_roles(anna.id, ["editor"])
    users.set_permission(anna.id, "warehouse.edit", "deny")
    users.set_permission(anna.id, "warehouse.edit", None)
    users.set_password(anna.id, "seven purple lamps")
    users.disable(anna.id, "left")
    users.enable(anna.id)
    # A name and an address are none of what somebody may do.
    assert epoch(office_hours, anna.id) == before + 6
    after = users.get(anna.id)
    assert (after.name, after.must_change, after.disabled_at, dict(after.permissions)) == ("Anna Grün", True, None, {})
    with office_hours.database.begin(readonly=True) as unit:
        count = select(func.count()).select_from(AuditRow).where(AuditRow.table_name.like("auth\\_user%", escape="\\"))
        assert (unit.session.scalar(count) or 0) >= 8 + 1
    assert office_hours.kinds().count("user.changed") == 5
    assert office_hours.kinds().count("role.changed") == 3
    assert "password.changed" in office_hours.kinds()
    assert PASSWORD not in repr(office_hours.heard)


def test_who_has_not_confirmed_is_named(office_hours: Gatehouse) -> None:
    anna = office_hours.human("anna")
    asleep = ProcessTable(office_hours.database).register("web", "1", "x")
    assert office_hours.users.rename(anna, "Anna Grün").unconfirmed == (asleep,)


def test_a_disabled_person_is_out_everywhere(office_hours: Gatehouse) -> None:
    anna = office_hours.human("anna")
    open_ = office_hours.signed_in("anna")
    office_hours.users.disable(anna, "left")
    assert office_hours.who(open_.token) is None
    assert office_hours.sign_in.password("anna", PASSWORD, by()) == Refused("wrong")
    assert office_hours.sessions.of(anna) == []
    office_hours.users.enable(anna)
    assert office_hours.who(open_.token) is None
    office_hours.signed_in("anna")


@attack(
    "the last administrator is disabled, demoted, given an end, or denied",
    "refused",
)
def test_the_last_administrator_stays(office_hours: Gatehouse) -> None:
    users, boss = office_hours.users, office_hours.human("boss", "admin")
    office_hours.human("gone", "admin", disabled_at=office_hours.clock())
    brief = office_hours.human("brief")
    users.set_roles(brief, ["admin"], until=office_hours.clock() + timedelta(hours=1), reason="night shift")
    for change in (
        lambda: users.disable(boss, "left"),
        lambda: users.set_roles(boss, ["viewer"]),
        lambda: users.set_roles(boss, ["admin"], until=office_hours.clock() + timedelta(hours=1)),
        lambda: users.set_permission(boss, "auth.*", "deny"),
    ):
        with pytest.raises(LastAdminError):
            change()
    assert [given.role for given in users.get(boss).roles] == ["admin"]
    office_hours.human("second", "admin")
    users.disable(boss, "left")
    assert not users.get(boss).active


@attack(
    "the last two administrators demote each other at the same moment",
    "one of them stays",
)
def test_two_administrators_cannot_remove_each_other_at_once(gatehouse: Gatehouse) -> None:
    people = [gatehouse.human("boss", "admin"), gatehouse.human("second", "admin")]
    start, refused = threading.Barrier(2), []

    def demote(user_id: str) -> None:
        with gatehouse.acting(BOSS):
            start.wait()
            try:
                gatehouse.users.set_roles(user_id, ["viewer"])
            except LastAdminError:
                refused.append(user_id)

    threads = [threading.Thread(target=demote, args=(user_id,)) for user_id in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1


@attack(
    "who manages people gives what they don't hold, or sets an administrator's password",
    "refused",
)
def test_nobody_gives_or_takes_more_than_they_hold(gatehouse: Gatehouse) -> None:
    boss, anna = gatehouse.human("boss", "admin"), gatehouse.human("anna")
    clerk = person("clerk", USERS_READ, USERS_WRITE, "auth.tokens", "warehouse.read")
    with gatehouse.acting(clerk):
        gatehouse.users.add("berta")
        gatehouse.users.rename(anna, "Anna Grün")
        for forbidden in (
            lambda: gatehouse.users.add("eve", roles=("admin",)),
            lambda: gatehouse.users.set_roles(anna, ["editor"]),
            lambda: gatehouse.users.set_permission(anna, ROLES_WRITE, "grant"),
            lambda: gatehouse.users.set_password(boss, "seven purple lamps"),
            lambda: gatehouse.users.disable(boss, "mine now"),
            lambda: gatehouse.users.set_roles(boss, []),
            lambda: gatehouse.users.set_permission(boss, "*", "deny"),
        ):
            with pytest.raises(PermissionDeniedError):
                forbidden()
    assert gatehouse.signed_in("boss")


@pytest.mark.parametrize("name", ["find", "get", "add", "rename", "set_email", "set_roles", "set_permission"])
def test_without_permission_nothing_is_told_or_changed(gatehouse: Gatehouse, name: str) -> None:
    anna = gatehouse.human("anna")
    arguments = {
        "find": (),
        "get": (anna,),
        "add": ("eve",),
        "rename": (anna, "x"),
        "set_email": (anna, None),
        "set_roles": (anna, []),
        "set_permission": (anna, "warehouse.edit", "grant"),
    }
    with gatehouse.acting(person("eve", "warehouse.*")), pytest.raises(PermissionDeniedError):
        getattr(gatehouse.users, name)(*arguments[name])


def test_ones_own_name_is_ones_own_business(gatehouse: Gatehouse) -> None:
    anna, eve = gatehouse.human("anna"), gatehouse.human("eve")
    with gatehouse.acting(Principal(anna, "Anna")):
        gatehouse.users.rename_self(anna, "Anna Grün")
        with pytest.raises(PermissionDeniedError):
            gatehouse.users.rename_self(eve, "Eva")
        with pytest.raises(PermissionDeniedError):
            gatehouse.users.own(eve)
    with gatehouse.acting(Principal(anna, "Anna", viewed_by=eve)), pytest.raises(PermissionDeniedError):
        gatehouse.users.rename_self(anna, "Seen")
