"""Taking rights: who manages some people, roles or links tries to end with more than was given to them."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from host import Database, PermissionDeniedError, Principal
from host.config import DatabaseConfig
from plugins.auth.permissions import ROLES_WRITE, USERS_READ, USERS_WRITE, VIEW_AS
from plugins.auth.problems import InputError
from tests.attacks import attack
from tests.integration.plugins.auth.gatehouse import PASSWORD, by
from tests.integration.plugins.auth.lodge import Lodge, token
from tests.integration.plugins.auth.office import BOSS

NEW = "limpets-hold-9-tides"


@pytest.fixture
def lodge(sqlite_config: DatabaseConfig, tmp_path: Path) -> Iterator[Lodge]:
    """The services of access, with a role for clerks and one that denies."""
    database = Database(sqlite_config, tmp_path)
    lodge = Lodge(database, tmp_path)
    with lodge.acting(BOSS):
        for name in ("clerk", "held_back"):
            lodge.roles.add(name, name.title())
        for permission in (USERS_READ, USERS_WRITE, ROLES_WRITE, VIEW_AS, "auth.tokens", "warehouse.*"):
            lodge.roles.set_permission("clerk", permission, "grant")
        lodge.roles.set_permission("held_back", "warehouse.edit", "deny")
    yield lodge
    database.dispose()


def now(lodge: Lodge, user_id: str) -> Principal:
    """Somebody as they stand at this moment."""
    found = lodge.directory.principal(user_id)
    assert found is not None
    return found


def may_edit(lodge: Lodge, user_id: str) -> bool:
    return now(lodge, user_id).may("warehouse.edit")


@attack(
    "a clerk who manages people takes the second factor of an administrator away",
    "refused: the account may do more than the clerk",
)
def test_the_second_factor_of_who_may_do_more_stays(lodge: Lodge) -> None:
    boss, _ = lodge.enrolled("boss")
    clerk, anna = lodge.human("clerk", "clerk"), lodge.enrolled("anna")[0]
    with lodge.acting(BOSS):
        lodge.users.set_roles(boss, ["admin"])
    with lodge.acting(now(lodge, clerk)):
        with pytest.raises(PermissionDeniedError):
            lodge.second_factor.remove(boss)
        lodge.second_factor.remove(anna)
    assert lodge.second_factor.required(boss)
    assert not lodge.second_factor.required(anna)


@attack(
    "a clerk keeps a reset link of somebody who is made administrator afterwards, and uses it",
    "the link counts no more: it gives what its maker may not",
)
def test_a_reset_link_from_before_a_promotion_is_no_way_to_the_top(lodge: Lodge) -> None:
    clerk, anna = lodge.human("clerk", "clerk"), lodge.human("anna")
    with lodge.acting(now(lodge, clerk)):
        kept = token(lodge.links.make_reset(anna))
    assert lodge.links.look(kept) is not None
    with lodge.acting(BOSS):
        lodge.users.set_roles(anna, ["admin"])
    assert lodge.links.look(kept) is None
    with pytest.raises(InputError, match="doesn't count"):
        lodge.links.reset(kept, NEW)
    assert lodge.signed_in("anna")


@attack(
    "somebody makes invitations and reset links for later, is disabled or demoted, and uses them then",
    "none counts: what somebody may not give any more, their links don't give either",
)
@pytest.mark.parametrize("end", ["disabled", "demoted"])
def test_links_end_with_the_rights_of_who_made_them(lodge: Lodge, end: str) -> None:
    clerk, anna = lodge.human("clerk", "clerk"), lodge.human("anna")
    with lodge.acting(now(lodge, clerk)):
        invitation = token(lodge.links.make_invite(["clerk"]))
        reset = token(lodge.links.make_reset(anna))
    with lodge.acting(BOSS):
        if end == "disabled":
            lodge.users.disable(clerk, "left in anger")
        else:
            lodge.users.set_roles(clerk, ["viewer"])
    assert lodge.links.look(invitation) is None
    assert lodge.links.look(reset) is None
    with pytest.raises(InputError, match="doesn't count"):
        lodge.links.join(invitation, "backdoor", "Back Door", NEW)


def _without(lodge: Lodge, user_id: str) -> None:
    lodge.users.take_role(user_id, "held_back")


def _replaced(lodge: Lodge, user_id: str) -> None:
    lodge.users.set_roles(user_id, ["clerk"])


def _soon(lodge: Lodge, user_id: str) -> None:
    lodge.users.give_role(user_id, "held_back", until=lodge.clock() + timedelta(seconds=1))


def _all_soon(lodge: Lodge, user_id: str) -> None:
    lodge.users.set_roles(user_id, ["clerk", "held_back"], until=lodge.clock() + timedelta(seconds=1))


@attack(
    "a clerk takes a role away from themselves that denies them something, or lets it end soon",
    "refused: only who isn't denied it lifts a denial",
)
@pytest.mark.parametrize("lift", [_without, _replaced, _soon, _all_soon])
def test_nobody_lifts_a_denial_of_their_own(lodge: Lodge, lift: Callable[[Lodge, str], None]) -> None:
    clerk = lodge.human("clerk", "clerk", "held_back")
    assert not may_edit(lodge, clerk)
    with lodge.acting(now(lodge, clerk)), pytest.raises(PermissionDeniedError):
        lift(lodge, clerk)
    lodge.clock.forward(seconds=5)
    assert not may_edit(lodge, clerk)
    with lodge.acting(BOSS):
        lift(lodge, clerk)
    lodge.clock.forward(seconds=5)
    assert may_edit(lodge, clerk) or lift is _all_soon


@attack(
    "a clerk who writes roles cuts the denying parent off the role they have, or takes the denial back",
    "refused, and the denial holds",
)
def test_nobody_rewrites_the_role_that_denies_them(lodge: Lodge) -> None:
    with lodge.acting(BOSS):
        lodge.roles.set_parents("clerk", ["held_back"])
    clerk = lodge.human("clerk", "clerk")
    with lodge.acting(now(lodge, clerk)):
        with pytest.raises(PermissionDeniedError):
            lodge.roles.set_parents("clerk", [])
        for effect in (None, "none", "grant"):
            with pytest.raises(PermissionDeniedError):
                lodge.roles.set_permission("held_back", "warehouse.edit", effect)
    assert not may_edit(lodge, clerk)
    with lodge.acting(BOSS):
        lodge.roles.set_parents("clerk", [])
    assert may_edit(lodge, clerk)


@attack(
    "a clerk who writes roles denies everything to a role that every administrator has too",
    "refused: an administrator who can change access is always left",
)
@pytest.mark.parametrize("way", ["denial", "parent"])
def test_nobody_locks_every_administrator_out_by_a_role(lodge: Lodge, way: str) -> None:
    boss, clerk = lodge.human("boss", "admin", "viewer"), lodge.human("clerk", "clerk")
    with lodge.acting(now(lodge, clerk)), pytest.raises(InputError, match="administrator"):
        if way == "denial":
            lodge.roles.set_permission("viewer", "auth.*", "deny")
        else:
            lodge.roles.add("closed", "Closed")
            lodge.roles.set_permission("closed", "*", "deny")
            lodge.roles.set_parents("viewer", ["closed"])
    assert now(lodge, boss).may(USERS_WRITE)
    with lodge.acting(BOSS):
        lodge.human("other", "admin")
        lodge.roles.set_permission("viewer", "auth.*", "deny")
        assert not now(lodge, boss).may(USERS_WRITE)


@attack(
    "of two administrators one is denied the managing of people, then the other is disabled",
    "refused: who is denied it doesn't count as an administrator who is left",
)
def test_an_administrator_in_name_only_is_not_the_last_one(lodge: Lodge) -> None:
    boss, other = lodge.human("boss", "admin"), lodge.human("other", "admin")
    with lodge.acting(BOSS):
        lodge.users.set_permission(other, "auth.*", "deny")
        with pytest.raises(InputError, match="administrator"):
            lodge.users.disable(boss, "left")
    assert now(lodge, boss).may(USERS_WRITE)


@attack(
    "the last administrator is given a role that denies the managing of people",
    "refused: a role that denies counts like one that is taken away",
)
def test_a_role_that_denies_does_not_end_the_last_administrator(lodge: Lodge) -> None:
    boss = lodge.human("boss", "admin")
    with lodge.acting(BOSS):
        lodge.roles.add("closed", "Closed")
        lodge.roles.set_permission("closed", "auth.*", "deny")
        for attempt in (
            lambda: lodge.users.give_role(boss, "closed"),
            lambda: lodge.users.set_roles(boss, ["admin", "closed"]),
        ):
            with pytest.raises(InputError, match="administrator"):
                attempt()
    assert now(lodge, boss).may(USERS_WRITE)


@attack(
    "an operator looks through the eyes of somebody who is made administrator meanwhile",
    "the look ends: nobody sees by it what they may not see themselves",
)
def test_a_look_through_other_eyes_ends_where_they_see_more(lodge: Lodge) -> None:
    clerk, anna = lodge.human("clerk", "clerk"), lodge.human("anna")
    session = lodge.signed_in("clerk")
    own = lodge.who(session.token)
    assert own is not None
    with lodge.acting(own):
        lodge.sessions.view_as(session.id, anna)
    seen = lodge.who(session.token)
    assert seen is not None
    assert seen.viewed_by == clerk
    with lodge.acting(BOSS):
        lodge.users.set_roles(anna, ["admin"])
    after = lodge.who(session.token)
    assert after is not None
    assert (after.user_id, after.viewed_by, after.may("anything.at_all")) == (clerk, "", False)
    assert lodge.directory.signed_in(anna, session.id) is None


@attack(
    "who looks through somebody's eyes makes them a token, renames them, changes their second factor, signs them out",
    "every attempt is refused, and the account is as before",
)
def test_who_looks_on_changes_nothing_of_the_account(lodge: Lodge) -> None:
    lodge.human("boss", "admin")
    anna = lodge.human("anna")
    hers, mine = lodge.signed_in("anna"), lodge.signed_in("boss")
    own = lodge.who(mine.token)
    assert own is not None
    with lodge.acting(own):
        lodge.sessions.view_as(mine.id, anna)
    seen = lodge.who(mine.token)
    assert seen is not None
    with lodge.acting(seen):
        for attempt in (
            lambda: lodge.tokens.make(anna, "mine", ["*"]),
            lambda: lodge.tokens.sign(anna, ["*"], 5),
            lambda: lodge.users.rename_self(anna, "Not Anna"),
            lambda: lodge.second_factor.begin(anna),
            lambda: lodge.second_factor.fresh_codes(anna),
            lambda: lodge.second_factor.off(anna),
            lambda: lodge.sessions.end_all(anna, "signed_out"),
            lambda: lodge.sessions.end(hers.id, "signed_out"),
            lambda: lodge.sessions.confirmed(hers.id),
            lambda: lodge.sign_in.confirm(hers.id, PASSWORD, by()),
        ):
            with pytest.raises(PermissionDeniedError):
                attempt()
    assert lodge.who(hers.token) is not None
    assert lodge.signed_in("anna")


@attack(
    "a role that ended yesterday is given a new end by the one who had it",
    "refused: who doesn't hold a role any more can't give it, to themselves neither",
)
def test_a_role_that_ended_is_not_revived(lodge: Lodge) -> None:
    lodge.human("boss", "admin")
    clerk = lodge.human("clerk", "clerk")
    with lodge.acting(BOSS):
        lodge.users.give_role(clerk, "admin", until=lodge.clock() + timedelta(hours=1), reason="night")
    assert now(lodge, clerk).may("anything.at_all")
    lodge.clock.forward(hours=2)
    later = lodge.clock() + timedelta(days=300)
    with lodge.acting(now(lodge, clerk)):
        for revive in (
            lambda: lodge.users.set_roles(clerk, ["clerk", "admin"], until=later, reason="again"),
            lambda: lodge.users.give_role(clerk, "admin"),
            lambda: lodge.break_glass.give(clerk, "admin", 1, "again"),
        ):
            with pytest.raises(PermissionDeniedError):
                revive()
    assert not now(lodge, clerk).may("anything.at_all")


@attack(
    "a role is removed that an open invitation gives, and made anew with more rights under the same name",
    "the invitation gives nothing that its maker doesn't hold",
)
def test_an_invitation_does_not_follow_the_name_of_a_role(lodge: Lodge) -> None:
    clerk = lodge.human("clerk", "clerk")
    with lodge.acting(now(lodge, clerk)):
        lodge.roles.add("guest", "Guest")
        kept = token(lodge.links.make_invite(["guest"]))
    with lodge.acting(BOSS):
        lodge.roles.remove("guest")
        lodge.roles.add("guest", "Guest of honour")
        lodge.roles.set_permission("guest", "*", "grant")
    with suppress(InputError):
        made = lodge.links.join(kept, "guest1", "Guest", NEW)
        assert not now(lodge, made).may(USERS_WRITE)
