"""Links: each counts once, for a while, for what it was made for; of many at once one succeeds."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from host import ANONYMOUS, Database, PermissionDeniedError
from host.config import DatabaseConfig
from plugins.auth.models import Link, User, UserRole
from plugins.auth.problems import InputError
from plugins.auth.settings import AuthSettings
from plugins.auth.values import Done
from tests.attacks import attack
from tests.integration.plugins.auth.gatehouse import PASSWORD, by
from tests.integration.plugins.auth.lodge import Lodge, token
from tests.integration.plugins.auth.office import BOSS, acting, person

NEW = "limpets-hold-9-tides"


@contextmanager
def opened(config: DatabaseConfig, folder: Path) -> Iterator[Database]:
    database = Database(config, folder)
    yield database
    database.dispose()


def admins(lodge: Lodge) -> int:
    with lodge.database.begin(readonly=True) as unit:
        return unit.session.scalar(select(func.count()).where(UserRole.role == "admin")) or 0


def set_up(lodge: Lodge, secret: str, login: str = "first") -> str | None:
    """The new administrator's id, ``None`` for who came too late."""
    with acting(ANONYMOUS):
        try:
            return lodge.links.set_up(secret, login, login.title(), PASSWORD)
        except InputError as error:
            if error.problems[0].key != "auth.error.link_gone":
                raise
            return None


def test_the_first_administrator_is_made_by_link(lodge: Lodge) -> None:
    made = lodge.links.make_setup()
    assert made is not None
    assert made.path.startswith("/x/auth/setup/")
    assert made.path not in repr(made)
    user_id = set_up(lodge, token(made))
    assert user_id is not None
    found = lodge.directory.principal(user_id)
    assert found is not None
    assert found.may("anything.at_all")
    assert lodge.links.make_setup() is None
    assert lodge.links.look(token(made)) is None
    assert "setup.done" in lodge.kinds()
    assert isinstance(lodge.sign_in.password("FIRST", PASSWORD, by()), Done)


@attack(
    "twenty people use the link of the first start at once, or twenty such links",
    "one becomes administrator, nobody else gets an account",
)
@pytest.mark.parametrize("links", [1, 4])
def test_of_twenty_setups_at_once_one_makes_an_administrator(lodge: Lodge, links: int) -> None:
    secrets = [token(lodge.links.make_setup()) for _ in range(links)]
    with ThreadPoolExecutor(20) as pool:
        made = list(pool.map(lambda n: set_up(lodge, secrets[n % links], f"admin{n}"), range(20)))
    assert len([user_id for user_id in made if user_id]) == 1
    assert admins(lodge) == 1
    with lodge.database.begin(readonly=True) as unit:
        assert unit.session.scalar(select(func.count()).select_from(User)) == 1


def test_wrong_input_does_not_use_a_link_up(lodge: Lodge) -> None:
    secret = token(lodge.links.make_setup())
    with acting(ANONYMOUS), pytest.raises(InputError) as refused:
        lodge.links.set_up(secret, " ", "", "short")
    assert {problem.field for problem in refused.value.problems} == {"login", "name", "password"}
    assert lodge.links.look(secret) is not None
    assert set_up(lodge, secret)


@attack(
    "somebody who reads the database looks for links to use",
    "only digests stand there",
)
def test_no_token_stands_in_the_database(lodge: Lodge) -> None:
    secret = token(lodge.links.make_setup())
    with lodge.database.begin(readonly=True) as unit:
        stored = repr(
            [unit.session.execute(text(f"SELECT * FROM {each}")).all() for each in ("auth_link", "host_audit")]
        )
    assert secret not in stored


def test_links_run_out(lodge: Lodge) -> None:
    secret = token(lodge.links.make_setup())
    lodge.clock.forward(minutes=59)
    assert lodge.links.look(secret) is not None
    lodge.clock.forward(minutes=1)
    assert lodge.links.look(secret) is None
    assert set_up(lodge, secret) is None


@attack(
    "links are made up, with zero bytes and lone surrogates among them",
    "none leads anywhere",
)
def test_invented_tokens_lead_nowhere(lodge: Lodge) -> None:
    lodge.links.make_setup()
    for secret in ("", "x", "a" * 5_000, "\x00", "ü", "'--"):
        assert lodge.links.look(secret) is None
        assert set_up(lodge, secret) is None


def test_a_reset_sets_the_password_and_signs_out_everywhere(lodge: Lodge) -> None:
    user_id = lodge.human("anna")
    session = lodge.signed_in("anna")
    with acting(BOSS):
        older, newer = lodge.links.make_reset(user_id), lodge.links.make_reset(user_id)
    assert lodge.links.look(token(older)) is None, "a newer one replaces it"
    with acting(ANONYMOUS):
        with pytest.raises(InputError, match="quickly"):
            lodge.links.reset(token(newer), "password1234")
        assert lodge.links.reset(token(newer), NEW) == user_id
        with pytest.raises(InputError, match="doesn't count"):
            lodge.links.reset(token(newer), "yet-another-pass-5")
    assert lodge.who(session.token) is None
    assert isinstance(lodge.sign_in.password("anna", NEW, by()), Done)
    assert not isinstance(lodge.sign_in.password("anna", PASSWORD, by()), Done)
    assert {"link.made", "link.used", "password.changed"} <= set(lodge.kinds())


def test_the_books_name_who_used_the_link(lodge: Lodge) -> None:
    user_id = set_up(lodge, token(lodge.links.make_setup()))
    with lodge.database.begin(readonly=True) as unit:
        query = text("SELECT DISTINCT user_id FROM host_audit WHERE table_name = 'auth_user'")
        assert list(unit.session.scalars(query)) == [user_id]


