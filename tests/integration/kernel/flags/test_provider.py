"""An existing flag service takes over by a setting: pages get its values, operators are sent there."""

import sys
import types

import pytest
from openfeature.provider.in_memory_provider import InMemoryFlag, InMemoryProvider

from host.errors import ConfigError
from host.kernel.flags.faults import FlagLockedError
from host.kernel.flags.rules import Rule
from host.testing import HostApp
from host.testing.principals import reader

ANNA = reader("admin.flags", "admin.flags.write", user_id="anna")
SETTING = {"flags.provider": "acme_flags:provider"}


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch, shop) -> dict[str, InMemoryFlag]:
    """The flags of a service that the app may be told to ask."""
    known: dict[str, InMemoryFlag] = {"shop.rows": InMemoryFlag("many", {"many": 40})}
    module = types.ModuleType("acme_flags")
    module.provider = lambda: InMemoryProvider(known)
    monkeypatch.setitem(sys.modules, "acme_flags", module)
    return known


def health(app: HostApp):
    return next(each for each in app.application.health().components if each.name == "flags")


def test_its_values_reach_pages_and_what_it_does_not_know_has_its_default(service, make_host_app):
    app = make_host_app(["shop"], config=SETTING)
    assert any("rows 40" in each.proto.body for each in app.call("shop").assert_success().get("html"))
    assert health(app).status == "ok"
    answers = app.client(ANNA).get("/x/shop/flags").json()
    assert answers == {"shop.quick": False, "shop.rows": 40, "shop.share": 0.5, "shop.size": "small"}
    assert health(app).status == "degraded"
    assert "shop.quick has its default: FLAG_NOT_FOUND" in health(app).detail


def test_operators_are_told_where_flags_are_decided(service, make_host_app):
    app = make_host_app(["shop", "admin"], config=SETTING)
    with pytest.raises(FlagLockedError, match="acme_flags:provider"):
        app.set_flag("shop.rows", 3)
    with pytest.raises(FlagLockedError):
        app.application.feature_flags.desk.set_rules("shop.rows", [Rule(3, percent=5)], "anna")
    page = app.call("admin/flags", flag="shop.rows", principal=ANNA).assert_success()
    assert "acme_flags:provider" in page.main.info[0].value
    assert not page.main.radio


def test_a_setting_that_names_nothing_stops_the_start(shop, make_host_app):
    with pytest.raises(ConfigError, match=r"flags\.provider"):
        make_host_app(["shop"], config={"flags.provider": "acme_nowhere:provider"})
