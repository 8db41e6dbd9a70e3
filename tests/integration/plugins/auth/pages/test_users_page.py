"""The list of people and one person's page."""

from collections.abc import Callable
from dataclasses import replace

from host import Principal
from host.testing import HostApp, reader
from plugins.auth.values import UserInfo
from tests.integration.plugins.auth.pages.conftest import keys, markup, said

Add = Callable[..., UserInfo]
LOOKER = reader("auth.users.read", user_id="looker")


def info(app: HostApp, person: UserInfo) -> UserInfo:
    with app.context():
        found: UserInfo = app.services("auth").users.get(person.id)
        return found


def test_people_are_listed_and_found_by_login_or_name(app: HostApp, add: Add) -> None:
    ann, bob = add("ann", "editor"), add("bob")
    page = app.call("auth/users").assert_success()
    assert {"Ann", "Bob"} <= set(page.texts)
    assert "ann · Editor · last seen never" in page.texts
    assert "2 people" in page.texts
    page.text_input(key="auth/users/q").set_value("bo").run()
    assert "Bob" in page.assert_success().texts
    assert f"auth/users/{ann.id}/open" not in keys(page)
    page.button(key=f"auth/users/{bob.id}/open").click().run()
    assert page.assert_success().page == "auth/user"


def test_a_search_without_a_hit_says_so(app: HostApp, add: Add) -> None:
    add("ann")
    assert "So heißt niemand" in app.call("auth/users", q="zoe", language="de").assert_success().texts


def test_whoever_may_only_look_is_offered_no_change(app: HostApp, add: Add) -> None:
    ann = add("ann")
    page = app.call("auth/users", principal=LOOKER).assert_success()
    assert "auth/users/new/add" not in keys(page)
    for view in ("access", "sign-in", "history"):
        shown = app.call("auth/user", principal=LOOKER, id=ann.id, view=view).assert_success()
        changing = {key for key in keys(shown) if key.startswith("auth/user/")} - {"auth/user/all"}
        assert not changing, changing


def test_without_the_permission_the_page_is_closed(app: HostApp) -> None:
    assert "Not open to you" in app.call("auth/users", principal=reader(user_id="bob")).texts


def test_a_person_is_added_with_a_link_that_is_shown_once(app: HostApp) -> None:
    page = app.call("auth/users").assert_success()
    page.text_input(key="auth/users/new/login").set_value("cleo")
    page.text_input(key="auth/users/new/name").set_value("Cleo **C**")
    page.multiselect(key="auth/users/new/roles").set_value(["editor"])
    page.button(key="auth/users/new/add").click().run()
    page.assert_success()
    [link] = [each.value for each in page.code]
    assert "/x/auth/reset/" in link
    with app.context():
        cleo = app.services("auth").users.by_login("cleo")
    assert [given.role for given in cleo.roles] == ["editor"]
    assert r"Cleo \*\*C\*\*" in page.toast[0].value
    page.button(key="auth/users/secret/done").click().run()
    assert not page.assert_success().code


def test_what_was_entered_stays_when_it_is_refused(app: HostApp, add: Add) -> None:
    add("ann")
    page = app.call("auth/users").assert_success()
    page.text_input(key="auth/users/new/login").set_value("ANN")
    page.text_input(key="auth/users/new/name").set_value("Another Ann")
    page.button(key="auth/users/new/add").click().run()
    assert page.assert_success().error
    assert page.text_input(key="auth/users/new/name").value == "Another Ann"
    page.text_input(key="auth/users/new/login").set_value("ann2").run()
    assert not page.error


def test_roles_are_given_and_taken(app: HostApp, add: Add) -> None:
    ann = add("ann")
    page = app.call("auth/user", id=ann.id).assert_success()
    page.selectbox(key="auth/user/roles/role").set_value("editor").run()
    page.button(key="auth/user/roles/give").click().run()
    assert "Ann now has the role Editor" in said(page.assert_success())
    assert "In force on every process" in said(page)
    assert {given.role for given in info(app, ann).roles} == {"viewer", "editor"}
    page.button(key="auth/user/role/viewer/take").click().run()
    page.assert_success()
    assert {given.role for given in info(app, ann).roles} == {"editor"}


