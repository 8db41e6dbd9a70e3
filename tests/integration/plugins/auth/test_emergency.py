"""The demonstration's way in and break-glass: only where and as long as they may be."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from host import ANONYMOUS, PermissionDeniedError
from host.config.sections import ServerConfig
from plugins.auth.problems import InputError
from plugins.auth.values import Done
from tests.attacks import attack
from tests.integration.plugins.auth.gatehouse import PASSWORD, by
from tests.integration.plugins.auth.lodge import Lodge, token
from tests.integration.plugins.auth.office import BOSS, acting, person


@attack(
    "the demonstration's link is used a second time",
    "it counts once, for minutes",
)
def test_the_demonstration_enters_once_by_a_link(lodge: Lodge) -> None:
    secret = token(lodge.demo.link())

    def enter(_: int) -> str | None:
        with acting(ANONYMOUS):
            try:
                return lodge.demo.enter(secret, by()).token
            except InputError:
                return None

    with ThreadPoolExecutor(8) as pool:
        tokens = [found for found in pool.map(enter, range(8)) if found]
    assert len(tokens) == 1
    who = lodge.who(tokens[0])
    assert who is not None
    assert (who.name, who.roles) == ("Demo", {"editor", "operator"})
    assert not who.may("auth.users.write")
    assert not isinstance(lodge.sign_in.password("demo", "", by()), Done), "there is no password"
    assert lodge.links.make_setup() is not None, "somebody has still to be the administrator"


def test_the_demonstration_is_one_person_and_its_link_runs_out(lodge: Lodge) -> None:
    first, second = lodge.demo.link(), lodge.demo.link()
    with acting(ANONYMOUS):
        ids = {lodge.who(lodge.demo.enter(token(each), by()).token).user_id for each in (first, second)}  # type: ignore[union-attr]
        late = token(lodge.demo.link())
        lodge.clock.forward(minutes=10)
        with pytest.raises(InputError, match="doesn't count"):
            lodge.demo.enter(late, by())
    assert len(ids) == 1


@attack(
    "the demonstration is asked for in production, or where the network reaches the app",
    "refused",
)
@pytest.mark.parametrize(
    "elsewhere", [{"env": "prod"}, {"env": "stage"}, {"server": ServerConfig(host="0.0.0.0")}], ids=str
)
def test_there_is_no_demonstration_elsewhere(lodge: Lodge, elsewhere: dict[str, object]) -> None:
    secret = token(lodge.demo.link())
    other = lodge.a_demo(**elsewhere)
    assert not other.possible
    with pytest.raises(InputError, match="development"):
        other.link()
    with acting(ANONYMOUS), pytest.raises(InputError, match="development"):
        other.enter(secret, by())


@attack(
    "somebody real has the login of the demonstration",
    "no link signs anybody in as them",
)
def test_a_real_person_called_demo_is_nobody_s_way_in(lodge: Lodge) -> None:
    lodge.human("demo", "admin")
    with pytest.raises(InputError, match="has the login demo"):
        lodge.demo.link()
    assert lodge.links.make_setup() is None


def test_break_glass_gives_a_role_that_ends_by_itself(lodge: Lodge) -> None:
    user_id = lodge.human("anna")
    with lodge.acting(BOSS):
        broken = lodge.break_glass.give(user_id, "admin", 4, "the fire alarm")
    assert (broken.until - lodge.clock()).total_seconds() == 4 * 3600
    found = lodge.directory.principal(user_id)
    assert found is not None
    assert found.may("auth.users.write")
    lodge.clock.forward(hours=4)
    found = lodge.directory.principal(user_id)
    assert found is not None
    assert not found.may("auth.users.write")
    assert found.roles == {"viewer"}
    event = next(each for each in lodge.heard if each.kind == "break_glass.used")
    assert (event.severity, event.detail["reason"], event.detail["by"]) == ("alert", "the fire alarm", "boss")
    with lodge.database.begin(readonly=True) as unit:
        audited = unit.session.scalars(text("SELECT user_id FROM host_audit WHERE table_name = 'auth_user_role'")).all()
    assert "boss" in audited


def test_break_glass_makes_an_administrator_for_the_time(lodge: Lodge) -> None:
    with lodge.acting(BOSS):
        broken = lodge.break_glass.make(2, "nobody can sign in")
    assert broken.link is not None
    with acting(ANONYMOUS):
        lodge.links.reset(token(broken.link), PASSWORD)
    begun = lodge.sign_in.password(broken.login, PASSWORD, by())
    assert isinstance(begun, Done)
    who = lodge.who(begun.begun.token)
    assert who is not None
    assert who.may("auth.users.write")
    lodge.clock.forward(hours=2)
    who = lodge.directory.principal(broken.user_id)
    assert who is not None
    assert who.permissions == frozenset()


def test_break_glass_needs_a_reason_a_span_and_somebody(lodge: Lodge) -> None:
    user_id, boss = lodge.human("anna"), lodge.human("boss", "admin")
    with lodge.acting(BOSS):
        for give, problem in (
            (lambda: lodge.break_glass.give(user_id, "admin", 4, "  "), "reason"),
            (lambda: lodge.break_glass.give(user_id, "admin", 0, "x"), "hours"),
            (lambda: lodge.break_glass.give(user_id, "admin", 73, "x"), "hours"),
            (lambda: lodge.break_glass.give(user_id, "ghost", 4, "x"), "ghost"),
            (lambda: lodge.break_glass.give("nobody", "admin", 4, "x"), "no such person"),
            (lambda: lodge.break_glass.give(boss, "admin", 4, "x"), "for good"),
            (lambda: lodge.break_glass.make(4, ""), "reason"),
        ):
            with pytest.raises(InputError, match=problem):
                give()
        lodge.users.disable(user_id, "gone")
        with pytest.raises(InputError, match="disabled"):
            lodge.break_glass.give(user_id, "admin", 4, "x")
    with acting(person("chief", "auth.*")), pytest.raises(PermissionDeniedError):
        lodge.break_glass.give(boss, "admin", 4, "x")
    assert "break_glass.used" not in lodge.kinds()
