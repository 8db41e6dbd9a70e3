"""The second factor: enrolled with a code, each code counts once, also when many try it at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, unquote, urlsplit

import pyotp
import pytest
from sqlalchemy import text

from host import PermissionDeniedError
from plugins.auth.problems import InputError
from tests.attacks import attack
from tests.integration.plugins.auth.office import BOSS, Office, acting, person


def code(office: Office, secret: str, steps: int = 0) -> str:
    """What the authenticator shows `steps` steps from now."""
    return pyotp.TOTP(secret).at(office.clock().timestamp() + 30 * steps)


def enrolled(office: Office) -> tuple[str, str, tuple[str, ...]]:
    user_id = office.person()
    with acting(person(user_id)):
        secret = office.second_factor.begin(user_id).secret
        codes = office.second_factor.confirm(user_id, code(office, secret))
    return user_id, secret, codes


def test_it_counts_only_once_confirmed(office: Office) -> None:
    user_id = office.person()
    with acting(person(user_id)):
        begun = office.second_factor.begin(user_id)
        assert not office.second_factor.required(user_id)
        assert not office.second_factor.check(user_id, code(office, begun.secret))
        with pytest.raises(InputError, match="not right"):
            office.second_factor.confirm(user_id, "000000")
        assert office.second_factor.pending(user_id) == begun
        office.second_factor.confirm(user_id, code(office, begun.secret))
        assert office.second_factor.pending(user_id) is None
        with pytest.raises(InputError, match="already"):
            office.second_factor.begin(user_id)
    assert office.second_factor.required(user_id)
    assert office.kinds() == ["mfa.on"]


def test_the_address_names_issuer_and_login(office: Office) -> None:
    user_id = office.person("jörg")
    with acting(person(user_id)):
        begun = office.second_factor.begin(user_id)
    parts = urlsplit(begun.uri)
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    assert unquote(parts.path) == f"/{office.config.title}:jörg"
    assert parse_qs(parts.query)["secret"] == [begun.secret]
    assert begun.svg.startswith("<svg")
    assert begun.secret not in repr(begun)


@attack(
    "a code is used again while it is still shown, or one from before it",
    "refused",
)
def test_a_code_counts_once_and_so_do_those_before_it(office: Office) -> None:
    user_id, secret, _ = enrolled(office)
    assert not office.second_factor.check(user_id, code(office, secret)), "it enrolled already"
    office.clock.forward(seconds=60)
    typed = code(office, secret)
    assert office.second_factor.check(user_id, f"{typed[:3]} {typed[3:]}")
    assert not office.second_factor.check(user_id, typed)
    assert not office.second_factor.check(user_id, code(office, secret, -1)), "older than the newest one used"
    assert office.second_factor.check(user_id, code(office, secret, 1)), "a clock that is a little fast"


def test_what_is_no_code_is_refused(office: Office) -> None:
    user_id, _, _ = enrolled(office)
    for typed in ("", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "' OR 1=1", "\x00" * 6, "9" * 10_000):
        assert not office.second_factor.check(user_id, typed)


def test_a_code_too_old_is_refused(office: Office) -> None:
    user_id, secret, _ = enrolled(office)
    office.clock.forward(seconds=300)
    assert not office.second_factor.check(user_id, code(office, secret, -2))
    assert not office.second_factor.check(user_id, code(office, secret, 2))


@attack(
    "one code is sent twenty times at once",
    "it counts once",
)
def test_twenty_at_once_use_one_code_once(office: Office) -> None:
    user_id, secret, codes = enrolled(office)
    office.clock.forward(seconds=60)
    for typed in (code(office, secret), codes[0]):
        with ThreadPoolExecutor(20) as pool:
            taken = list(pool.map(lambda _, typed=typed: office.second_factor.check(user_id, typed), range(20)))
        assert taken.count(True) == 1


@attack(
    "a recovery code is used twice, or with somebody else's account, or read from the database",
    "it counts once, for its owner, and stands hashed",
)
def test_recovery_codes_count_once_each_and_stand_nowhere(office: Office) -> None:
    user_id, _, codes = enrolled(office)
    other, _, _ = enrolled_as(office, "bert")
    assert len(set(codes)) == 10
    assert not office.second_factor.check(other, codes[0]), "somebody else's"
    assert office.second_factor.check(user_id, codes[0].lower().replace("-", " "))
    assert not office.second_factor.check(user_id, codes[0])
    with acting(person(user_id)):
        assert office.second_factor.codes_left(user_id) == 9
    assert "recovery.used" in office.kinds()
    with office.database.begin(readonly=True) as unit:
        stored = repr(unit.session.execute(text("SELECT * FROM auth_recovery_code")).all())
        audited = repr(unit.session.execute(text("SELECT * FROM host_audit")).all())
    assert not any(each in stored + audited for each in codes)


def enrolled_as(office: Office, login: str) -> tuple[str, str, tuple[str, ...]]:
    user_id = office.person(login)
    with acting(person(user_id)):
        secret = office.second_factor.begin(user_id).secret
        return user_id, secret, office.second_factor.confirm(user_id, code(office, secret))


def test_fresh_codes_replace_the_old_ones(office: Office) -> None:
    user_id, _, old = enrolled(office)
    with acting(person(user_id)):
        new = office.second_factor.fresh_codes(user_id)
    assert not office.second_factor.check(user_id, old[1])
    assert office.second_factor.check(user_id, new[1])


def test_off_takes_everything_away(office: Office) -> None:
    user_id, secret, codes = enrolled(office)
    with acting(person(user_id)):
        office.second_factor.off(user_id)
        with pytest.raises(InputError, match="no second factor"):
            office.second_factor.fresh_codes(user_id)
    office.clock.forward(seconds=60)
    assert not office.second_factor.required(user_id)
    assert not office.second_factor.check(user_id, code(office, secret))
    assert not office.second_factor.check(user_id, codes[0])
    assert office.kinds()[-1] == "mfa.off"


def test_an_operator_takes_away_what_somebody_lost(office: Office) -> None:
    user_id, _, _ = enrolled(office)
    with acting(person("eve", "auth.users.read")), pytest.raises(PermissionDeniedError):
        office.second_factor.remove(user_id)
    with acting(BOSS):
        office.second_factor.remove(user_id)
    assert not office.second_factor.required(user_id)
    assert office.heard[-1].detail == {"by": "boss"}


@attack(
    "somebody else, who looks on or a token changes a second factor",
    "refused",
)
@pytest.mark.parametrize("how", ["somebody else", "looks on", "a token"])
def test_only_the_owner_in_person_may(office: Office, how: str) -> None:
    user_id, _, _ = enrolled(office)
    who = {
        "somebody else": BOSS,
        "looks on": person(user_id, viewed_by="boss"),
        "a token": person(user_id, "*", session="token.1"),
    }[how]
    for call in ("begin", "pending", "fresh_codes", "codes_left", "off"):
        with acting(who), pytest.raises(PermissionDeniedError):
            getattr(office.second_factor, call)(user_id)
    with acting(who), pytest.raises(PermissionDeniedError):
        office.second_factor.confirm(user_id, "123456")
    assert office.second_factor.required(user_id)


def test_a_user_who_is_not_there_has_no_code(office: Office) -> None:
    assert not office.second_factor.required("nobody")
    assert not office.second_factor.check("nobody", "123456")