@attack(
    "somebody who manages people makes a reset link of an administrator, or an invitation of one",
    "refused, and nothing is made",
)
def test_nobody_takes_over_who_may_do_more(lodge: Lodge) -> None:
    boss = lodge.human("boss", "admin")
    helper = person("helper", "auth.users.write", "auth.users.read")
    with acting(helper):
        with pytest.raises(PermissionDeniedError):
            lodge.links.make_reset(boss)
        with pytest.raises(PermissionDeniedError):
            lodge.links.make_invite(["admin"])
    with acting(person("eve")), pytest.raises(PermissionDeniedError):
        lodge.links.make_invite()


@attack(
    "a reset link made before somebody was disabled is used afterwards",
    "it counts no more",
)
def test_no_reset_for_who_is_disabled_before_or_after(lodge: Lodge) -> None:
    lodge.human("boss", "admin")
    user_id = lodge.human("anna")
    with lodge.acting(BOSS):
        secret = token(lodge.links.make_reset(user_id))
        lodge.users.disable(user_id, "gone")
        assert lodge.links.look(secret) is None
        with pytest.raises(InputError, match="disabled"):
            lodge.links.make_reset(user_id)
    with acting(ANONYMOUS), pytest.raises(InputError, match="doesn't count"):
        lodge.links.reset(secret, NEW)


def test_an_invitation_gives_its_roles_once(lodge: Lodge) -> None:
    with acting(BOSS):
        made = lodge.links.make_invite(["editor"], "for Bert")
        assert [each.note for each in lodge.links.pending()] == ["for Bert"]
    with acting(ANONYMOUS):
        user_id = lodge.links.join(token(made), "bert", "Bert", PASSWORD)
        with pytest.raises(InputError):
            lodge.links.join(token(made), "berta", "Berta", PASSWORD)
    found = lodge.directory.principal(user_id)
    assert found is not None
    assert found.roles == {"editor"}
    assert found.may("warehouse.edit")
    with acting(BOSS):
        assert lodge.links.pending() == []


def test_a_taken_login_leaves_the_invitation(lodge: Lodge) -> None:
    lodge.human("anna")
    with acting(BOSS):
        made = lodge.links.make_invite()
    with acting(ANONYMOUS):
        with pytest.raises(InputError, match="taken"):
            lodge.links.join(token(made), " ANNA ", "Other", PASSWORD)
        assert lodge.links.join(token(made), "anni", "Anni", PASSWORD)


@attack(
    "an invitation is used to set a password, a reset link to make an account",
    "refused, and the link stays what it was",
)
def test_a_link_serves_only_what_it_was_made_for(lodge: Lodge) -> None:
    user_id = lodge.human("anna")
    with acting(BOSS):
        invite, reset = token(lodge.links.make_invite()), token(lodge.links.make_reset(user_id))
    with acting(ANONYMOUS):
        for call in (
            lambda: lodge.links.reset(invite, NEW),
            lambda: lodge.links.join(reset, "new", "New", PASSWORD),
            lambda: lodge.links.set_up(invite, "new", "New", PASSWORD),
            lambda: lodge.demo.enter(reset, by()),
        ):
            with pytest.raises(InputError, match="doesn't count"):
                call()


def test_a_link_that_was_taken_back_leads_nowhere(lodge: Lodge) -> None:
    with acting(BOSS):
        made = lodge.links.make_invite()
        lodge.links.revoke(made.id)
        lodge.links.revoke("nothing")
    assert lodge.links.look(token(made)) is None


def test_unknown_roles_are_named(lodge: Lodge) -> None:
    with acting(BOSS), pytest.raises(InputError, match="captain, cook"):
        lodge.links.make_invite(["viewer", "cook", "captain"])


def test_settings_decide_who_joins(sqlite_config: DatabaseConfig, tmp_path: Path) -> None:
    with opened(sqlite_config, tmp_path) as database:
        open_to_all = Lodge(database, tmp_path, AuthSettings(sign_up="open", sign_up_roles=("viewer",)))
        with acting(ANONYMOUS):
            found = open_to_all.directory.principal(open_to_all.sign_up.join("carl", "Carl", PASSWORD))
        assert found is not None
        assert found.roles == {"viewer"}
        with acting(BOSS):
            secret = token(open_to_all.links.make_invite())
        open_to_all.links._settings = AuthSettings(sign_up="off")
        assert open_to_all.links.look(secret) is None, "made before it was switched off"
        with acting(BOSS), pytest.raises(InputError, match="can't be made this way"):
            open_to_all.links.make_invite()
        open_to_all.sign_up._settings = AuthSettings(sign_up="invite")
        with acting(ANONYMOUS), pytest.raises(InputError, match="can't be made this way"):
            open_to_all.sign_up.join("dora", "Dora", PASSWORD)


@attack(
    "twenty people take one login name at once",
    "one gets it, the others are told so",
)
def test_of_twenty_who_want_one_login_one_gets_it(lodge: Lodge) -> None:
    with acting(BOSS):
        secrets = [token(lodge.links.make_invite()) for _ in range(20)]

    def join(secret: str) -> bool:
        with acting(ANONYMOUS):
            try:
                lodge.links.join(secret, "wanted", "Wanted", PASSWORD)
            except InputError as error:
                if error.problems[0].key != "auth.problem.login.taken":
                    raise
                return False
            return True

    with ThreadPoolExecutor(20) as pool:
        assert list(pool.map(join, secrets)).count(True) == 1
    with lodge.database.begin(readonly=True) as unit:
        unused = select(func.count()).select_from(Link).where(Link.used_at.is_(None))
        assert unit.session.scalar(unused) == 19
