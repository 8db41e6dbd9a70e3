"""The sign-in page over the wire: what it answers, to whom, and with which cookies."""

import re

import pytest

from host.testing.distributions import TemporaryDistributions
from tests.attacks import attack
from tests.integration.plugins.auth.web.conftest import LOGIN, PASSWORD, sign_in

PAGE = "/x/auth/sign-in"
BADGE = """
from starlette.responses import PlainTextResponse

from host import SIGNED_IN, Plugin, Route, SignInMethod, hookimpl


def begin(request):
    return PlainTextResponse("hold it near")


class Hooks:
    @hookimpl
    def sign_in_methods(self, services):
        return [SignInMethod(name="badge", title="With your <badge>", start="/begin")]

    @hookimpl
    def routes(self, services):
        return [Route(path="/begin", endpoint=begin, permission=SIGNED_IN, public=True)]


plugin = Plugin(hooks=Hooks)
"""


def set_cookies(answer):
    return {each.partition("=")[0]: each for each in answer.headers.get_list("set-cookie")}


def test_the_cookie_goes_with_the_window_unless_told_otherwise(house):
    browser = house.browser()
    browser.get(PAGE)
    cookie = set_cookies(sign_in(browser))["sid"].lower()
    assert {"httponly", "samesite=lax", "path=/"} <= {part.strip() for part in cookie.split(";")}
    assert "max-age" not in cookie
    assert "secure" not in cookie
    kept = set_cookies(sign_in(house.browser(), remember="yes"))["sid"].lower()
    assert f"max-age={30 * 24 * 3600};" in kept


def test_the_device_is_known_before_anything_is_sent(house):
    browser = house.browser()
    assert "device" in set_cookies(browser.get(PAGE))
    assert "device" not in set_cookies(sign_in(browser))


def test_a_stranger_is_led_to_sign_in_and_back(house):
    browser = house.browser(Accept="text/html")
    asked = browser.get("/?page=home&x=1")
    assert asked.status_code == 303
    assert asked.headers["location"].startswith(f"{PAGE}?next=")
    form = browser.get(asked.headers["location"])
    (kept,) = re.findall(r'name="next" value="([^"]+)"', form.text)
    assert kept == "/?page=home&amp;x=1"
    assert sign_in(browser, next="/?page=home&x=1").headers["location"] == "/?page=home&x=1"
    assert browser.get("/").status_code == 200
    led_on = browser.get(PAGE, params={"next": "/?page=home"})
    assert (led_on.status_code, led_on.headers["location"]) == (303, "/?page=home")


@attack(
    "after sign-in `next` leads to another site",
    "the start page follows",
)
@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example", "/\\evil.example", "/\t/evil.example"])
def test_nobody_is_led_away(house, away):
    assert sign_in(house.browser(), next=away).headers["location"] == "/"


@attack(
    "the answers to an unknown login and to a wrong password are compared",
    "they are the same page",
)
def test_an_unknown_login_and_a_wrong_password_get_the_same_answer(house):
    known = house.browser().post(PAGE, data={"login": LOGIN, "password": "wrong wrong wrong"})
    unknown = house.browser().post(PAGE, data={"login": "bob", "password": "wrong wrong wrong"})
    assert known.status_code == unknown.status_code == 422
    assert known.text.replace(f'value="{LOGIN}"', "") == unknown.text.replace('value="bob"', "")
    assert "sid" not in set_cookies(known)


@attack(
    "markup is typed as the login",
    "it is shown as text, and the password not at all",
)
def test_what_was_typed_stays_but_the_password(house):
    answer = house.browser().post(PAGE, data={"login": 'a"><script>alert(1)</script>', "password": "s3cret s3cret"})
    assert 'value="a&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"' in answer.text
    assert "<script" not in answer.text
    assert "s3cret" not in answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_each_empty_input_has_its_fault(house):
    answer = house.browser().post(PAGE, data={"login": " ", "password": ""})
    for name in ("login", "password"):
        assert f'<a href="#{name}">' in answer.text
        assert f'aria-describedby="{name}-fault" aria-invalid="true"' in answer.text
    assert answer.text.count("autofocus") == 1


@attack(
    "another site sends the sign-in form",
    "refused",
)
@pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
def test_a_form_from_elsewhere_is_refused(house, origin):
    browser = house.browser()
    browser.headers["Origin"] = origin
    assert sign_in(browser).status_code == 403
    del browser.headers["Origin"]
    assert sign_in(browser).status_code == 403


@attack(
    "a form of 40 kB, with broken characters or of sixty fields is sent",
    "refused",
)
def test_a_form_that_is_too_large_or_unreadable_is_refused(house):
    browser = house.browser(**{"Content-Type": "application/x-www-form-urlencoded"})
    assert browser.post(PAGE, content=b"login=" + b"a" * 40_000).status_code == 413
    assert browser.post(PAGE, content=b"login=\xff").status_code == 400
    assert browser.post(PAGE, content=b"&".join(b"a=1" for _ in range(60))).status_code == 400


