"""An app with its first administrator, and browsers that are signed in."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from tests.e2e.auth.conftest import LOGIN, PASSWORD, Visitor, make_first_account
from tests.e2e.conftest import Reader, RunningApp, app_run

PLUGINS = "[plugins.auth]\n[plugins.home]\n[plugins.admin]\n"


@pytest.fixture(scope="module")
def running_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    with app_run(tmp_path_factory.mktemp("app"), PLUGINS) as app:
        make_first_account(app)
        yield app


@pytest.fixture
def come_in(read: Callable[..., Reader]) -> Callable[..., Reader]:
    """Let somebody sign in, with a browser of their own: ``come_in("ben", locale="de-DE")``."""

    def make(login: str = LOGIN, **options: object) -> Reader:
        visitor = Visitor(read(**options))
        visitor.goes("/x/auth/sign-in").signs_in(login, PASSWORD).is_in()
        return visitor.reader

    return make


@pytest.fixture
def add(read: Callable[..., Reader]) -> Callable[[Reader, str, str], None]:
    """Add a person as operators do, by the page and the link that it shows: ``add(operator, "ben", "Ben")``."""

    def make(operator: Reader, login: str, name: str) -> None:
        page = operator.open("auth/users").page
        page.get_by_test_id("stMain").get_by_role("button", name="Add a person").first.click()
        body = page.get_by_test_id("stPopoverBody")
        body.get_by_label("Login").fill(login)
        body.get_by_label("Name", exact=True).fill(name)
        body.get_by_label("Name", exact=True).press("Tab")
        body.get_by_role("button", name="Add and make a link").click()
        link = page.get_by_test_id("stCode").locator("code")
        expect(link).to_contain_text("/x/auth/reset/")
        guest = read().page
        guest.goto(link.inner_text().strip())
        for field in guest.locator("input[type=password]").all():
            field.fill(PASSWORD)
        guest.locator("form#form button.primary").click()
        guest.wait_for_url("**/sign-in**")

    return make
