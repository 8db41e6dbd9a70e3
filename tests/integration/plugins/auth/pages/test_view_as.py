"""Beginning and ending to see the app as somebody else, over HTTP."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from host import Credentials, Principal
from host.testing import HostApp
from host.testing.http import BASE
from plugins.auth.values import UserInfo

Add = Callable[..., UserInfo]
Acting = Callable[[UserInfo], Principal]
ORIGIN = {"Origin": BASE}


@pytest.fixture
def signed_in(app: HostApp, acting: Acting) -> Callable[[UserInfo], Principal]:
    """Return a person's principal with a session of theirs."""

    def begin(person: UserInfo) -> Principal:
        credentials = Credentials(client="192.0.2.7", user_agent="Firefox/140", device="device")
        begun = app.services("auth").session_store.begin(person.id, "password", credentials)
        return replace(acting(person), session=begun.id)

    return begin


def viewed(app: HostApp, session: str) -> str | None:
    [row] = [row for row in app.services("auth").sessions.everyone().rows if row.id == session]
    return str(row.view_as) if row.view_as else None


def post(app: HostApp, principal: Principal, path: str, **form: str) -> tuple[int, str]:
    answer = app.client(principal).post(f"/x/auth/{path}", data=form, headers=ORIGIN)
    return answer.status_code, answer.headers.get("location", "")


def test_it_begins_at_the_start_page_and_ends_at_the_person(
    app: HostApp, add: Add, signed_in: Callable[[UserInfo], Principal]
) -> None:
    ann, chief = add("ann"), signed_in(add("chief", "admin"))
    assert post(app, chief, "view-as", user=ann.id) == (303, "/")
    assert viewed(app, chief.session) == ann.id
    eyes = app.principals.behind.signed_in(ann.id, chief.session)  # type: ignore[attr-defined]
    assert (eyes.name, eyes.viewed_by) == ("Ann", chief.user_id)
    assert post(app, eyes, "view-as/end") == (303, f"/?page=auth/user&id={ann.id}")
    assert viewed(app, chief.session) is None


def test_nobody_looks_through_the_eyes_of_those_who_may_do_more(
    app: HostApp, add: Add, signed_in: Callable[[UserInfo], Principal]
) -> None:
    boss, helper = add("boss", "admin"), add("helper", "operator")
    app.services("auth").users.set_permission(helper.id, "auth.view_as", "grant")
    helping = signed_in(helper)
    assert post(app, helping, "view-as", user=boss.id) == (303, "/?page=auth/users")
    assert viewed(app, helping.session) is None


def test_it_needs_the_permission(app: HostApp, add: Add, signed_in: Callable[[UserInfo], Principal]) -> None:
    ann, bob = add("ann"), signed_in(add("bob", "operator"))
    status, _ = post(app, bob, "view-as", user=ann.id)
    assert status == 403
    assert viewed(app, bob.session) is None


def test_a_form_of_another_site_is_refused(app: HostApp, add: Add, signed_in: Callable[[UserInfo], Principal]) -> None:
    ann, chief = add("ann"), signed_in(add("chief", "admin"))
    foreign = {"Origin": "https://evil.example"}
    answer = app.client(chief).post("/x/auth/view-as", data={"user": ann.id}, headers=foreign)
    assert answer.status_code == 403
    assert viewed(app, chief.session) is None


def test_somebody_who_does_not_exist_leads_back_to_the_list(
    app: HostApp, add: Add, signed_in: Callable[[UserInfo], Principal]
) -> None:
    chief = signed_in(add("chief", "admin"))
    assert post(app, chief, "view-as", user="0" * 32) == (303, "/?page=auth/users")
    assert post(app, chief, "view-as") == (303, "/?page=auth/users")


def test_ending_without_having_begun_changes_nothing(
    app: HostApp, add: Add, signed_in: Callable[[UserInfo], Principal]
) -> None:
    assert post(app, signed_in(add("chief", "admin")), "view-as/end") == (303, "/")
