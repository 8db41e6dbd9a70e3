"""The list of articles as a prepared file: made on the page, fetched by whoever made it, and counted as an export."""

import io
from decimal import Decimal

import openpyxl
import pytest

from host.errors import PermissionDeniedError
from host.security.events import SecurityEvent
from host.testing import HostApp
from host.testing.principals import reader
from plugins.warehouse.services.article_input import ArticleInput
from plugins.warehouse.services.articles import ArticleFilter

pytestmark = pytest.mark.holdfast(["home", "warehouse"])
KEEPER = reader("warehouse.read", "warehouse.export", "warehouse.edit", user_id="kim")
ONLOOKER = reader("warehouse.read", user_id="ono")


@pytest.fixture
def stocked(host_app: HostApp) -> HostApp:
    """A warehouse with two articles."""
    with host_app.context(KEEPER, plugin="warehouse"):
        for number, name in (("A-1", "=Tee"), ("B-1", "Kaffee")):
            given = ArticleInput(number=number, name=name, price_cents=100, minimum_stock=Decimal(0))
            host_app.services("warehouse").articles.create(given)
    return host_app


def test_a_page_prepares_the_list_that_it_shows(stocked: HostApp):
    page = stocked.call("warehouse/articles", principal=KEEPER, q="Tee").assert_success()
    next(each for each in page.main.button if each.label == "Prepare a file").click()
    page.run().assert_success()
    (link,) = [each.proto.url for each in page.main.get("link_button") if each.proto.label == "articles.xlsx"]
    answer = stocked.client(KEEPER).get(link)
    assert answer.headers["content-disposition"] == 'attachment; filename="articles.xlsx"'
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert [row[0] for row in sheet.values] == ["Article number", "A-1"]
    assert sheet["B2"].data_type == "s"
    assert stocked.client(ONLOOKER).get(link).status_code == 404
    assert stocked.client(reader("warehouse.read", user_id="kim")).get(link).status_code == 404


def test_who_may_not_export_can_prepare_nothing(stocked: HostApp):
    page = stocked.call("warehouse/articles", principal=ONLOOKER).assert_success()
    assert not [each for each in page.main.button if each.label == "Prepare a file"]
    prepared = stocked.services("warehouse").prepared_exports
    with stocked.context(ONLOOKER), pytest.raises(PermissionDeniedError):
        prepared.workbook(ArticleFilter(), "en")


@pytest.mark.parametrize("name", ["articles.csv", "articles.xlsx", "suppliers.csv"])
def test_every_export_is_noted(stocked: HostApp, name: str):
    heard: list[SecurityEvent] = []
    stocked.application.host.security_events().listen(heard.append)
    assert stocked.client(KEEPER).get(f"/x/warehouse/{name}").status_code == 200
    (event,) = [each for each in heard if each.kind == "export.made"]
    assert (event.user_id, event.client, event.detail) == ("kim", "127.0.0.1", {"what": name})
