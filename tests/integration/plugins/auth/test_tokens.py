"""Tokens: never more than their owner holds now, until they end or are revoked; misuse is noted."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from host import Credentials, PermissionDeniedError, Principal
from plugins.auth.models import UserPermission
from plugins.auth.problems import InputError
from tests.attacks import attack
from tests.integration.plugins.auth.lodge import Lodge
from tests.integration.plugins.auth.office import BOSS, acting, person


def come(lodge: Lodge, bearer: str, scheme: str = "Bearer") -> Principal | None:
    return lodge.directory.resolve(Credentials(authorization=f"{scheme} {bearer}", client="192.0.2.9"))


def made(lodge: Lodge, user_id: str, *scopes: str, days: int | None = None) -> str:
    with acting(person(user_id, "auth.tokens", "warehouse.read", "warehouse.edit")):
        return lodge.tokens.make(user_id, "ci", scopes, days).plain


@attack(
    "a token is used for more than its scopes",
    "refused",
)
def test_a_token_stands_for_its_owner_with_its_scopes_only(lodge: Lodge) -> None:
    user_id = lodge.human("anna", "editor")
    plain = made(lodge, user_id, "warehouse.read")
    assert plain.startswith("hf_")
    assert len(plain) == 3 + 43
    found = come(lodge, plain)
    assert found is not None
    assert found.user_id == user_id
    assert found.may("warehouse.read")
    assert not found.may("warehouse.edit")
    assert lodge.directory.signed_in(user_id, found.session) is None, "no session that a page would take"


@attack(
    "a token of everything is used after its owner lost a permission",
    "it gives no more than the owner holds at that moment",
)
def test_it_never_gives_more_than_the_owner_holds_now(lodge: Lodge) -> None:
    user_id = lodge.human("anna", "editor")
    everything, plugin = made(lodge, user_id, "*"), made(lodge, user_id, "warehouse.*")
    for plain in (everything, plugin):
        found = come(lodge, plain)
        assert found is not None
        assert found.may("warehouse.edit")
        assert not found.may("auth.users.write")
    with lodge.database.begin() as unit:
        unit.session.add(UserPermission(user_id=user_id, permission="warehouse.edit", effect="deny"))
    for plain in (everything, plugin):
        found = come(lodge, plain)
        assert found is not None
        assert not found.may("warehouse.edit")


@attack(
    "a token is used after its owner was disabled",
    "it counts no more",
)
def test_a_disabled_owner_has_no_tokens(lodge: Lodge) -> None:
    lodge.human("boss", "admin")
    user_id = lodge.human("anna")
    plain = made(lodge, user_id, "*")
    with acting(person(user_id, "auth.tokens")):
        signed = lodge.tokens.sign(user_id, ["*"], 10)
    assert come(lodge, signed) is not None
    with lodge.acting(BOSS):
        lodge.users.disable(user_id, "gone")
    assert come(lodge, plain) is None
    assert come(lodge, signed) is None


@attack(
    "revoked, expired and made-up tokens are tried",
    "none counts, and each is noted",
)
def test_ended_and_invented_tokens_are_noted(lodge: Lodge) -> None:
    user_id = lodge.human("anna")
    old, revoked = made(lodge, user_id, "*", days=1), made(lodge, user_id, "*")
    with acting(person(user_id, "auth.tokens")):
        lasting = max(lodge.tokens.of(user_id), key=lambda info: info.expires_at)
        lodge.tokens.revoke(lasting.id)
        lodge.tokens.revoke(lasting.id)
    lodge.clock.forward(days=1)
    ends = {come(lodge, each) for each in (old, revoked, "hf_" + "x" * 43, "hf_", "hfs_x.y.z")}
    assert ends == {None}
    misused = [event for event in lodge.heard if event.kind == "token.misused"]
    assert sorted(event.detail["reason"] for event in misused) == ["expired", "revoked", *["unknown"] * 3]
    assert {event.client for event in misused} == {"192.0.2.9"}
    assert lodge.kinds().count("token.revoked") == 1
    for odd in ("", "Basic", "hf_\x00", "é" * 400):
        assert come(lodge, odd) is None


def test_only_a_hash_is_stored(lodge: Lodge) -> None:
    plain = made(lodge, lodge.human("anna"), "*")
    with lodge.database.begin(readonly=True) as unit:
        stored = repr([unit.session.execute(text(f"SELECT * FROM {t}")).all() for t in ("auth_token", "host_audit")])
    assert plain not in stored
    assert plain[3:] not in stored


def test_what_cannot_be_is_refused(lodge: Lodge) -> None:
    user_id = lodge.human("anna")
    with acting(person(user_id, "auth.tokens", "warehouse.read")):
        for title, scopes, days, problem in (
            ("", ["*"], None, "title"),
            ("t" * 101, ["*"], None, "title"),
            ("ci", [], None, "No such permission"),
            ("ci", ["warehouse.fly"], None, "warehouse.fly"),
            ("ci", ["nothing.*"], None, "nothing"),
            ("ci", ["warehouse.edit"], None, "don't have"),
            ("ci", ["*"], 0, "days"),
            ("ci", ["*"], 366, "days"),
        ):
            with pytest.raises(InputError, match=problem):
                lodge.tokens.make(user_id, title, scopes, days)
        for minutes in (0, 61):
            with pytest.raises(InputError, match="minutes"):
                lodge.tokens.sign(user_id, ["*"], minutes)
        assert lodge.tokens.of(user_id) == []


@attack(
    "a token is made for somebody else, or by a token, or by who looks on",
    "refused",
)
def test_nobody_makes_tokens_of_others_or_by_a_token(lodge: Lodge) -> None:
    user_id = lodge.human("anna")
    others = (
        person("eve", "auth.tokens", "auth.users.write"),
        person(user_id, "auth.tokens", viewed_by="boss"),
        person(user_id, "*", session="token.1"),
        person("boss", "*", session="token.1"),
    )
    for who in others:
        with acting(who), pytest.raises(PermissionDeniedError):
            lodge.tokens.make(user_id, "ci", ["*"])
        with acting(who), pytest.raises(PermissionDeniedError):
            lodge.tokens.sign(user_id, ["*"], 5)
    with acting(person(user_id)), pytest.raises(PermissionDeniedError):
        lodge.tokens.make(user_id, "without auth.tokens", ["*"])
    with acting(BOSS):
        made_for = lodge.tokens.make(user_id, "ci", ["warehouse.read"])
        with pytest.raises(InputError, match="no such person"):
            lodge.tokens.make("nobody", "ci", ["*"])
    with acting(others[0]):
        with pytest.raises(PermissionDeniedError):
            lodge.tokens.of(user_id)
        with pytest.raises(PermissionDeniedError):
            lodge.tokens.revoke(made_for.info.id)


@attack(
    "a signed token is lengthened, or used later",
    "it counts no more",
)
def test_a_signed_token_ends_by_itself_and_can_t_be_changed(lodge: Lodge, monkeypatch: pytest.MonkeyPatch) -> None:
    user_id = lodge.human("anna", "editor")
    with acting(person(user_id, "auth.tokens", "warehouse.read")):
        signed = lodge.tokens.sign(user_id, ["warehouse.read"], 1)
    found = come(lodge, signed)
    assert found is not None
    assert found.may("warehouse.read")
    assert not found.may("warehouse.edit")
    # Not the last character: its lowest bits stand for nothing.
    other = "A" if signed[-9] != "A" else "B"
    for changed in (signed[:-9] + other + signed[-8:], signed.replace(".", "..", 1), signed + "x"):
        assert come(lodge, changed) is None
    import itsdangerous.timed

    later = itsdangerous.timed.time.time() + timedelta(seconds=62).total_seconds()
    monkeypatch.setattr(itsdangerous.timed.time, "time", lambda: later)
    assert come(lodge, signed) is None
    assert lodge.heard[-1].detail["reason"] == "expired"
