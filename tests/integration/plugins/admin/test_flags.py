"""The page of the feature flags in a real app: what it shows, what it changes, who may."""

import re
from datetime import date

import pytest

from host.errors import PermissionDeniedError
from host.kernel.flags.rules import Rule
from host.testing import HostApp, PageTest
from host.testing.distributions import TemporaryDistributions
from host.testing.principals import reader

FLAGS = """
from datetime import date
from host import Flag, Plugin, hookimpl

class Hooks:
    @hookimpl
    def flags(self):
        return [
            Flag(name="shop.quick", title="Quick order", default=False, owner="Olga"),
            Flag(name="shop.old", title="Old list", default=True, owner="Otto", expires=date(2020, 5, 4)),
            Flag(name="shop.rows", title="Rows", default=7, owner="Olga"),
            Flag(name="shop.share", title="Share", default=0.5, owner="Olga"),
            Flag(name="shop.greeting", title="Greeting", default="Hello", owner="Olga"),
            Flag(name="shop.size", title="Size", default="s", owner="Olga", choices=("s", "m", "l", "xl", "xxl")),
        ]

plugin = Plugin(hooks=Hooks)
"""
OPERATOR = reader("admin.flags", "admin.flags.write", user_id="olga")
ONLOOKER = reader("admin.flags", user_id="ono")
PAGE = "admin/flags"
OWN = 1
"""Place of the choice that a value of its own is set."""


@pytest.fixture
def app(make_host_app, temporary_distributions: TemporaryDistributions) -> HostApp:
    temporary_distributions.add("acme-shop", {"shop": {"plugin.py": FLAGS}})
    return make_host_app(["admin", "shop"])


def shown(page: PageTest) -> str:
    return re.sub(r"<[^>]+>", " ", " ".join(each.proto.body for each in page.assert_success().main.get("html")))


def stored(app: HostApp, name: str):
    return app.application.feature_flags.snapshot().of(name).override


def press(page: PageTest, label: str) -> PageTest:
    next(each for each in page.main.button if each.label == label).click()
    return page.run().assert_success()


def labels(page: PageTest) -> list[str]:
    return [each.label for each in page.main.button]


def test_the_list_tells_value_source_owner_expiry_and_targeting(app: HostApp):
    app.set_flag("shop.rows", 40)
    app.application.feature_flags.desk.set_rules("shop.quick", [Rule(True, roles=frozenset({"boss"}))], "olga")
    app.application.feature_flags.desk.set_rules("shop.greeting", [Rule("Moin", users=frozenset({"ono"}))], "olga")
    page = shown(app.call(PAGE, principal=ONLOOKER))
    assert page.index("Old list") < page.index("Greeting"), "an expired one comes first"
    assert "expired on 2020-05-04" in page
    assert re.search(r"Rows\s+i\s+40", page)
    assert "shop.rows · set by an operator · owner: Olga" in page
    assert "shop.quick · declared default · 1 rule · owner: Olga" in page
    assert "shop.greeting · declared default · for you: Moin · 1 rule · owner: Olga" in page


def test_the_list_in_german(app: HostApp):
    page = app.call(PAGE, principal=ONLOOKER, language="de")
    assert "Funktionsschalter" in shown(page)
    assert "abgelaufen am 04.05.2020" in shown(page)
    assert "admin." not in shown(page).replace("admin/flags", "")


def test_a_flag_is_found_by_name_and_title(app: HostApp):
    page = app.call(PAGE, principal=ONLOOKER, find="QUICK")
    assert "Quick order" in shown(page)
    assert "Greeting" not in shown(page)
    assert "No flag holds" in shown(app.call(PAGE, principal=ONLOOKER, find="nothing"))


def test_a_flag_is_set_and_left_to_its_default_again(app: HostApp):
    page = app.call(PAGE, flag="shop.quick", principal=OPERATOR)
    page.main.radio[0].set_value(1).run()
    page = press(page, "Apply")
    assert stored(app, "shop.quick").value is True
    assert stored(app, "shop.quick").by == "olga"
    assert "On, set by an operator" in shown(page)
    page.main.radio[0].set_value(0).run()
    press(page, "Apply")
    assert stored(app, "shop.quick").value is None


@pytest.mark.parametrize(("flag", "widget", "value"), [
    ("shop.rows", "number_input", 25), ("shop.share", "number_input", 0.75), ("shop.greeting", "text_input", "Moin"),
])  # fmt: skip
def test_other_types_have_their_own_control(app: HostApp, flag, widget, value):
    page = app.call(PAGE, flag=flag, principal=OPERATOR)
    page.main.radio[0].set_value(OWN).run()
    getattr(page.main, widget)[0].set_value(value).run()
    press(page, "Apply")
    assert stored(app, flag).value == value
    assert type(stored(app, flag).value) is type(value)


def test_many_choices_become_a_list(app: HostApp):
    page = app.call(PAGE, flag="shop.size", principal=OPERATOR)
    page.main.selectbox[0].set_value(4).run()
    press(page, "Apply")
    assert stored(app, "shop.size").value == "xl"


