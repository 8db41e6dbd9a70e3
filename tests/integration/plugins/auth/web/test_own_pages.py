"""One's own password and second factor: only by oneself, only after a fresh proof, nothing half done."""

import re
import time
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select

from plugins.auth.models import SignInSession, User
from tests.attacks import attack
from tests.integration.plugins.auth.web.conftest import PASSWORD, sign_in

FACTOR, CHANGE, CODE = "/x/auth/account/second-factor", "/x/auth/account/password", "/x/auth/code"
NEW = "quiet harbour sings at dusk"


@pytest.fixture
def person(house, request):
    """Somebody of the test's own: the login, and a browser that is signed in."""
    login = re.sub(r"\W+", "-", request.node.name)[:40]
    with house.office() as services:
        services.users.add(login, "Grace Hopper", PASSWORD)
    browser = house.browser(Accept="text/html")
    browser.get("/x/auth/sign-in")
    assert sign_in(browser, login=login).status_code == 303
    return login, browser


def secret_of(answer):
    return re.search(r'class="secret"[^>]*>([A-Z2-7 ]+)<', answer.text)[1].replace(" ", "")


def code(secret, step=0):
    return pyotp.TOTP(secret).at(int(time.time()) + 30 * step)


def enrolled(browser):
    """Turn the second factor on; return its secret and the recovery codes."""
    secret = secret_of(browser.post(FACTOR, data={"do": "begin"}))
    answer = browser.post(FACTOR, data={"do": "confirm", "code": code(secret)})
    codes = re.findall(r"<li>([A-Z0-9-]{19})</li>", answer.text)
    assert len(codes) == 10, answer.text
    return secret, codes


def let_the_proof_age(house, login):
    owned = select(SignInSession).join(User, User.id == SignInSession.user_id).where(User.login == login)
    with house.office() as services, services.database.begin() as unit:
        for row in unit.session.scalars(owned):
            row.confirmed_at -= timedelta(hours=1)


def test_strangers_have_no_account_pages(house):
    browser = house.browser(Accept="text/html")
    for place in (FACTOR, CHANGE):
        assert browser.get(place).headers["location"].startswith("/x/auth/sign-in?next=")
        assert browser.post(place, data={"do": "off"}).status_code == 401


@attack(
    "the cookie of a half-finished sign-in, or a planted one, is used in the app",
    "it opens nothing, and each step gets a new one",
)
def test_every_step_has_a_token_of_its_own_and_no_step_is_left_out(house, person):
    login, first = person
    secret, _ = enrolled(first)
    browser = house.browser(Accept="text/html")
    browser.cookies.set("sid", "planted")
    asked = sign_in(browser, login=login, next="/?page=home")
    assert asked.headers["location"] == f"{CODE}?next=%2F%3Fpage%3Dhome"
    half_way = [each.value for each in browser.cookies.jar if each.name == "sid" and each.value != "planted"]
    browser = house.browser(Accept="text/html", Cookie=f"sid={half_way[0]}")
    assert browser.get("/").status_code == 303
    assert browser.get(FACTOR).status_code == 303
    wrong = browser.post(CODE, data={"code": "000000"})
    assert wrong.status_code == 422
    assert 'href="#code"' in wrong.text
    done = browser.post(asked.headers["location"], data={"code": code(secret, 1), "next": "/?page=home"})
    assert done.headers["location"] == "/?page=home"
    token = re.match(r"sid=([^;]+)", done.headers["set-cookie"])[1]
    assert token not in (half_way[0], "planted")
    assert house.browser(Accept="text/html", Cookie=f"sid={token}").get("/").status_code == 200
    assert browser.get("/").status_code == 303


@attack(
    "a recovery code is used for a second sign-in",
    "refused",
)
def test_a_code_counts_once(house, person):
    login, first = person
    _, codes = enrolled(first)
    for status in (303, 422):
        browser = house.browser()
        sign_in(browser, login=login)
        assert browser.post(f"{CODE}?with=recovery", data={"code": codes[0]}).status_code == status


@attack(
    "who finds a browser signed in turns the second factor on or off",
    "the password is asked for",
)
def test_an_old_proof_is_asked_for_anew(house, person):
    login, browser = person
    let_the_proof_age(house, login)
    page = browser.get(FACTOR)
    assert 'autocomplete="current-password"' in page.text
    assert f'value="{login}" autocomplete="username"' in page.text
    for typed in ({}, {"old": "wrong wrong wrong"}):
        refused = browser.post(FACTOR, data={"do": "begin", **typed})
        assert refused.status_code == 422
        assert 'href="#old"' in refused.text
        assert 'class="secret"' not in refused.text
    assert secret_of(browser.post(FACTOR, data={"do": "begin", "old": PASSWORD}))
    assert 'autocomplete="current-password"' not in browser.get(FACTOR).text


def test_a_wrong_code_keeps_the_key_that_was_scanned(person):
    _, browser = person
    secret = secret_of(browser.post(FACTOR, data={"do": "begin"}))
    assert secret_of(browser.post(FACTOR, data={"do": "confirm", "code": "000000"})) == secret
    assert secret_of(browser.post(FACTOR, data={"do": "confirm", "code": "", "lang": "de"})) == secret


def test_new_recovery_codes_replace_the_old_ones_and_off_is_off(house, person):
    login, browser = person
    _, codes = enrolled(browser)
    answer = browser.post(FACTOR, data={"do": "codes"})
    fresh = re.findall(r"<li>([A-Z0-9-]{19})</li>", answer.text)
    assert len(fresh) == 10
    assert not set(fresh) & set(codes)
    other = house.browser()
    sign_in(other, login=login)
    assert other.post(f"{CODE}?with=recovery", data={"code": codes[0]}).status_code == 422
    assert "The second factor is off." in browser.post(FACTOR, data={"do": "off"}).text
    assert sign_in(house.browser(), login=login).headers["location"] == "/"


@attack(
    "a thief's session goes on after the owner changed the password",
    "it is over, and the owner's own cookie is a new one",
)
def test_a_new_password_signs_the_other_devices_out(house, person):
    login, browser = person
    other = house.browser(Accept="text/html")
    sign_in(other, login=login)
    before = browser.cookies["sid"]
    wrong = browser.post(CHANGE, data={"old": "wrong wrong wrong", "password": NEW, "again": NEW})
    assert wrong.status_code == 422
    assert 'href="#old"' in wrong.text
    assert other.get("/").status_code == 200
    done = browser.post(CHANGE, data={"old": PASSWORD, "password": NEW, "again": NEW, "next": "/?page=home"})
    assert done.status_code == 303
    assert browser.cookies["sid"] != before
    assert browser.get("/").status_code == 200
    assert other.get("/").status_code == 303
    page = browser.get(done.headers["location"])
    assert "The new password is set." in page.text
    assert 'href="/?page=home"' in page.text
    assert sign_in(house.browser(), login=login).status_code == 422
    assert sign_in(house.browser(), login=login, password=NEW).status_code == 303
