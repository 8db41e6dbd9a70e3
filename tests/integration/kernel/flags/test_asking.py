"""Flags where authors ask for them: pages, callbacks, routes, commands, services; one answer a run, no statement."""

import pytest
from sqlalchemy import event

from host import NoContextError, Principal, UnknownFlagError, flag, flags
from host.kernel.flags.rules import Rule
from host.testing import HostApp
from host.testing.principals import reader

ANNA = reader(user_id="anna", roles=frozenset({"editor"}))
OTTO = reader(user_id="otto")


def for_editors(app: HostApp, name: str, value) -> None:
    app.application.feature_flags.desk.set_rules(name, [Rule(value, roles=frozenset({"editor"}))], "test")


def test_page_route_command_and_service_get_the_same_answer(app: HostApp):
    for_editors(app, "shop.rows", 40)
    for who, rows in ((ANNA, 40), (OTTO, 7)):
        texts = app.call("shop", principal=who).assert_success().get("html")
        assert any(f"rows {rows}" in each.proto.body for each in texts)
        assert app.client(who).get("/x/shop/flags").json()["shop.rows"] == rows
        assert f"rows {rows}, 4 flags" in app.run_command("shop rows", principal=who).assert_success().output
        assert app.services("shop").prices.rows(who) == rows


def test_a_change_in_a_callback_is_not_seen_before_the_next_run(app: HostApp):
    page = app.call("shop")
    page.button[0].click().run()
    page.assert_success()
    assert page.session_state["seen"] == [("page", 7), ("click", 7), ("click again", 7), ("page", 7)]
    page.run()
    assert page.session_state["seen"][-1] == ("page", 8)


def test_a_run_keeps_its_answers_also_for_flags_asked_later(app: HostApp):
    with app.context(ANNA):
        before = dict(flags())
        app.set_flag("shop.rows", 99)
        app.set_flag("shop.quick", True)
        assert dict(flags()) == before
    with app.context(ANNA):
        assert flag("shop.rows") == 99


def test_asking_costs_no_statement(app: HostApp):
    for_editors(app, "shop.rows", 40)
    asked = []
    for engine in {app.application.host.database().engines.single}:
        event.listen(engine, "before_cursor_execute", lambda *details: asked.append(details[2]))
    for _ in range(20):
        with app.context(ANNA):
            assert dict(flags())["shop.rows"] == 40
    assert asked == []


def test_an_unknown_name_is_the_authors_fault_and_names_the_nearest(app: HostApp):
    with app.context(ANNA), pytest.raises(UnknownFlagError, match=r"Did you mean 'shop\.quick'"):
        flag("shop.quik")
    with pytest.raises(NoContextError):
        flag("shop.quick")


def test_the_service_asks_for_whom_it_is_told(app: HostApp):
    for_editors(app, "shop.quick", True)
    service = app.application.feature_flags
    assert service.value("shop.quick", ANNA) is True
    assert service.value("shop.quick", Principal("worker", "Worker")) is False
