"""An app with sign-in, people in it, and the moves that page tests make."""

from collections.abc import Callable, Iterator

import pytest

from host import Principal
from host.testing import HostApp, HostAppFactory
from host.testing.pages import PageTest
from plugins.auth.values import UserInfo


@pytest.fixture
def app(make_host_app: HostAppFactory) -> Iterator[HostApp]:
    """An app; the test stands in a run of its own, because choices are read as the page writes them."""
    booted = make_host_app(["home", "auth"])
    with booted.context():
        yield booted


@pytest.fixture
def add(app: HostApp) -> Callable[..., UserInfo]:
    """Add a person: ``add("ann", "editor")``."""

    def make(login: str, *roles: str, password: str | None = None) -> UserInfo:
        with app.context():
            users = app.services("auth").users
            return users.add(login, login.title(), password=password, roles=roles or ("viewer",))

    return make


@pytest.fixture
def acting(app: HostApp) -> Callable[..., Principal]:
    """Return a person's own principal, as signing in would give it."""

    def principal(person: UserInfo) -> Principal:
        found = app.principals.behind.principal(person.id)
        assert found is not None
        return found

    return principal


def markup(page: PageTest) -> str:
    """Return every piece of HTML on the page."""
    return "\n".join(str(each.proto.body) for each in page.get("html"))


def said(page: PageTest) -> str:
    """Return every toast."""
    return "\n".join(each.value for each in page.toast).replace("\\", "")


def keys(page: PageTest) -> set[str]:
    """Return the keys of every button."""
    return {str(button.key) for button in page.button}
