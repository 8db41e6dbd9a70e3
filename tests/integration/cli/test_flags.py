"""``app flags`` as operators use it: list, show, set, unset, explain, exit codes, and what running processes see."""

import http.client
import json
import re
import sys
import time
from collections.abc import Iterator

import pytest

from host.testing.distributions import TemporaryDistributions
from tests.integration.cli.conftest import Shell
from tests.integration.serving import WebUnderTest, until

SHOP = {
    "plugin.py": """
        from datetime import date
        from starlette.responses import JSONResponse
        from host import SIGNED_IN, Flag, Plugin, Route, flags, hookimpl

        def told(request):
            return JSONResponse(dict(flags()))

        class Hooks:
            @hookimpl
            def flags(self):
                return [
                    Flag(name="shop.quick", title="shop.quick.title", default=False, owner="Olga"),
                    Flag(name="shop.rows", title="Rows", default=7, owner="Otto", expires=date(2020, 1, 2)),
                    Flag(name="shop.size", title="Size", default="small", owner="Olga", choices=("small", "large")),
                ]

            @hookimpl
            def routes(self, services):
                return [Route(path="/flags", endpoint=told, permission=SIGNED_IN)]

            @hookimpl
            def translations(self):
                from host import Catalogue
                return [Catalogue(language="en", texts={"shop.quick.title": "Quick order"})]

        plugin = Plugin(hooks=Hooks)
    """
}


@pytest.fixture
def shop(shell: Shell, distributions: TemporaryDistributions) -> Shell:
    distributions.add("acme", {"shop": SHOP})
    shell.plugins_toml("[plugins.shop]\n")
    return shell


def test_list_names_value_source_rules_owner_and_expiry(shop: Shell) -> None:
    assert shop.app("flags", "set", "shop.quick", "on").code == 0
    lines = shop.app("flags", "list").out.splitlines()
    assert lines[0].split() == ["flag", "value", "decided", "by", "rules", "owner", "expires"]
    assert lines[1].split() == ["shop.quick", "true", "database", "–", "Olga", "–"]
    assert lines[2].split() == ["shop.rows", "7", "default", "–", "Otto", "2020-01-02", "EXPIRED"]
    told = shop.app("flags", "list", "--json").json
    assert [each["name"] for each in told["flags"]] == ["shop.quick", "shop.rows", "shop.size"]
    assert told["flags"][0] | {"value": True, "source": "database", "title": "Quick order"} == told["flags"][0]
    assert told["flags"][1]["expired"] is True


def test_rules_are_added_replaced_ordered_and_taken_back(shop: Shell) -> None:
    shop.app("flags", "set", "shop.rows", "10", "--role", "viewer")
    shop.app("flags", "set", "shop.rows", "20", "--user", "u1", "--user", "u2", "--first")
    shop.app("flags", "set", "shop.rows", "11", "--role", "viewer")
    shop.app(
        "flags",
        "set",
        "shop.rows",
        "30",
        "--percent",
        "20",
        "--from",
        "2026-12-01T08:00+01:00",
        "--until",
        "2027-01-01",
    )
    rules = shop.app("flags", "show", "shop.rows", "--json").json["rules"]
    assert rules[:2] == [{"value": 20, "users": ["u1", "u2"]}, {"value": 11, "roles": ["viewer"]}]
    assert rules[2] | {"value": 30, "percent": 20.0, "from": "2026-12-01T07:00:00+00:00"} == rules[2]
    shown = shop.app("flags", "show", "shop.rows").out
    assert re.search(r"^rule 1 +users u1, u2 → 20$", shown, re.MULTILINE)
    assert shop.app("flags", "unset", "shop.rows", "--rule", "1").code == 0
    assert shop.app("flags", "unset", "shop.rows", "--rule", "9").code == 3
    assert len(shop.app("flags", "show", "shop.rows", "--json").json["rules"]) == 2
    assert shop.app("flags", "unset", "shop.rows").code == 0
    assert shop.app("flags", "show", "shop.rows", "--json").json["rules"] == []


def test_a_dry_run_says_what_would_change_and_changes_nothing(shop: Shell) -> None:
    ended = shop.app("flags", "set", "shop.rows", "10", "--role", "viewer", "--dry-run")
    assert (ended.code, ended.out) == (0, "  rule 1: roles viewer → 10\nNothing was changed.\n")
    assert shop.app("flags", "show", "shop.rows", "--json").json["rules"] == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("shop.quick", "maybe"), "Give true or false."),
        (("shop.rows", "many"), "Give a whole number"),
        (("shop.size", "larg"), "Did you mean 'large'?"),
        (("shop.quik", "on"), "Did you mean 'shop.quick'?"),
        (("shop.quick", "on", "--percent", "101"), "from 0 to 100"),
        (("shop.quick", "on", "--from", "tomorrow"), "2026-12-01T08:00+01:00"),
        (("shop.quick", "on", "--from", "2027-01-01", "--until", "2026-01-01"), "ends before it begins"),
        (("shop.quick", "on", "--role", " "), "has no name"),
        (("shop.quick", "on", "--first"), "Give it a condition"),
    ],
)
def test_bad_input_is_refused_with_the_way_to_mend_it(shop: Shell, words: tuple[str, ...], told: str) -> None:
    ended = shop.app("flags", "set", *words)
    assert ended.code == 3
    assert told in ended.err
    assert "Traceback" not in ended.err