def test_a_rule_is_added_ordered_and_removed(app: HostApp):
    page = app.call(PAGE, flag="shop.quick", principal=OPERATOR)
    for role in ("editor", "viewer"):
        roles = next(each for each in page.main.multiselect if each.label == "Only these roles")
        roles.set_value([role]).run()
        page = press(page, "Add this rule")
    assert [rule.roles for rule in stored(app, "shop.quick").rules] == [{"editor"}, {"viewer"}]
    page = press(page, "Ask rule 2 earlier")
    assert [rule.roles for rule in stored(app, "shop.quick").rules] == [{"viewer"}, {"editor"}]
    assert "1. roles viewer →" in shown(page)
    page = press(page, "Remove rule 1")
    assert [rule.roles for rule in stored(app, "shop.quick").rules] == [{"editor"}]


def test_without_a_condition_there_is_no_rule(app: HostApp):
    page = app.call(PAGE, flag="shop.quick", principal=OPERATOR)
    assert next(each for each in page.main.button if each.label == "Add this rule").disabled


def test_the_last_changes_name_who_made_them(app: HostApp):
    page = app.call(PAGE, flag="shop.quick", principal=OPERATOR)
    assert "Nobody has changed this flag yet." in shown(page)
    page.main.radio[0].set_value(1).run()
    page = press(page, "Apply")
    told = shown(page)
    assert told.index("Last changes") < told.index("Olga", told.index("Last changes")) < told.index("not set  →  On")
    with app.context():
        (record,) = app.application.host.audit_trail().history("host_flag", "shop.quick").records
    assert (record.user_id, record.action, record.page) == ("olga", "insert", PAGE)
    assert record.after["value"] is True


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(app: HostApp):
    page = app.call(PAGE, flag="shop.rows", principal=OPERATOR)
    page.main.radio[0].set_value(OWN).run()
    page.main.number_input[0].set_value(25).run()
    app.set_flag("shop.rows", 99)
    press(page, "Apply")
    assert stored(app, "shop.rows").value == 99
    assert any("Somebody else changed shop.rows" in each.value for each in page.toast)


def test_a_pinned_flag_says_so_and_offers_no_control(
    make_host_app, temporary_distributions: TemporaryDistributions, monkeypatch: pytest.MonkeyPatch
):
    temporary_distributions.add("acme-shop", {"shop": {"plugin.py": FLAGS}})
    monkeypatch.setenv("FLAG_SHOP_QUICK", "on")
    app = make_host_app(["admin", "shop"])
    page = app.call(PAGE, flag="shop.quick", principal=OPERATOR)
    assert "FLAG_SHOP_QUICK pins this flag" in page.main.info[0].value
    assert "On, pinned by FLAG_SHOP_QUICK" in shown(page)
    assert not page.main.radio
    assert "Apply" not in labels(page)


def test_who_may_only_look_is_offered_nothing_and_refused_by_the_service(app: HostApp):
    page = app.call(PAGE, flag="shop.quick", principal=ONLOOKER)
    assert "Apply" not in labels(page)
    assert "Add this rule" not in labels(page)
    flagging = app.services("admin").flagging
    with app.context(ONLOOKER):
        seen = flagging.snapshot().of("shop.quick")
        for change in (
            lambda: flagging.set_value(seen, True),
            lambda: flagging.add_rule(seen, Rule(True, percent=5)),
            lambda: flagging.remove_rule(seen, 1),
            lambda: flagging.raise_rule(seen, 2),
            lambda: flagging.forget("shop.quick"),
        ):
            with pytest.raises(PermissionDeniedError):
                change()
    with app.context(reader(user_id="nobody")):
        for look in (flagging.snapshot, flagging.mine, lambda: flagging.history("shop.quick")):
            with pytest.raises(PermissionDeniedError):
                look()


def test_what_is_kept_for_a_plugin_that_is_away_is_told_and_can_be_forgotten(
    app: HostApp, make_host_app, temporary_distributions: TemporaryDistributions
):
    app.set_flag("shop.quick", True)
    app.application.close()
    away = make_host_app(["admin"], again=True)
    page = away.call(PAGE, principal=OPERATOR)
    assert "shop.quick, set by test" in shown(page)
    assert "Quick order" not in shown(page)
    press(page, "Forget")
    assert not away.application.feature_flags.snapshot().orphans


def test_an_unknown_flag_in_the_address_leads_to_the_list(app: HostApp):
    page = app.call(PAGE, flag="shop.nothing", principal=ONLOOKER)
    assert r"shop\.nothing" in page.main.warning[0].value
    assert "Quick order" in shown(page)


def test_expired_flags_degrade_health_and_name_their_owner(app: HostApp):
    flags = next(each for each in app.application.health().components if each.name == "flags")
    assert flags.status == "degraded"
    assert flags.detail == f"shop.old expired on {date(2020, 5, 4)}: Otto should remove it"
