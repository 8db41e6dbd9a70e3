"""What permissions cost on a click: no statement, and next to nothing beside the click itself."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from benchmarks.tables import write
from host import Credentials, Principal, authorize
from host.testing import HostApp, HostAppFactory
from tests.effort import effort

ROUNDS: int = effort(short=2_000, long=50_000)
CHECKS_A_CLICK = 30
"""Pages of the menu, the page itself, a callback, and some services."""


@pytest.fixture
def app(make_host_app: HostAppFactory) -> HostApp:
    """The app with sign-in and an editor who has signed in."""
    return make_host_app(["auth", "warehouse", "home"])


def test_a_click_asks_the_database_nothing_about_permissions(app: HostApp) -> None:
    user_id, session = _signed_in(app)
    application = app.application
    who = _warm(app, lambda: application.authenticator.behind.signed_in(user_id, session))
    assert who.may("warehouse.edit")
    assert not who.may("admin.read")

    with _statements(app) as counted:
        resolving_us = _us(lambda: application.authenticator.behind.signed_in(user_id, session))
        with app.context(who):
            checking_us = _us(lambda: authorize("warehouse.edit"))
    assert counted == []

    began = time.perf_counter()
    app.call("home", principal=who).assert_success()
    page_us = (time.perf_counter() - began) * 1e6
    share = (resolving_us + CHECKS_A_CLICK * checking_us) / page_us
    write(
        f"who comes in {resolving_us:.1f} µs, one check {checking_us:.2f} µs, "
        f"{CHECKS_A_CLICK} checks are {share:.4%} of a click; no statement"
    )
    assert share < 0.1


def test_a_check_costs_the_same_however_many_permissions_there_are() -> None:
    few = Principal("u", "U", permissions=frozenset({"a.read"}))
    many = Principal("u", "U", permissions=frozenset(f"p{n}.read" for n in range(10_000)) | {"a.read"})
    slow, fast = _us(lambda: many.may("a.read")), _us(lambda: few.may("a.read"))
    write(f"a check among 10,000 permissions takes {slow / fast:.2f} times as long as among one")
    assert slow / fast < 5


def _signed_in(app: HostApp) -> tuple[str, str]:
    services = app.services("auth")
    with app.context():
        person = services.users.add("mia", "Mia", roles=("editor",))
    begun = services.session_store.begin(person.id, "password", Credentials(client="192.0.2.1"))
    return person.id, begun.id


def _warm(app: HostApp, ask: Callable[[], Principal | None]) -> Principal:
    """Ask until memory follows the change feed, so that it is believed."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with _statements(app) as counted:
            found = ask()
        assert found is not None
        if not counted:
            return found
        time.sleep(0.1)
    raise AssertionError("memory doesn't follow the change feed")


@contextmanager
def _statements(app: HostApp) -> Iterator[list[str]]:
    """Collect the statements of this thread."""
    mine, found = threading.get_ident(), []
    engines = app.application.host.database().engines

    def note(*call: object) -> None:
        if threading.get_ident() == mine:
            found.append(str(call[2]))

    for engine in {engines.read, engines.write}:
        event.listen(engine, "before_cursor_execute", note)
    yield found
    for engine in {engines.read, engines.write}:
        event.remove(engine, "before_cursor_execute", note)


def _us(call: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the microseconds of a call: the best of five rows, since others share the machine."""
    rows = []
    for _ in range(5):
        began = time.perf_counter()
        for _ in range(rounds // 5):
            call()
        rows.append((time.perf_counter() - began) / (rounds // 5) * 1e6)
    return min(rows)
