"""The fixtures that authors test with: real apps, told apart, closed in the end."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from host.contracts.events import Event
from host.kernel.boot import StartRefusedError
from host.testing import HostApp, HostAppFactory, TemporaryDistributions, reader

SHOP = """
    import typer
    import streamlit as st
    from dependency_injector import containers, providers
    from starlette.responses import PlainTextResponse
    from pydantic import BaseModel, ConfigDict
    from host import Command, Page, Permission, Plugin, Route, ValidationError, action, current, hookimpl

    class Settings(BaseModel):
        model_config = ConfigDict(extra="forbid")
        name: str = "shop"

    class Services(containers.DeclarativeContainer):
        settings = providers.Dependency()

    def page(settings):
        st.write(f"{settings.name} of {current().principal.name}")
        st.button("Break", key="shop/break", on_click=action(break_it))

    def broken():
        raise RuntimeError("out of stock")

    def break_it():
        raise RuntimeError("the button broke")

    def sell(count: int, fail: bool = False):
        if fail:
            raise KeyError("till")
        if count > 3:
            raise ValidationError("too many", remedy="Take fewer.")
        typer.echo(f"sold {count} to {current().principal.name}")

    class Hooks:
        @hookimpl
        def pages(self):
            return [Page(path="shop", title="Shop", render=page), Page(path="shop/broken", title="B", render=broken)]

        @hookimpl
        def permissions(self):
            return [Permission(name="shop.look", title="Look")]

        @hookimpl
        def commands(self):
            return [Command(group="shop", name="sell", run=sell)]

        @hookimpl
        def routes(self, services):
            def name(_):
                return PlainTextResponse(services.settings.name)

            return [Route(path="/name", endpoint=name, permission="shop.look")]

    plugin = Plugin(settings=Settings, services=Services, hooks=Hooks)
"""
MANIFEST = '[plugin]\nhost = ">=1.0,<2"\ncommands = { shop = "Sells" }\n'


@pytest.fixture
def shop(temporary_distributions: TemporaryDistributions) -> None:
    temporary_distributions.add("acme-shop", {"shop": {"plugin.py": SHOP, "plugin.toml": MANIFEST}})


@pytest.fixture
def app(shop: None, make_host_app: HostAppFactory) -> HostApp:
    return make_host_app(["shop"])


def test_without_plugins_an_empty_app_is_booted(host_app: HostApp) -> None:
    assert host_app.application.plugins == {}
    assert host_app.client().get("/livez").status_code == 200


@pytest.mark.holdfast(["home"])
def test_the_marker_chooses_the_plugins(host_app: HostApp) -> None:
    assert list(host_app.application.plugins) == ["home"]


def test_a_plugin_that_fails_to_start_is_named(shop: None, make_host_app: HostAppFactory) -> None:
    with pytest.raises(StartRefusedError, match=r"shop.*nmae"):
        make_host_app(["shop"], settings={"shop": {"nmae": "typo"}})


def test_each_app_has_settings_and_a_database_of_its_own(shop: None, make_host_app: HostAppFactory) -> None:
    one = make_host_app(["shop"], settings={"shop": {"name": "one"}})
    two = make_host_app(["shop"], settings={"shop": {"name": "two"}})
    assert one.application.config.data_dir != two.application.config.data_dir
    for app, name in ((one, "one"), (two, "two")):
        assert f"{name} of Test" in app.call("shop").assert_success().texts
        assert app.client().get("/x/shop/name").text == name


def test_a_page_that_raises_fails_the_assertion_with_its_traceback(app: HostApp) -> None:
    page = app.call("shop/broken")
    with pytest.raises(AssertionError, match="RuntimeError: out of stock") as failed:
        page.assert_success()
    assert "def broken" in str(failed.value) or "in broken" in str(failed.value)
    assert page.errors[0].context["plugin"] == "shop"


def test_an_action_that_raises_fails_the_assertion(app: HostApp) -> None:
    page = app.call("shop").assert_success()
    page.button(key="shop/break").click().run()
    with pytest.raises(AssertionError, match="the button broke"):
        page.assert_success()


def test_the_page_knows_who_reads_it(app: HostApp) -> None:
    assert "shop of Reader" in app.call("shop", principal=reader()).assert_success().texts


def test_routes_are_closed_to_those_without_the_permission(app: HostApp) -> None:
    assert app.client(reader("shop.look")).get("/x/shop/name").status_code == 200
    assert app.client(reader()).get("/x/shop/name").status_code == 403


def test_commands_end_as_on_a_terminal(app: HostApp) -> None:
    assert app.run_command("shop sell 2", principal=reader()).assert_success().output == "sold 2 to Reader\n"
    refused = app.run_command("shop sell 4")
    assert (refused.exit_code, refused.output) == (3, "too many Take fewer.")
    assert app.run_command("shop sell many").exit_code == 3
    with pytest.raises(KeyError, match="till"):
        app.run_command("shop sell 1 --fail")


def test_only_committed_events_are_recorded(host_app: HostApp) -> None:
    class Committed(Event):
        pass

    class RolledBack(Event):
        pass

    database, bus = host_app.application.host.database(), host_app.application.host.events()
    with database.begin():
        bus.publish(Committed())
        assert host_app.events.seen == []
    with pytest.raises(ValueError, match="no"), database.begin():
        bus.publish(RolledBack())
        raise ValueError("no")
    assert [type(event) for event in host_app.events.seen] == [Committed]
    assert host_app.events.of(RolledBack) == []


def test_the_developers_settings_are_not_seen_and_everything_is_closed(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "def test_it(host_app):\n"
        "    host_app.application.stops.callback(print, 'closed')\n"
        "    assert host_app.application.config.env == 'dev'\n"
        "    assert host_app.application.config.database.url.startswith('sqlite')\n"
    )
    set_by_developer = {"DATABASE_URL": "postgresql://nowhere/none", "ENV": "prod", "FEATURE_LOGGING": "perhaps"}
    command = [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider"]
    done = subprocess.run(
        command, cwd=tmp_path, env={**os.environ, **set_by_developer}, capture_output=True, text=True, check=False
    )
    assert "1 passed" in done.stdout, done.stdout
    assert "closed" in done.stdout