def test_a_pinned_flag_is_refused_and_a_wrong_pin_stops_the_command(shop: Shell) -> None:
    ended = shop.app("flags", "set", "shop.rows", "10", env={"FLAG_SHOP_ROWS": "3"})
    assert ended.code == 4
    assert "pinned by FLAG_SHOP_ROWS" in ended.err
    listed = shop.app("flags", "list", env={"FLAG_SHOP_ROWS": "3"}).out.splitlines()[2].split()
    assert listed[:3] == ["shop.rows", "3", "FLAG_SHOP_ROWS"]
    wrong = shop.app("flags", "list", env={"FLAG_SHOP_ROWS": "three"})
    assert wrong.code == 3
    assert "FLAG_SHOP_ROWS (environment): 'three' is no value of flag shop.rows." in wrong.err


def test_explain_says_in_words_why(shop: Shell) -> None:
    shop.app("flags", "set", "shop.rows", "20", "--user", "u1")
    shop.app("flags", "set", "shop.rows", "30", "--role", "editor", "--percent", "0")
    ended = shop.app("flags", "explain", "shop.rows", "--user", "u2", "--role", "editor")
    assert ended.out.splitlines()[:3] == [
        "shop.rows is 7 for u2 (editor):",
        "  FLAG_SHOP_ROWS is not set in the environment.",
        "  Rule 1 (users u1 → 20) does not hold: u2 is not named.",
    ]
    assert "of 100." in ended.out
    assert ended.out.endswith("  plugins.toml does not name it.\n  Its declared default is 7.\n")
    told = shop.app("flags", "explain", "shop.rows", "--user", "local", "--json").json
    assert (told["user"], told["roles"], told["value"]) == ("local", ["admin"], 7)
    assert shop.app("flags", "explain", "shop.rows", "--user", "nobody").code == 3


def test_a_plugin_that_is_off_has_no_flags_but_keeps_what_was_set(shop: Shell) -> None:
    shop.app("flags", "set", "shop.rows", "20")
    shop.app("plugins", "disable", "shop")
    ended = shop.app("flags", "list")
    assert "shop.rows  " not in ended.out
    assert "shop.rows: set by" in ended.err
    assert "kept though no active plugin declares it" in ended.err
    assert shop.app("flags", "unset", "shop.rows").code == 0
    assert shop.app("flags", "list").err == ""
    assert shop.app("flags", "unset", "shop.rows").code == 3


def test_who_changed_it_stands_in_the_audit(shop: Shell) -> None:
    shop.app("flags", "set", "shop.rows", "20")
    (record,) = shop.app("audit", "show", "--table", "host_flag", "--json").json["records"]
    assert (record["key"], record["user_id"], record["action"]) == ("shop.rows", "command-line", "insert")


@pytest.fixture
def two(shop: Shell) -> Iterator[list[WebUnderTest]]:
    """Two web processes of one project."""
    served = [WebUnderTest(shop.root, {"PYTHONPATH": str(shop.site)}) for _ in range(2)]
    try:
        for each in served:
            assert each.ready.get("ready"), each.log.read_text("utf-8")[-4000:]
        yield served
    finally:
        for each in served:
            each.close()


def rows(web: WebUnderTest) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", web.port, timeout=20)
    connection.request("GET", "/x/shop/flags")
    found: int = json.loads(connection.getresponse().read())["shop.rows"]
    connection.close()
    return found


def test_a_change_reaches_every_running_process(shop: Shell, two: list[WebUnderTest]) -> None:
    assert [rows(each) for each in two] == [7, 7]
    assert shop.app("flags", "set", "shop.rows", "20", "--role", "admin").code == 0
    began = time.perf_counter()
    until(lambda: [rows(each) for each in two] == [20, 20], "both processes see the rule")
    sys.stdout.write(f"\nboth processes see a flag {(time.perf_counter() - began) * 1000:.0f} ms after the command\n")
    assert shop.app("flags", "unset", "shop.rows").code == 0
    until(lambda: [rows(each) for each in two] == [7, 7], "both processes see that it is taken back")
