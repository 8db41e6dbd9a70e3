"""Links to make an account and to choose a new password: looked at by anybody, used once."""

import re

import pytest

from tests.attacks import attack
from tests.integration.plugins.auth.web.conftest import LOGIN, PASSWORD, sign_in

NEW = "quiet harbour sings at dusk"


@pytest.fixture
def invitation(house):
    with house.office() as services:
        return services.links.make_invite(("viewer",), "Grace").path


def joins(browser, path, login, **more):
    form = {"name": login.title(), "login": login, "password": PASSWORD, "again": PASSWORD, **more}
    return browser.post(path, data=form)


def test_a_setup_link_of_yesterday_says_what_to_do(house):
    answer = house.browser().get("/x/auth/setup/" + "a" * 43)
    assert answer.status_code == 410
    assert "restart the app" in answer.text


@attack(
    "a mail scanner opens an invitation before its owner; somebody uses it twice",
    "opening uses nothing up; it makes one account",
)
def test_an_invitation_is_looked_at_often_and_used_once(house, invitation):
    for _ in range(3):
        assert house.browser().get(invitation).status_code == 200
    grace = house.browser()
    entered = joins(grace, invitation, "grace")
    assert (entered.status_code, entered.headers["location"]) == (303, "/")
    assert grace.get("/").status_code == 200
    assert joins(house.browser(), invitation, "mallory").status_code == 410
    assert house.browser().get(invitation).status_code == 410


def test_what_is_wrong_uses_no_invitation_up(house, invitation):
    browser = house.browser()
    taken = joins(browser, invitation, LOGIN.upper())
    assert taken.status_code == 422
    assert '<a href="#login">' in taken.text
    weak = joins(browser, invitation, "hedy", password="password123", again="password123")
    assert '<a href="#password">' in weak.text
    unlike = joins(browser, invitation, "hedy", again="something else entirely")
    assert '<a href="#again">' in unlike.text
    assert 'value="hedy"' in unlike.text
    assert PASSWORD not in unlike.text
    assert joins(browser, invitation, "hedy").status_code == 303


@attack(
    "an invitation's token is put into the address of another kind of link",
    "it leads nowhere",
)
def test_an_invitation_is_no_link_of_another_kind(house, invitation):
    token = invitation.rpartition("/")[2]
    for kind in ("setup", "reset"):
        assert house.browser().get(f"/x/auth/{kind}/{token}").status_code == 410


def test_nobody_makes_an_account_unasked(house):
    assert house.browser().get("/x/auth/sign-up").status_code == 410
    assert joins(house.browser(), "/x/auth/sign-up", "eve").status_code == 410
    assert "/x/auth/sign-up" not in house.browser().get("/x/auth/sign-in").text


def test_a_reset_signs_out_everywhere_and_asks_to_sign_in(house):
    with house.office() as services:
        user = services.users.add("rosalind", "Rosalind", PASSWORD)
        path = services.links.make_reset(user.id).path
    before = house.browser(Accept="text/html")
    assert sign_in(before, login="rosalind").status_code == 303
    assert house.browser().get(path).status_code == 200
    browser = house.browser(Accept="text/html")
    done = browser.post(path, data={"password": NEW, "again": NEW})
    assert done.headers["location"] == "/x/auth/sign-in?note=reset"
    assert "The new password is set." in browser.get(done.headers["location"]).text
    assert before.get("/").status_code == 303
    assert sign_in(browser, login="rosalind").status_code == 422
    assert sign_in(browser, login="rosalind", password=NEW).status_code == 303
    assert browser.post(path, data={"password": PASSWORD, "again": PASSWORD}).status_code == 410


def test_who_was_given_a_password_chooses_another_one_first(house):
    with house.office() as services:
        services.users.add("lise", "Lise", PASSWORD, must_change=True)
    browser = house.browser(Accept="text/html")
    first = sign_in(browser, login="lise", next="/?page=home")
    assert first.headers["location"] == "/x/auth/new-password?next=%2F%3Fpage%3Dhome"
    half_way = browser.cookies["sid"]
    assert browser.get("/").headers["location"].startswith("/x/auth/sign-in")
    place = first.headers["location"]
    assert "<h1>Choose a new password</h1>" in browser.get(place).text
    same = browser.post(place, data={"password": PASSWORD, "again": PASSWORD})
    assert same.status_code == 422
    done = browser.post(place, data={"password": NEW, "again": NEW})
    assert done.headers["location"] == "/?page=home"
    assert browser.cookies["sid"] != half_way
    assert browser.get("/").status_code == 200


@attack(
    "the page for the code or the new password is opened without the password",
    "it leads back to the beginning",
)
def test_a_step_without_the_one_before_begins_anew(house):
    for place in ("/x/auth/code", "/x/auth/new-password"):
        browser = house.browser()
        assert browser.get(place).headers["location"] == "/x/auth/sign-in?note=late"
        sent = browser.post(place, data={"code": "000000", "password": NEW, "again": NEW})
        assert sent.headers["location"] == "/x/auth/sign-in?note=late"


@attack(
    "somebody who reads the log looks for links to use",
    "no token stands there",
)
def test_links_stay_out_of_the_logs(house, invitation):
    token = invitation.rpartition("/")[2]
    house.browser().get(invitation)
    house.browser().get(f"/x/auth/reset/{token}")
    house.browser().post(invitation, data={"name": "x" * 500})
    assert re.search(r"/x/auth/", house.logged())
    assert token not in house.logged()


def test_where_anybody_may_join_the_page_says_so(open_house):
    house = open_house('sign_up = "open"')
    house.make_first_account()
    assert 'href="/x/auth/sign-up"' in house.browser().get("/x/auth/sign-in").text
    browser = house.browser()
    assert joins(browser, "/x/auth/sign-up", "emmy").headers["location"] == "/"
    assert browser.get("/").status_code == 200