def test_a_process_that_has_not_confirmed_is_told(app: HostApp, add: Add) -> None:
    ann = add("ann")
    app.application.host.processes().register("web", "1", "another plan")
    page = app.call("auth/user", id=ann.id).assert_success()
    page.selectbox(key="auth/user/roles/role").set_value("editor").run()
    page.button(key="auth/user/roles/give").click().run()
    assert "Ann now has the role Editor. One process has not confirmed yet" in said(page.assert_success())


def test_a_single_permission_is_denied_explained_and_left_to_the_roles_again(app: HostApp, add: Add) -> None:
    ann = add("ann")
    page = app.call("auth/user", id=ann.id, ask="auth.tokens").assert_success()
    assert "Ann may do this." in page.texts
    assert "by default for the role Viewer (auth.tokens)" in page.texts
    page.selectbox(key="auth/user/single/permission").set_value("auth.tokens").run()
    page.button_group(key="auth/user/single/effect").set_value("deny").run()
    page.button(key="auth/user/single/say").click().run()
    assert "Ann may not do this." in page.assert_success().texts
    assert "denied to this person (auth.tokens)" in page.texts
    assert info(app, ann).permissions == {"auth.tokens": "deny"}
    page.button(key="auth/user/single/auth.tokens/take").click().run()
    assert info(app, ann).permissions == {}


def test_disabling_asks_for_a_reason_and_is_undone(app: HostApp, add: Add) -> None:
    ann = add("ann")
    page = app.call("auth/user", id=ann.id, view="sign-in").assert_success()
    page.text_input(key="auth/user/closing/reason").set_value("left the company")
    page.button(key="auth/user/closing/disable").click().run()
    assert "left the company" in page.assert_success().texts
    assert not info(app, ann).active
    page.button(key="auth/user/closing/enable").click().run()
    assert info(app, ann).active


def test_nobody_disables_themselves_here(app: HostApp, add: Add, acting: Callable[[UserInfo], Principal]) -> None:
    chief = add("chief", "admin")
    page = app.call("auth/user", principal=acting(chief), id=chief.id, view="sign-in").assert_success()
    assert "auth/user/closing/disable" not in keys(page)
    assert "/x/auth/view-as" not in markup(page)


def test_the_history_tells_what_changed_and_hides_personal_data(app: HostApp, add: Add) -> None:
    ann = add("ann")
    with app.context():
        app.services("auth").users.set_roles(ann.id, ["viewer", "editor"])
        app.services("auth").users.rename(ann.id, "Annabel Secret")
    texts = app.call("auth/user", id=ann.id, view="history").assert_success().texts
    assert {"Account added", "Role given: Viewer", "Role given: Editor", "Account changed"} <= set(texts)
    assert not any("Secret" in line for line in texts if "→" in line)


def test_view_as_is_a_form_for_those_who_may(app: HostApp, add: Add) -> None:
    ann = add("ann")
    form = f'name="user" value="{ann.id}"'
    assert form in markup(app.call("auth/user", id=ann.id).assert_success())
    assert form not in markup(app.call("auth/user", principal=LOOKER, id=ann.id))
    viewing = replace(LOOKER, permissions=frozenset({"*"}), viewed_by="chief")
    assert form not in markup(app.call("auth/user", principal=viewing, id=ann.id))


def test_an_unknown_person_is_said_in_words(app: HostApp) -> None:
    assert "There is no such person" in app.call("auth/user", id="0" * 32).assert_success().texts
    assert "There is no such person" in app.call("auth/user").assert_success().texts


def test_names_are_shown_as_written(app: HostApp) -> None:
    with app.context():
        person = app.services("auth").users.add("eve", "<img src=x onerror=alert(1)> **Eve**", roles=("viewer",))
    for path, params in (("auth/users", {}), ("auth/user", {"id": person.id})):
        drawn = markup(app.call(path, **params).assert_success())
        assert "&lt;img src=x" in drawn
        assert "<img src=x" not in drawn
