"""Stored markup: names, titles, reasons and browsers' names are shown as they were typed, on every page of access."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import expect

from host.config import load_config
from host.kernel.boot import boot
from host.testing import HostApp
from tests.attacks import attack
from tests.e2e.auth.conftest import LOGIN
from tests.e2e.conftest import Reader, RunningApp

BOOM = "<img src=x onerror=window.pwned=1><script>window.pwned=1</script>"
MARKS = "![p](https://evil.example/p.png) [go](javascript:window.pwned=1) :red[x] $x^2$ {0.__class__}"
EVIL = f"{BOOM} {MARKS}"
LOGIN_OF_EVIL = "a<script>window.pwned=1</script>"


@contextmanager
def office(app: RunningApp) -> Iterator[Any]:
    """Lend the services of sign-in on the running app's database to somebody who may do everything."""
    application = boot("command", load_config(app.root))
    try:
        desk = HostApp(application)
        with desk.context():
            yield desk.services("auth")
    finally:
        application.close()


@attack(
    "markup and links stand in names, logins, titles of roles and tokens, reasons, notes and the names of browsers",
    "every page shows them as text: nothing runs, nothing is loaded from elsewhere, nothing leads elsewhere",
)
def test_nothing_typed_by_people_is_markup(running_app: RunningApp, come_in: Callable[..., Reader]) -> None:
    with office(running_app) as services:
        evil = services.users.add(LOGIN_OF_EVIL, EVIL[:200])
        services.users.set_email(evil.id, "<img/src=x/onerror=window.pwned=1>@evil.example")
        services.roles.add("evil", EVIL[:200])
        services.users.set_roles(evil.id, ["viewer", "evil"], reason=EVIL)
        services.users.disable(evil.id, EVIL)
        services.links.make_invite(["evil"], EVIL[:200])
        mine = services.users.by_login(LOGIN)
        services.users.rename(mine.id, EVIL[:200])
        services.tokens.make(mine.id, EVIL[:100], ["*"])
    reader = come_in(user_agent=f"Mozilla/5.0 {EVIL} Firefox/{BOOM}")
    elsewhere: list[str] = []
    reader.page.on("request", lambda sent: elsewhere.append(sent.url) if sent.url.startswith("https://evil") else None)
    visits: list[tuple[str, dict[str, str]]] = [
        ("auth/users", {}),
        ("auth/users", {"q": BOOM}),
        *(("auth/user", {"id": evil.id, "view": view, "ask": BOOM}) for view in ("access", "sign-in", "history")),
        ("auth/roles", {}),
        ("auth/roles", {"role": "evil"}),
        ("auth/roles", {"role": MARKS}),
        ("auth/sessions", {}),
        ("settings", {}),
        ("admin/security", {}),
        ("admin/audit", {}),
        ("admin/flags", {"flag": MARKS}),
        ("admin/plugins", {"plugin": MARKS}),
        ("auth/users", {"part": "[go](https://evil.example)"}),
    ]
    for path, params in visits:
        reader.open(path, **params)
        main = reader.page.get_by_test_id("stApp")
        expect(main).to_be_visible()
        assert reader.page.evaluate("window.pwned") is None, path
        for marked in ("img[src='x']", "a[href^='javascript']", "a[href*='evil.example']", "img[src*='evil.example']"):
            assert main.locator(marked).count() == 0, (path, marked)
    assert elsewhere == []
