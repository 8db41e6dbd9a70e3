"""At the same moment: what two requests do together that neither may do alone."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyotp
import pytest
from sqlalchemy import Engine, event, func, select

from host import Database, PermissionDeniedError
from plugins.auth.models import SignInSession, UserRole
from plugins.auth.problems import InputError
from plugins.auth.services.session_store import SessionEndedError
from plugins.auth.values import Done, Refused
from tests.attacks import attack
from tests.integration.plugins.auth.gatehouse import PASSWORD, begun, by
from tests.integration.plugins.auth.lodge import Lodge, token
from tests.integration.plugins.auth.office import BOSS

NEW = "limpets-hold-9-tides"


@pytest.fixture
def lodge(empty_database: Database, tmp_path: Path) -> Lodge:
    """The services of access on each database in turn."""
    return Lodge(empty_database, tmp_path)


def open_sessions(lodge: Lodge, user_id: str) -> int:
    waiting = select(func.count()).where(SignInSession.user_id == user_id, SignInSession.ended_at.is_(None))
    with lodge.database.begin(readonly=True) as unit:
        return unit.session.scalar(waiting) or 0


def both(*works: Callable[[], object]) -> list[object]:
    """Run works at the same moment; return what each answered or raised."""
    start = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> object:
        start.wait()
        try:
            return work()
        except (InputError, PermissionDeniedError, SessionEndedError) as error:
            return error

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


@attack(
    "the last two administrators disable each other at the same moment",
    "one of them stays",
)
def test_two_administrators_cannot_disable_each_other_at_once(lodge: Lodge) -> None:
    people = [lodge.human("boss", "admin"), lodge.human("second", "admin")]

    def disable(user_id: str) -> object:
        with lodge.acting(BOSS):
            return lodge.users.disable(user_id, "mine now")

    answers = both(*(lambda user_id=user_id: disable(user_id) for user_id in people))
    assert sum(isinstance(answer, InputError) for answer in answers) == 1
    assert sum(lodge.directory.principal(user_id) is not None for user_id in people) == 1


@attack(
    "the right password is sent at the moment in which its owner is disabled",
    "no session is left, whoever was faster",
)
def test_a_sign_in_beside_a_disable_leaves_nothing_open(lodge: Lodge, monkeypatch: pytest.MonkeyPatch) -> None:
    lodge.human("boss", "admin")
    anna = lodge.human("anna")
    verify = lodge.passwords.verify

    def meanwhile(stored: str | None, text: str) -> bool:
        right = verify(stored, text)
        with lodge.acting(BOSS):
            lodge.users.disable(anna, "left")
        return right

    with monkeypatch.context() as slow:
        slow.setattr(lodge.passwords, "verify", meanwhile)
        assert lodge.sign_in.password("anna", PASSWORD, by()) == Refused("wrong")
    assert open_sessions(lodge, anna) == 0
    with lodge.acting(BOSS):
        lodge.users.enable(anna)

    def disable() -> object:
        with lodge.acting(BOSS):
            return lodge.users.disable(anna, "left")

    both(*(lambda: lodge.sign_in.password("anna", PASSWORD, by()) for _ in range(4)), disable)
    assert open_sessions(lodge, anna) == 0


@attack(
    "somebody is disabled between the password and the code, or between the code and the new password",
    "the half-finished sign-in is over",
)
def test_a_half_finished_sign_in_ends_with_the_account(lodge: Lodge) -> None:
    lodge.human("boss", "admin")
    anna, authenticator = lodge.enrolled("anna")
    berta = lodge.human("berta", must_change=True)
    waits, renews = (begun(lodge.sign_in.password(login, PASSWORD, by())) for login in ("anna", "berta"))
    with lodge.acting(BOSS):
        lodge.users.disable(anna, "left")
        lodge.users.disable(berta, "left")
        lodge.users.enable(anna)
        lodge.users.enable(berta)
    assert lodge.sign_in.code(waits.id, authenticator.at(lodge.clock()), by()) == Refused("ended")
    assert lodge.sign_in.new_password(renews.id, NEW) == Refused("ended")
    assert lodge.who(waits.token) is None
    assert lodge.who(renews.token) is None


@attack(
    "one recovery code is sent twenty times at once, to twenty half-finished sign-ins",
    "it opens one session",
)
def test_twenty_at_once_use_one_recovery_code_once(lodge: Lodge) -> None:
    anna = lodge.human("anna")
    with lodge.acting(lodge.directory.principal(anna) or BOSS):
        secret = lodge.second_factor.begin(anna).secret
        codes = lodge.second_factor.confirm(anna, _code(secret, lodge))
    waiting = [begun(lodge.sign_in.password("anna", PASSWORD, by(client=f"192.0.{n}.7"))) for n in range(8)]
    answers = both(
        *(lambda n=n: lodge.sign_in.code(waiting[n].id, codes[0], by(client=f"192.0.{n}.7")) for n in range(8))
    )
    assert sum(isinstance(answer, Done) for answer in answers) == 1


@attack(
    "a reset link is used ten times at once, each with another password",
    "one password is set, and the others are told that the link is gone",
)
def test_a_reset_link_used_at_once_sets_one_password(lodge: Lodge) -> None:
    anna = lodge.human("anna")
    with lodge.acting(BOSS):
        secret = token(lodge.links.make_reset(anna))
    passwords = [f"{NEW}-{n}" for n in range(10)]
    answers = both(*(lambda text=text: lodge.links.reset(secret, text) for text in passwords))
    assert answers.count(anna) == 1
    chosen = passwords[answers.index(anna)]
    assert isinstance(lodge.sign_in.password("anna", chosen, by()), Done)


@attack(
    "an invitation is used ten times at once, each for another login",
    "it makes one account",
)
def test_an_invitation_used_at_once_makes_one_account(lodge: Lodge) -> None:
    with lodge.acting(BOSS):
        secret = token(lodge.links.make_invite(["viewer"]))
    answers = both(*(lambda n=n: lodge.links.join(secret, f"guest{n}", "Guest", NEW) for n in range(10)))
    assert sum(isinstance(answer, str) for answer in answers) == 1
    with lodge.database.begin(readonly=True) as unit:
        assert unit.session.scalar(select(func.count()).select_from(UserRole)) == 1


@attack(
    "a token is used while its owner loses a permission, from the moment on in which the change is committed",
    "it gives what the owner holds then, and never more",
)
def test_a_token_follows_its_owner_at_once(lodge: Lodge) -> None:
    lodge.human("boss", "admin")
    anna = lodge.human("anna", "editor")
    with lodge.acting(lodge.directory.principal(anna) or BOSS):
        plain = lodge.tokens.make(anna, "ci", ["*"]).plain
    for roles, may in ((["viewer"], False), (["editor"], True), ([], False)):
        with lodge.acting(BOSS):
            lodge.users.set_roles(anna, roles)
        use = lodge.tokens.resolve(plain)
        owner = lodge.directory.principal(anna)
        assert use is not None
        assert owner is not None
        assert use.narrow(owner).may("warehouse.edit") is may
    with lodge.acting(BOSS):
        lodge.users.set_permission(anna, "warehouse.read", "deny")
        lodge.users.set_roles(anna, ["editor"])
    denied = lodge.directory.principal(anna)
    assert denied is not None
    assert not (lodge.tokens.resolve(plain) or use).narrow(denied).may("warehouse.read")


@attack(
    "the ways of an unknown login, of a wrong password and of a disabled account through the program are compared",
    "as many statements, in the same order, and one hash each",
)
def test_every_failing_sign_in_takes_the_same_way(lodge: Lodge) -> None:
    lodge.human("anna")
    lodge.human("gone", disabled_at=lodge.clock())
    lodge.person("waiting")
    ways: dict[str, list[str]] = {}
    for login in ("anna", "gone", "waiting", "nobody"):
        said: list[str] = []

        def heard(*call: object, said: list[str] = said) -> None:
            said.append(str(call[2]).split("WHERE")[0])

        event.listen(Engine, "before_cursor_execute", heard)
        before = lodge.passwords.computations
        assert lodge.sign_in.password(login, "wrong wrong wrong", by()) == Refused("wrong")
        assert lodge.passwords.computations == before + 1
        event.remove(Engine, "before_cursor_execute", heard)
        ways[login] = said
    assert len({tuple(way) for way in ways.values()}) == 1, ways


def _code(secret: str, lodge: Lodge) -> str:

    return pyotp.TOTP(secret).at(lodge.clock())
