"""A way to sign in of another plugin, as the manual shows it: its button, its session, and the same second factor."""

import re
from collections.abc import Iterator

import pyotp
import pytest

from host.testing.distributions import TemporaryDistributions
from tests.environments import CHECKOUT
from tests.integration.plugins.auth.web.conftest import NAME, House

MANIFEST = '[plugin]\nhost = ">=1.2,<2"\nrequires = ["auth"]\n'


@pytest.fixture(scope="module")
def badges(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    root = tmp_path_factory.mktemp("badges")
    manual = (CHECKOUT / "docs" / "sign-in.md").read_text("utf-8")
    (code,) = re.findall(r"```python\n(\"\"\"Badges.*?)```", manual, re.DOTALL)
    installed = TemporaryDistributions(root / "installed")
    installed.add("acme-badge", {"badge": {"plugin.py": code, "plugin.toml": MANIFEST}})
    path = f"{root / 'installed'}:{CHECKOUT}"
    house = House(root, plugins="[plugins.badge]\n", PYTHONPATH=path)
    house.make_first_account()
    yield house
    house.run.close()


def person(house: House) -> str:
    with house.office() as services:
        (found,) = services.users.find("", 1).rows
        return str(found.id)


def test_the_button_leads_to_the_other_plugin(badges: House) -> None:
    page = badges.browser().get("/x/auth/sign-in").text
    assert "Hold up your badge" in page
    assert "/x/badge/enter" in page


def test_who_is_proven_is_signed_in_and_led_on(badges: House) -> None:
    browser = badges.browser()
    answer = browser.get(f"/x/badge/enter?person={person(badges)}&next=/?page=settings")
    assert (answer.status_code, answer.headers["location"]) == (303, "/?page=settings")
    assert browser.get("/").status_code == 200
    with badges.office() as services:
        assert "badge" in {each.method for each in services.sessions.of(person(badges))}


def test_the_sign_in_that_the_browser_had_is_over(badges: House) -> None:
    browser = badges.browser()
    browser.get(f"/x/badge/enter?person={person(badges)}")
    old = browser.cookies["sid"]
    browser.get(f"/x/badge/enter?person={person(badges)}")
    assert browser.cookies["sid"] != old
    assert badges.browser().get("/", headers={"Cookie": f"sid={old}"}).status_code == 303


def test_nobody_is_let_in_for_an_unknown_person(badges: House) -> None:
    browser = badges.browser()
    answer = browser.get("/x/badge/enter?person=nobody")
    assert answer.status_code == 403
    assert "sid" not in browser.cookies


def test_who_has_an_authenticator_is_asked_for_its_code(badges: House) -> None:
    who = person(badges)
    with badges.office(who) as services:
        enrolment = services.second_factor.begin(who)
        services.second_factor.confirm(who, pyotp.TOTP(enrolment.secret).now())
    browser = badges.browser()
    answer = browser.get(f"/x/badge/enter?person={who}")
    assert answer.headers["location"].startswith("/x/auth/code")
    assert browser.get("/", headers={"Accept": "text/html"}).status_code == 303
    assert NAME not in browser.get("/x/auth/code").text
