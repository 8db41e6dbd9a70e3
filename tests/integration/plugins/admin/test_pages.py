"""The operators' pages in a real app: what they show, what they switch, who may."""

import re

import pytest

from host.errors import PermissionDeniedError
from host.kernel.exposure import Exposure
from host.testing import PageTest
from host.testing.principals import reader

pytestmark = pytest.mark.holdfast(["admin", "home"])
OPERATOR = reader("admin.read", "admin.manage", user_id="olga")
ONLOOKER = reader("admin.read", user_id="ono")


def shown(page: PageTest) -> str:
    return re.sub(r"<[^>]+>", " ", " ".join(each.proto.body for each in page.assert_success().main.get("html")))


def labels(page: PageTest) -> list[str]:
    return [each.label for each in page.main.button]


def press(page: PageTest, label: str) -> PageTest:
    next(each for each in page.main.button if each.label == label).click()
    page.run()
    return page.assert_success()


def test_list_shows_every_plugin_with_state_and_origin(host_app):
    page = host_app.call("admin/plugins")
    assert "home" in shown(page)
    assert "Active" in shown(page)
    assert "holdfast 0.1.0 · plugins.toml" in shown(page)


def test_list_in_german(host_app):
    page = host_app.call("admin/plugins", language="de")
    assert "Aktiv" in shown(page)
    assert "Einzelheiten" in labels(page)
    assert "admin." not in re.sub(r"admin/\S+", "", shown(page))


def test_failed_plugin_comes_first_with_its_reason(host_app):
    host_app.application.report.fail("home", "start", "RuntimeError: no luck")
    page = host_app.call("admin/plugins")
    assert "Start: RuntimeError: no luck" in shown(page)
    markup = "".join(each.proto.body for each in page.main.get("html"))
    assert re.findall(r'host-card-title">([^<]+)<', markup)[:2] == ["home", "admin"]


def test_preview_then_confirm_disables_and_says_that_a_restart_is_under_way(host_app):
    page = host_app.call("admin/plugins", plugin="home", principal=OPERATOR)
    assert "This plugin is switched on." in shown(page)
    page = press(page, "Switch off …")
    assert page.query_params["change"] == "off"
    assert "home goes out" in shown(page)
    assert "restart one after the other" in shown(page)
    assert host_app.services("admin").toggles.question().choices.enabled("home") == (True, "plugins.toml")
    page = press(page, "Switch home off")
    assert host_app.services("admin").toggles.question().choices.enabled("home") == (False, "database")
    assert "Restart under way" in shown(page)
    assert "switched by an operator" in shown(page)
    page = press(press(page, "Switch on …"), "Switch home on")
    assert "Restart under way" not in shown(page)


def test_cancel_changes_nothing(host_app):
    page = press(host_app.call("admin/plugins", plugin="home", change="off"), "Leave it")
    assert "change" not in page.query_params
    assert host_app.services("admin").toggles.question().choices.enabled("home")[0]


def test_audience_is_set_at_once(host_app):
    page = host_app.call("admin/plugins", plugin="home", principal=OPERATOR)
    page.main.multiselect[0].set_value(["finance"]).run()
    page.main.slider[0].set_value(40).run()
    page = press(page, "Apply")
    toggles = host_app.services("admin").toggles
    assert toggles.question().choices.exposure("home") == Exposure(frozenset({"finance"}), 40)
    assert toggles.question().choices.toggles["home"].by == "olga"
    assert "40 % · finance" in shown(page)
    assert "Restart under way" not in shown(page)


def test_switching_off_this_page_names_the_way_back(host_app):
    page = host_app.call("admin/plugins", plugin="admin", change="off")
    assert "app plugins enable admin" in page.main.warning[0].value


def test_pinned_plugin_has_no_switch(make_host_app, monkeypatch):
    app = make_host_app(["admin", "home"])
    monkeypatch.setenv("FEATURE_HOME", "true")
    pinned = make_host_app(["admin", "home"])
    page = pinned.call("admin/plugins", plugin="home")
    assert "FEATURE_HOME" in shown(page)
    assert "Switch off …" not in labels(page)
    assert "Switch off …" in labels(app.call("admin/plugins", plugin="home"))


def test_unknown_plugin_is_named(host_app):
    assert "nosuch" in host_app.call("admin/plugins", plugin="nosuch").main.warning[0].value


def test_onlooker_sees_but_cannot_switch(host_app):
    page = host_app.call("admin/plugins", plugin="home", principal=ONLOOKER)
    assert "plugins.toml" in shown(page)
    assert labels(page) == ["All plugins"]


@pytest.mark.parametrize("path", ["admin/plugins", "admin/settings", "admin/health"])
def test_nobody_else_sees_anything(host_app, path):
    page = host_app.call(path, principal=reader("warehouse.read"))
    assert "holdfast" not in shown(page)
    assert "database" not in shown(page)


def test_services_refuse_whoever_calls_them(host_app):
    administration = host_app.services("admin").administration
    with host_app.context(ONLOOKER):
        assert administration.plugins()
        for call in (
            lambda: administration.switch("home", enabled=False),
            lambda: administration.preview("home", enabled=False),
            lambda: administration.expose("home", [], 10),
        ):
            with pytest.raises(PermissionDeniedError):
                call()
    with host_app.context(reader()), pytest.raises(PermissionDeniedError):
        administration.plugins()


def test_settings_show_origin_and_mask_secrets(make_host_app, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "a-very-secret-signing-key-0123456789")
    app = make_host_app(["admin"], config={"title": "Acme"})
    text = shown(app.call("admin/settings"))
    assert "a-very-secret" not in text
    assert "environment variable SECRET_KEY" in text
    assert re.search(r"title\s+Acme\s+from command line", text)


def test_settings_are_found_by_name(host_app):
    page = host_app.call("admin/settings", find="pool")
    assert "pool_size" in shown(page)
    assert "bcrypt" not in shown(page)
    page.main.text_input[0].input("bcrypt").run()
    assert page.query_params["find"] == "bcrypt"
    assert "bcrypt_rounds" in shown(page)
    page.main.text_input[0].input("nothing like it").run()
    assert "nothing like it" in shown(page)


def test_settings_of_plugins(make_host_app, tmp_path):
    (tmp_path / "tool.py").write_text("import streamlit as st\nst.write('hi')\n")
    app = make_host_app(["admin", "scripts"], settings={"scripts": {"pages": [{"file": str(tmp_path / "tool.py")}]}})
    text = shown(app.call("admin/settings", find="plugins.scripts"))
    assert "tool.py" in text
    assert "from plugins.toml" in text


def test_health_shows_every_component(host_app):
    text = shown(host_app.call("admin/health"))
    assert "database" in text
    assert "In order" in text


def test_health_names_the_root_cause(make_host_app, temporary_distributions):
    plugin = """
        from host import Health, HealthCheck, Plugin, hookimpl

        class Hooks:
            @hookimpl
            def health_checks(self, services):
                down = HealthCheck(name="link", check=lambda: Health("failed", "the line is cut"))
                above = HealthCheck(name="orders", check=lambda: Health("failed", "no orders"), depends_on=("link",))
                return [down, above]

        plugin = Plugin(hooks=Hooks)
        """
    temporary_distributions.add("acme-shop", {"shop": {"plugin.py": plugin}})
    text = shown(make_host_app(["admin", "shop"]).call("admin/health"))
    assert "the line is cut" in text
    assert "Because of shop.link" in text
