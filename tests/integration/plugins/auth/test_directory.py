"""The directory: known people cost no statement, and what has changed is never answered from memory."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event, update

from host import Credentials
from host.contracts import SessionAuthenticator
from plugins.auth.models import SignInSession, UserRole
from plugins.auth.services import lookup
from plugins.auth.services.directory import Directory
from plugins.auth.services.memory import Memory
from tests.attacks import attack
from tests.integration.plugins.auth.gatehouse import PASSWORD, Gatehouse, by
from tests.integration.plugins.auth.office import BOSS


@pytest.fixture
def following(gatehouse: Gatehouse) -> Iterator[Gatehouse]:
    """The gatehouse with a running change feed."""
    stop = gatehouse.directory.follow()
    gatehouse.changes.start()
    gatehouse.directory.beat()
    yield gatehouse
    gatehouse.changes.stop()
    stop()


@contextmanager
def statements(gatehouse: Gatehouse) -> Iterator[list[str]]:
    """Collect the statements of this thread."""
    found: list[str] = []
    thread = threading.get_ident()

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if threading.get_ident() == thread:
            found.append(statement)

    engines = {gatehouse.database.engines.read, gatehouse.database.engines.write}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)


def test_it_keeps_the_contract(gatehouse: Gatehouse) -> None:
    assert isinstance(gatehouse.directory, SessionAuthenticator)
    assert gatehouse.directory.cookies == {"__Host-sid", "sid"}
    assert gatehouse.directory.sign_in_path == "/x/auth/sign-in"


def test_who_is_known_costs_no_statement(following: Gatehouse) -> None:
    user_id = following.human("anna", "editor")
    open_ = following.signed_in("anna")
    first = following.who(open_.token)
    with statements(following) as found:
        for _ in range(3):
            assert following.directory.signed_in(user_id, open_.id) == first
            assert following.who(open_.token) == first
            following.directory.active(open_.id)
    assert first is not None
    assert first.may("warehouse.edit")
    assert found == []


def test_without_the_feed_memory_is_not_believed(gatehouse: Gatehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    user_id = gatehouse.human("anna")
    open_ = gatehouse.signed_in("anna")
    stop = gatehouse.directory.follow()
    with statements(gatehouse) as found:
        gatehouse.directory.signed_in(user_id, open_.id)
        gatehouse.directory.signed_in(user_id, open_.id)
    assert len(found) > 4
    gatehouse.directory.beat()
    gatehouse.directory.signed_in(user_id, open_.id)
    with statements(gatehouse) as found:
        gatehouse.directory.signed_in(user_id, open_.id)
    assert found == []
    monkeypatch.setattr(lookup, "TRUSTED_S", 0.0)
    with statements(gatehouse) as found:
        gatehouse.directory.signed_in(user_id, open_.id)
    assert found != []
    stop()


@pytest.mark.parametrize("change", ["end", "end_all", "disable", "roles", "permission", "role", "password"])
def test_a_change_is_in_force_once_it_was_handed_over(following: Gatehouse, change: str) -> None:
    user_id = following.human("anna", "editor")
    following.human("boss", "admin")
    open_ = following.signed_in("anna")
    other = following.another_process(Memory())
    stop = other.follow()
    other.beat()
    for directory in (following.directory, other):
        before = directory.signed_in(user_id, open_.id)
        assert before is not None
        assert before.may("warehouse.edit")
    with following.acting(BOSS):
        if change == "end":
            following.sessions.end(open_.id, "ended")
        elif change == "end_all":
            following.sessions.end_all(user_id, "ended")
        elif change == "disable":
            assert following.users.disable(user_id, "left").unconfirmed == ()
        elif change == "roles":
            following.users.set_roles(user_id, ["viewer"])
        elif change == "permission":
            following.users.set_permission(user_id, "warehouse.edit", "deny")
        elif change == "role":
            following.roles.set_permission("editor", "warehouse.edit", "none")
        else:
            following.users.set_password(user_id, "seven purple lamps")
    following.changes.catch_up()
    for directory in (following.directory, other):
        after = directory.signed_in(user_id, open_.id)
        if change in ("end", "end_all", "disable", "password"):
            assert after is None
            assert directory.resolve(by(open_.token)) is None
        else:
            assert after is not None
            assert not after.may("warehouse.edit")
            assert after.may("warehouse.read")
            assert after.epoch != before.epoch
    stop()


def test_processes_agree_on_the_epoch(following: Gatehouse) -> None:
    user_id = following.human("anna", "editor", "operator")
    other = following.another_process(Memory())
    mine, theirs = following.directory.principal(user_id), other.principal(user_id)
    assert mine is not None
    assert mine == theirs
    assert mine.epoch


def test_what_was_read_before_a_change_is_not_kept(following: Gatehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    user_id = following.human("anna", "editor")
    load, times = lookup.load_person, []

    def overtaken(session: object, asked: str) -> object:
        read = load(session, asked)  # type: ignore[arg-type]
        times.append(1)
        if len(times) == 1:
            with following.acting(BOSS):
                following.users.set_roles(user_id, ["viewer"])
            following.changes.catch_up()
        return read

    monkeypatch.setattr(lookup, "load_person", overtaken)
    principal = following.directory.principal(user_id)
    assert principal is not None
    assert principal.roles == {"viewer"}
    assert len(times) > 1


@attack(
    "a right that is being written, and then isn't, is used meanwhile",
    "nobody holds it before it is committed",
)
def test_what_is_not_committed_yet_is_nobodys_right(following: Gatehouse) -> None:
    user_id = following.human("anna", "viewer")
    with following.database.begin() as unit:
        unit.session.add(UserRole(user_id=user_id, role="admin"))
        unit.session.flush()
        principal = following.directory.principal(user_id)
        assert principal is not None
        assert principal.roles == {"viewer"}


def test_a_role_for_a_while_ends_by_itself(following: Gatehouse) -> None:
    user_id = following.human("anna", "viewer")
    with following.acting(BOSS):
        following.users.set_roles(user_id, ["viewer", "editor"], until=following.clock() + timedelta(hours=1))
    following.changes.catch_up()
    during = following.directory.principal(user_id)
    following.clock.forward(minutes=61)
    after = following.directory.principal(user_id)
    assert during is not None
    assert after is not None
    assert during.may("warehouse.edit")
    assert not after.may("warehouse.edit")
    assert during.epoch != after.epoch


def test_memory_is_bounded(gatehouse: Gatehouse) -> None:
    memory = Memory(most=3)
    directory = gatehouse.another_process(memory)
    directory.follow()
    directory.beat()
    for number in range(6):
        gatehouse.human(f"user{number}")
        open_ = gatehouse.signed_in(f"user{number}")
        assert directory.resolve(by(open_.token)) is not None
    assert len(memory.sessions()) == 3
    assert len(memory._by_token) == 3
    assert len(memory._standings.values) == 3


def test_idle_for_too_long_is_signed_out_and_noted(following: Gatehouse) -> None:
    user_id = following.human("anna")
    open_ = following.signed_in("anna")
    idle_s = following.config.security.session_timeout_s
    following.clock.forward(seconds=idle_s - 60)
    assert following.who(open_.token) is not None
    following.directory.active(open_.id)
    following.clock.forward(seconds=idle_s - 60)
    assert following.who(open_.token) is not None
    following.clock.forward(seconds=61)
    assert following.directory.signed_in(user_id, open_.id) is None
    following.directory._activity.write()
    assert [event.detail for event in following.heard if event.kind == "session.ended"] == [{"reason": "idle"}]


def test_activity_in_another_process_counts(following: Gatehouse) -> None:
    user_id = following.human("anna")
    open_ = following.signed_in("anna")
    other = following.another_process(Memory())
    stop = other.follow()
    other.beat()
    assert following.directory.signed_in(user_id, open_.id) is not None
    following.clock.forward(seconds=following.config.security.session_timeout_s - 60)
    assert other.signed_in(user_id, open_.id) is not None
    other.active(open_.id)
    other._activity.write()
    following.clock.forward(minutes=5)
    following.directory._activity.write()
    assert following.directory.signed_in(user_id, open_.id) is not None
    stop()


def test_busy_or_not_a_session_ends(gatehouse: Gatehouse) -> None:
    user_id = gatehouse.human("anna")
    open_ = gatehouse.signed_in("anna")
    for _ in range(gatehouse.settings.session_hours):
        assert gatehouse.directory.signed_in(user_id, open_.id) is not None
        gatehouse.clock.forward(hours=1)
        gatehouse.store.seen({open_.id: gatehouse.clock()})
    assert gatehouse.directory.signed_in(user_id, open_.id) is None


def test_remembered_outlives_idleness_but_not_its_days(gatehouse: Gatehouse) -> None:
    gatehouse.human("anna")
    open_ = gatehouse.sign_in.password("anna", PASSWORD, by(), True).begun  # type: ignore[union-attr]
    assert open_.max_age_s == 30 * 24 * 3600
    gatehouse.clock.forward(days=29)
    assert gatehouse.who(open_.token) is not None
    gatehouse.clock.forward(days=2)
    assert gatehouse.who(open_.token) is None


@attack(
    "under TLS the plain cookie, which a neighbouring site can set, is sent",
    "only the cookie that is bound to the host counts",
)
def test_only_the_cookie_of_the_right_name_counts(gatehouse: Gatehouse) -> None:
    gatehouse.human("anna")
    open_ = gatehouse.signed_in("anna")
    assert gatehouse.directory.resolve(Credentials({"__Host-sid": open_.token})) is None
    tls = gatehouse.config.model_copy(
        update={"server": gatehouse.config.server.model_copy(update={"behind_tls": True})}
    )
    behind_tls = Directory(
        gatehouse.database,
        gatehouse.changes,
        tls,
        gatehouse.registry,
        session_store=gatehouse.store,
        tokens=gatehouse.tokens,
        security_events=gatehouse.events,
    )
    assert behind_tls.resolve(Credentials({"sid": open_.token})) is None
    assert behind_tls.resolve(Credentials({"__Host-sid": open_.token})) is not None


def test_a_bearer_token_gives_less_than_its_owner_has(gatehouse: Gatehouse) -> None:
    user_id = gatehouse.human("anna", "editor")
    open_ = gatehouse.signed_in("anna")
    principal = gatehouse.who(open_.token)
    assert principal is not None
    with gatehouse.acting(principal):
        made = gatehouse.tokens.make(user_id, "script", ["warehouse.read"])
    came = gatehouse.directory.resolve(Credentials(authorization=f"Bearer {made.plain}"))
    assert came is not None
    assert came.may("warehouse.read")
    assert not came.may("warehouse.edit")
    wrong = Credentials({"sid": open_.token}, "Bearer hf_wrong")
    assert gatehouse.directory.resolve(wrong) is None
    basic = Credentials({"sid": open_.token}, "Basic YTpi")
    assert gatehouse.directory.resolve(basic) is not None


def test_through_other_eyes(following: Gatehouse) -> None:
    boss_id, anna_id = following.human("boss", "admin"), following.human("anna", "viewer")
    open_ = following.signed_in("boss")
    boss = following.who(open_.token)
    assert boss is not None
    with following.acting(boss):
        following.sessions.view_as(open_.id, anna_id)
    following.changes.catch_up()
    seen = following.who(open_.token)
    assert seen is not None
    assert (seen.user_id, seen.viewed_by, seen.session) == (anna_id, boss_id, open_.id)
    assert not seen.may("auth.users.write")
    assert following.directory.signed_in(anna_id, open_.id) == seen
    old_tab = following.directory.signed_in(boss_id, open_.id)
    assert old_tab is not None
    assert old_tab.viewed_by == ""
    assert old_tab.epoch != boss.epoch
    with following.acting(seen):
        following.sessions.view_as(open_.id, None)
    following.changes.catch_up()
    assert following.who(open_.token) == boss
    assert following.directory.signed_in(anna_id, open_.id) is None
    assert [kind for kind in following.kinds() if kind.startswith("view_as")] == ["view_as.began", "view_as.ended"]


@attack(
    "an operator loses the right to look through others' eyes while doing so",
    "the look ends at once",
)
def test_who_may_view_no_more_sees_their_own(following: Gatehouse) -> None:
    boss_id, anna_id = following.human("boss", "admin"), following.human("anna", "viewer")
    following.human("other", "admin")
    open_ = following.signed_in("boss")
    with following.database.begin() as unit:
        looking = update(SignInSession).where(SignInSession.id == open_.id).values(view_as=anna_id)
        unit.session.execute(looking)
    with following.acting(BOSS):
        following.users.set_roles(boss_id, ["viewer"])
    following.changes.catch_up()
    own = following.who(open_.token)
    assert own is not None
    assert (own.user_id, own.viewed_by) == (boss_id, "")
