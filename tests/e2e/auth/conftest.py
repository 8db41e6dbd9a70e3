"""An app with sign-in, and browsers before its door."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx
import pyotp
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Reader, RunningApp, app_run

PLUGINS = "[plugins.auth]\n[plugins.home]\n"
LOGIN, PASSWORD = "ada", "copper lantern drifts north"
SETUP = "/x/auth/setup/"


@dataclass
class Visitor:
    """Somebody with a browser before the door."""

    reader: Reader

    @property
    def page(self) -> Page:
        return self.reader.page

    def goes(self, path: str) -> "Visitor":
        """Open an address of the app."""
        self.page.goto(self.reader.app.url.rstrip("/") + path)
        return self

    def types(self, **inputs: str) -> "Visitor":
        """Fill inputs by their name."""
        for name, value in inputs.items():
            self.page.locator(f"#{name}").fill(value)
        return self

    def presses(self, label: str) -> "Visitor":
        """Press a button of the page."""
        self.page.get_by_role("button", name=label, exact=True).click()
        return self

    def follows(self, label: str) -> "Visitor":
        """Follow a link of the page."""
        self.page.get_by_role("link", name=label, exact=True).click()
        return self

    def sees(self, text: str) -> "Visitor":
        """Wait for a text of the page."""
        expect(self.page.get_by_text(text).first).to_be_visible()
        return self

    def heading(self, text: str) -> "Visitor":
        """Wait for the page with this heading."""
        expect(self.page.get_by_role("heading", level=1, name=text, exact=True)).to_be_visible()
        return self

    def is_in(self) -> "Visitor":
        """Wait until the app is drawn."""
        self.reader.drawn()
        return self

    def signs_in(self, login: str = LOGIN, password: str = PASSWORD) -> "Visitor":
        """Fill in and send the form of the sign-in page."""
        self.types(login=login, password=password)
        self.page.locator("form#form button.primary").click()
        return self

    def focused(self) -> Locator:
        """Return what has the focus."""
        return self.page.locator(":focus")


def setup_path(app: RunningApp) -> str:
    """Return the path of the link that the start has shown."""
    line = next((line for line in app.web.heard if SETUP in line), "") or app.web.hears(SETUP)
    return SETUP + line.partition(SETUP)[2].split()[0]


def make_first_account(app: RunningApp) -> None:
    """Use the link up as a browser would."""
    url = urlsplit(app.url)
    form = {"name": "Ada Lovelace", "login": LOGIN, "password": PASSWORD, "again": PASSWORD}
    origin = f"{url.scheme}://{url.netloc}"
    answer = httpx.post(origin + setup_path(app), data=form, headers={"Origin": origin}, timeout=30)
    assert answer.status_code == 303, answer.text


def code_of(secret: str, step: int = 0) -> str:
    """Return the code of an authenticator app, `step` half minutes from now."""
    return pyotp.TOTP(secret.replace(" ", "")).at(int(time.time()) + 30 * step)


@pytest.fixture(scope="module")
def running_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """An app that nobody has an account in yet."""
    with app_run(tmp_path_factory.mktemp("app"), PLUGINS) as app:
        yield app


@pytest.fixture
def come(read: Callable[..., Reader]) -> Callable[..., Visitor]:
    """Let visitors come, each with a browser of their own; takes what `read` takes."""

    def make(**options: object) -> Visitor:
        return Visitor(read(**options))

    return make
