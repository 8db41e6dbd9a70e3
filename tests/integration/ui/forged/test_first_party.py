"""Made-up messages to the app's own pages: the services decide, so nothing forbidden happens."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from host.config import load_config
from host.data import Database
from tests.attacks import attack
from tests.integration.raw import Socket
from tests.integration.serving import WebUnderTest
from tests.integration.ui.forged.conversation import Conversation

PLUGINS = "[plugins.home]\n[plugins.admin]\n[plugins.warehouse]\n"


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebUnderTest]:
    """An app with the warehouse and the operators' pages."""
    root = tmp_path_factory.mktemp("house")
    (root / "plugins.toml").write_text(PLUGINS, encoding="utf-8")
    process = WebUnderTest(root, {"FEATURE_AUTH": "false"})
    try:
        assert process.ready.get("ready"), process.log.read_text("utf-8")[-3000:]
        yield process
    finally:
        process.close()


@pytest.fixture
def stored(web: WebUnderTest) -> Iterator[Database]:
    """The app's database."""
    config = load_config(web.log.parent)
    database = Database(config.database, config.data_dir)
    yield database
    database.dispose()


def rows(database: Database, query: str, **values: object) -> list[tuple[object, ...]]:
    with database.begin(readonly=True) as unit:
        return [tuple(row) for row in unit.session.execute(text(query), values)]


@pytest.fixture
def at(web: WebUnderTest) -> Iterator[object]:
    """Open pages as a browser that lies: ``at("page=warehouse/articles")``."""
    sockets: list[Socket] = []

    def opened(query: str) -> Conversation:
        sockets.append(Socket(web.port))
        return Conversation(sockets[-1], query).open()

    yield opened
    for each in sockets:
        each.connection.close()


def key_of(page: Conversation, ending: str) -> str:
    """Return the key of the one widget that ends so; entries have a random part in the middle."""
    (found,) = [key for key in page.ids if key.endswith(f"/{ending}")]
    return found


def article(page: Conversation, number: str, **forged: str) -> Conversation:
    """Save a new article, with made-up values of choices."""
    texts = {"number": number, "name": "Tee", "price": "1"}
    states = [page.state(key_of(page, field), string_value=value) for field, value in {**texts, **forged}.items()]
    return page.send(*states, page.state(key_of(page, "save"), trigger_value=True))


@attack("a choice that a select box doesn't offer, as a frame made by hand", "never stored")
@pytest.mark.parametrize("forged", [{"unit": "DROP"}, {"unit": ""}, {"supplier": "77"}, {"supplier": "x' OR 1=1"}])
def test_a_choice_that_is_none_is_never_stored(web: WebUnderTest, stored: Database, at, forged: dict[str, str]):
    number = f"N-{forged}"[:30]
    article(at("page=warehouse/article"), number, **forged)
    (row,) = rows(stored, "SELECT unit, supplier_id FROM warehouse_article WHERE number = :number", number=number)
    assert row == ("pcs", None), "the page falls back on what was chosen before"


@pytest.mark.parametrize("price", ["-1", "1e99", "nan", "abc", "9" * 400])
def test_numbers_are_judged_by_the_service(stored: Database, at, price: str):
    before = rows(stored, "SELECT count(*) FROM warehouse_article")
    page = at("page=warehouse/article")
    article(page, f"P-{price[:9]}", price=price)
    assert rows(stored, "SELECT count(*) FROM warehouse_article") == before


def test_a_movement_of_less_than_nothing_is_refused(stored: Database, at):
    article(at("page=warehouse/article"), "M-1")
    ((article_id,),) = rows(stored, "SELECT id FROM warehouse_article WHERE number = 'M-1'")
    for quantity in ("-5", "0", "inf", "1e400"):
        page = at(f"page=warehouse/movements&article={article_id}")
        page.send(
            page.state(key_of(page, "quantity"), string_value=quantity),
            page.state(key_of(page, "place"), string_value="HL-99"),
            page.state(key_of(page, "save"), trigger_value=True),
        )
    assert rows(stored, "SELECT count(*) FROM warehouse_movement") == [(0,)]
    assert rows(stored, "SELECT stock FROM warehouse_article WHERE number = 'M-1'")[0][0] in {0, "0"}


def test_a_row_of_a_list_that_is_none_leads_nowhere(web: WebUnderTest, at):
    page = at("page=warehouse/articles")
    (table,) = [key for key in page.ids if key.endswith("/table")]
    page.send(page.state(table, string_value='{"selection": {"rows": [99999], "columns": [], "cells": []}}'))
    page.send(page.state(table, string_value='{"selection": {"rows": ["x"], "columns": [], "cells": []}}'))
    assert page.send().texts


def test_a_filter_that_is_none_is_an_address_that_cannot_be_read(at):
    page = at("page=admin/audit")
    (key,) = [each for each in page.ids if each.endswith("filter/action")]
    shown = page.send(page.state(key, string_value="x" * 5000)).texts
    assert not any("x" * 5000 in each for each in shown)
    assert page.send().texts


def test_the_audience_of_a_plugin_stays_what_operators_may_set(stored: Database, at):
    page = at("page=admin/plugins&plugin=home")
    (roles,) = [each for each in page.ids if each.endswith("/roles")]
    (percent,) = [each for each in page.ids if each.endswith("/percent")]
    page.send(
        page.state(roles, string_array_value=["", " "]),
        page.state(percent, double_array_value=[-50.0]),
        page.state("admin/plugins/expose", trigger_value=True),
    )
    assert rows(stored, "SELECT count(*) FROM host_toggle") == [(0,)]