def test_the_language_follows_the_browser_then_the_choice(house):
    browser = house.browser(**{"Accept-Language": "de-AT,de;q=0.9"})
    assert '<html lang="de"' in browser.get(PAGE).text
    chosen = browser.get(PAGE, params={"lang": "en", "next": "/?page=home"})
    assert '<html lang="en"' in chosen.text
    assert 'name="next" value="/?page=home"' in chosen.text
    assert set_cookies(chosen)["language"].startswith("language=en;")
    assert '<html lang="en"' in browser.get(PAGE).text
    assert '<html lang="en"' in browser.get(PAGE, params={"lang": "xx"}).text


def test_the_language_can_be_changed_without_losing_what_was_typed(house):
    browser = house.browser()
    failed = browser.post(PAGE, data={"login": "bob", "password": "wrong wrong wrong"})
    assert '<button form="form" name="lang" value="de"' in failed.text
    german = browser.post(PAGE, data={"login": "bob", "password": PASSWORD, "lang": "de"})
    assert german.status_code == 200
    assert '<html lang="de"' in german.text
    assert 'value="bob"' in german.text
    assert "sid" not in set_cookies(german)
    # The address may still name the language that the page was opened in.
    again = browser.post(PAGE, params={"lang": "en"}, data={"login": "bob", "password": "wrong wrong wrong"})
    assert '<html lang="de"' in again.text


def test_the_chosen_look_of_the_app_holds_here(house):
    browser = house.browser()
    assert "data-look" not in browser.get(PAGE).text
    browser.cookies.set("theme", "dark")
    assert '<html lang="en" data-look="dark">' in browser.get(PAGE).text


@attack(
    "signing out by a mere link; the cookie is used again afterwards",
    "a link signs nobody out; the cookie opens nothing",
)
def test_signing_out_ends_the_session_for_good(house):
    browser = house.browser(Accept="text/html")
    browser.get(PAGE)
    sign_in(browser)
    token = browser.cookies["sid"]
    assert browser.get("/x/auth/sign-out").status_code in (303, 404, 405)
    assert browser.get("/").status_code == 200
    out = browser.post("/x/auth/sign-out")
    assert out.status_code == 303
    assert out.headers["clear-site-data"] == '"cache"'
    assert 'sid=""' in set_cookies(out)["sid"]
    assert "device" not in set_cookies(out)
    assert "device" in browser.cookies
    replayed = house.browser(Accept="text/html")
    replayed.cookies.set("sid", token)
    assert replayed.get("/").status_code == 303
    # A second time there is nothing to end, and nothing that tells.
    assert browser.post("/x/auth/sign-out").headers["location"] == out.headers["location"]


def test_too_many_attempts_say_how_long_to_wait(house):
    browser = house.browser()
    for _ in range(12):
        answer = browser.post(PAGE, data={"login": "carol", "password": "wrong wrong wrong"})
        if answer.status_code == 429:
            break
    assert answer.status_code == 429
    assert re.search(r"possible in \d+ (second|minute)", answer.text)
    assert int(answer.headers["retry-after"]) > 0
    assert 'value="carol"' in answer.text


def test_under_tls_the_cookie_is_bound_to_the_host(open_house):
    house = open_house(APP_SERVER__BEHIND_TLS="true")
    browser = house.browser()
    browser.headers["Origin"] = house.url.replace("http:", "https:")
    form = {"name": "Ada", "login": LOGIN, "password": PASSWORD, "again": PASSWORD}
    cookie = set_cookies(browser.post(house.setup_path(), data=form))["__Host-sid"].lower()
    assert {"httponly", "samesite=lax", "path=/", "secure"} <= {part.strip() for part in cookie.split(";")}
    assert "domain" not in cookie


def test_every_other_way_to_sign_in_has_a_button(open_house, tmp_path):
    TemporaryDistributions(tmp_path).add("acme-badge", {"badge": {"plugin.py": BADGE}})
    house = open_house(plugins="[plugins.badge]\n", PYTHONPATH=str(tmp_path))
    browser = house.browser()
    page = browser.get(PAGE, params={"next": "/?page=home"})
    begins = "/x/badge/begin?next=%2F%3Fpage%3Dhome"
    assert f'<a class="button" href="{begins}">With your &lt;badge&gt;</a>' in page.text
    assert browser.get(begins).text == "hold it near"


def test_who_was_signed_out_meanwhile_is_told_so(house):
    browser = house.browser(Accept="text/html")
    assert "Your session has ended." not in browser.get(PAGE).text
    sign_in(browser)
    with house.office() as services:
        user = services.users.by_login(LOGIN)
        for session in services.sessions.of(user.id):
            services.sessions.end(session.id, "by_operator")
    asked = browser.get("/?page=home")
    assert asked.status_code == 303
    assert "Your session has ended." in browser.get(asked.headers["location"]).text
