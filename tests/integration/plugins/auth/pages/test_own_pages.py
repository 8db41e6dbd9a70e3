"""Everybody's settings, and everybody's sessions for operators."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from host import Credentials, Principal
from host.testing import HostApp
from plugins.auth.values import UserInfo
from tests.integration.plugins.auth.pages.conftest import keys, said

Add = Callable[..., UserInfo]
Acting = Callable[[UserInfo], Principal]
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def ann(add: Add) -> UserInfo:
    return add("ann", "editor")


def begin(app: HostApp, person: UserInfo, user_agent: str = FIREFOX) -> str:
    credentials = Credentials(client="192.0.2.7", user_agent=user_agent, device="device")
    with app.context():
        begun = app.services("auth").session_store.begin(
            person.id, method="password", credentials=credentials, remember=False, state="open"
        )
    return str(begun.id)


def signed_in(app: HostApp, session: str) -> bool:
    with app.context():
        return any(row.id == session for row in app.services("auth").sessions.everyone().rows)


def test_the_page_says_who_one_is(app: HostApp, ann: UserInfo, acting: Acting) -> None:
    page = app.call("settings", principal=acting(ann)).assert_success()
    assert {"ann", "Editor", "You are signed in nowhere else."} <= set(page.texts)
    assert "host-account/settings" in keys(page)


def test_one_renames_oneself(app: HostApp, ann: UserInfo, acting: Acting) -> None:
    before = acting(ann)
    page = app.call("settings", principal=before).assert_success()
    page.text_input(key="settings/name").set_value("Ann Archer").run()
    page.button(key="settings/rename").click().run()
    assert "Your name is changed." in said(page.assert_success())
    with app.context():
        assert app.services("auth").users.get(ann.id).name == "Ann Archer"
    # Nobody's open pages begin anew for a name.
    assert (acting(ann).name, acting(ann).epoch) == ("Ann Archer", before.epoch)


def test_language_and_appearance_are_changed_here_too(app: HostApp, ann: UserInfo, acting: Acting) -> None:
    page = app.call("settings", principal=acting(ann)).assert_success()
    page.button_group(key="settings/host/language").set_value("de").run()
    assert "Wer Sie sind" in page.assert_success().texts


def test_own_sessions_are_named_marked_and_ended(app: HostApp, ann: UserInfo, acting: Acting) -> None:
    here, there = begin(app, ann), begin(app, ann, "curl/8.1")
    page = app.call("settings", principal=replace(acting(ann), session=here)).assert_success()
    assert {"Firefox on Linux", "This device", "curl"} <= set(page.texts)
    assert f"settings/sessions/{here}/end" not in keys(page)
    page.button(key=f"settings/sessions/{there}/end").click().run()
    assert "curl" not in page.assert_success().texts
    assert signed_in(app, here)
    assert not signed_in(app, there)


def test_one_signs_out_everywhere_else(app: HostApp, ann: UserInfo, acting: Acting) -> None:
    here, *others = (begin(app, ann) for _ in range(3))
    page = app.call("settings", principal=replace(acting(ann), session=here)).assert_success()
    page.button(key="settings/sessions/end-others").click().run()
    page.assert_success()
    assert signed_in(app, here)
    assert not any(signed_in(app, other) for other in others)


def test_a_token_is_made_shown_once_and_revoked(app: HostApp, ann: UserInfo, acting: Acting) -> None:
    page = app.call("settings", principal=acting(ann)).assert_success()
    page.text_input(key="settings/tokens/title").set_value("Nightly export")
    page.multiselect(key="settings/tokens/scopes").set_value(["auth.tokens"])
    page.button(key="settings/tokens/make").click().run()
    [plain] = [each.value for each in page.assert_success().code]
    assert app.services("auth").tokens.resolve(plain) is not None
    page.button(key="settings/tokens/secret/done").click().run()
    assert not page.assert_success().code
    [revoke] = [key for key in keys(page) if key.startswith("settings/tokens/") and key.endswith("/revoke")]
    page.button(key=revoke).click().run()
    page.assert_success()
    assert app.services("auth").tokens.resolve(plain) is None


def test_a_token_without_scopes_is_refused_and_the_title_stays(app: HostApp, ann: UserInfo, acting: Acting) -> None:
    page = app.call("settings", principal=acting(ann)).assert_success()
    page.text_input(key="settings/tokens/title").set_value("Nightly export")
    page.button(key="settings/tokens/make").click().run()
    [error] = page.assert_success().error
    assert "Choose at least one permission" in error.value
    assert page.text_input(key="settings/tokens/title").value == "Nightly export"


def test_whoever_looks_on_as_somebody_gets_no_controls(app: HostApp, ann: UserInfo, acting: Acting) -> None:
    begin(app, ann)
    page = app.call("settings", principal=replace(acting(ann), viewed_by="chief")).assert_success()
    assert "settings/tokens/make" not in keys(page)
    assert not [key for key in keys(page) if key.endswith(("/end", "/end-others"))]
    assert page.button(key="settings/rename").disabled


def test_operators_end_one_or_all_sessions_of_a_person(app: HostApp, ann: UserInfo, add: Add) -> None:
    bob = add("bob")
    first, second, third, kept = begin(app, ann), begin(app, ann), begin(app, ann), begin(app, bob)
    page = app.call("auth/sessions").assert_success()
    assert "4 sessions" in page.texts
    page.button(key=f"auth/sessions/list/{first}/end").click().run()
    assert not signed_in(app, first)
    assert signed_in(app, second)
    page.button(key=f"auth/sessions/{ann.id}/end-all").click().run()
    assert "Ann is signed out everywhere" in said(page.assert_success())
    assert not signed_in(app, third)
    assert signed_in(app, kept)


def test_sessions_are_found_by_person(app: HostApp, ann: UserInfo, add: Add) -> None:
    begin(app, ann)
    begin(app, add("bob"))
    page = app.call("auth/sessions", q="bo").assert_success()
    assert "Bob" in page.texts
    assert "Ann" not in page.texts
