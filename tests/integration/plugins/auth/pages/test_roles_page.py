"""Roles, what they inherit, and the matrix."""

from collections.abc import Callable

from host import Principal
from host.testing import HostApp, reader
from plugins.auth.values import UserInfo
from tests.integration.plugins.auth.pages.conftest import keys, markup, said

LOOKER = reader("auth.users.read", user_id="looker")


def cell(app: HostApp, role: str, permission: str) -> object:
    with app.context():
        rows = app.services("auth").roles.matrix().rows
    return next(row for row in rows if row.permission == permission).cells[role]


def test_every_role_and_every_permission_stand_in_the_matrix(app: HostApp) -> None:
    page = app.call("auth/roles").assert_success()
    assert {"Viewer", "Editor", "Operator", "Administrator"} <= set(page.texts)
    assert {"Make API tokens of one's own", "from Viewer", "by default", "everything"} <= set(page.texts)
    assert '<th scope="row"' in markup(page)


def test_a_word_is_said_on_a_permission_and_taken_back(app: HostApp) -> None:
    page = app.call("auth/roles", role="editor").assert_success()
    key = "auth/roles/editor/says/auth.users.read"
    page.selectbox(key=key).set_value("grant").run()
    assert "Changed: auth.users.read." in said(page.assert_success())
    assert cell(app, "editor", "auth.users.read").held
    page.selectbox(key=key).set_value("deny").run()
    assert not cell(app, "editor", "auth.users.read").held
    page.selectbox(key=key).set_value("default").run()
    assert cell(app, "editor", "auth.users.read").explicit is None


def test_a_role_is_added_renamed_and_removed(app: HostApp) -> None:
    page = app.call("auth/roles").assert_success()
    page.text_input(key="auth/roles/new/title").set_value("Night shift")
    page.text_input(key="auth/roles/new/name").set_value("night")
    page.multiselect(key="auth/roles/new/parents").set_value(["viewer"])
    page.button(key="auth/roles/new/add").click().run()
    assert page.assert_success().query_params["role"] == "night"
    page.text_input(key="auth/roles/night/about/title").set_value("Night watch").run()
    page.button(key="auth/roles/night/about/rename").click().run()
    assert "Night watch" in page.assert_success().texts
    page.button(key="auth/roles/night/about/remove").click().run()
    assert "Night watch" not in page.assert_success().texts
    assert "auth/roles/night/open" not in keys(page)


def test_a_circle_is_refused_in_words_and_the_choice_stays(app: HostApp) -> None:
    page = app.call("auth/roles", role="viewer", language="de").assert_success()
    key = "auth/roles/viewer/about/parents"
    with app.context(language="de"):
        page.multiselect(key=key).set_value(["editor"]).run()
        page.button(key="auth/roles/viewer/about/inherit").click().run()
    [error] = page.assert_success().error
    assert "Eine Rolle kann nicht von sich selbst erben" in error.value
    assert page.multiselect(key=key).value == ["editor"]
    with app.context(language="de"):
        page.multiselect(key=key).set_value([]).run()
    assert not page.error


def test_the_administrators_role_and_those_who_only_look_get_no_controls(app: HostApp) -> None:
    assert not app.call("auth/roles", role="admin").assert_success().selectbox
    assert not app.call("auth/roles", role="editor", principal=LOOKER).assert_success().selectbox
    assert "auth/roles/new/add" not in keys(app.call("auth/roles", principal=LOOKER))


def test_a_permission_is_found_by_its_title(app: HostApp) -> None:
    page = app.call("auth/roles", role="editor", q="API").assert_success()
    assert [box.key for box in page.selectbox] == ["auth/roles/editor/says/auth.tokens"]


def test_an_unknown_role_shows_all(app: HostApp) -> None:
    page = app.call("auth/roles", role="<b>gone</b>").assert_success()
    assert page.warning
    assert "Viewer" in page.texts


def test_a_changed_role_disturbs_only_those_whom_it_concerns(
    app: HostApp, add: Callable[..., UserInfo], acting: Callable[[UserInfo], Principal]
) -> None:
    people = {name: add(name, role) for name, role in (("ann", "editor"), ("bob", "viewer"), ("cleo", "admin"))}
    before = {name: acting(person).epoch for name, person in people.items()}
    page = app.call("auth/roles", role="editor").assert_success()
    page.selectbox(key="auth/roles/editor/says/auth.users.read").set_value("grant").run()
    page.assert_success()
    assert {name for name, person in people.items() if acting(person).epoch != before[name]} == {"ann"}
