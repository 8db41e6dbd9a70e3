"""Ids in addresses: whoever lacks the right gets nothing, ids that lead nowhere or aren't ids get a clear page."""

import pytest

from host.testing import HostApp, HostAppFactory, reader
from plugins.warehouse.services.article_input import ArticleInput
from plugins.warehouse.services.order_input import LineInput, OrderInput
from plugins.warehouse.services.supplier_input import SupplierInput

SECRETS = ("Secret tea", "Secret customer", "Secret supplier", "secret.csv")
PAGES = ("warehouse/article", "warehouse/order", "warehouse/supplier", "warehouse/movements", "warehouse/import")
NOT_HERE = {
    "warehouse/article": "There is no article",
    "warehouse/order": "There is no order",
    "warehouse/supplier": "There is no such supplier",
    "warehouse/import": "There is no import",
}


@pytest.fixture
def app(make_host_app: HostAppFactory) -> HostApp:
    """One of everything, with the id 1."""
    app = make_host_app(["warehouse"])
    services = app.services("warehouse")
    with app.context():
        article = services.articles.create(ArticleInput(number="T-1", name="Secret tea"))
        services.orders.create(OrderInput("Secret customer", [LineInput(article.id, 1)]))  # type: ignore[arg-type]
        services.suppliers.create(SupplierInput(name="Secret supplier"))
        services.imports.begin("secret.csv", [b"Artikelnummer;Bezeichnung\nA;B\n"])
    return app


@pytest.mark.parametrize("held", [(), ("warehouse.edit", "warehouse.export", "warehouse.cancel")])
def test_without_the_right_an_id_shows_nothing(app: HostApp, held: tuple[str, ...]) -> None:
    for path in PAGES:
        page = app.call(path, principal=reader(*held), id=1, article=1)
        shown = "\n".join(page.texts)
        assert not any(secret in shown for secret in SECRETS), path
        assert "Not open to you" in shown or "Nothing here yet" in shown, path


@pytest.mark.parametrize("path", sorted(NOT_HERE))
def test_an_id_of_nothing_says_so(app: HostApp, path: str) -> None:
    for id_ in ("4711", "9223372036854775807"):
        shown = "\n".join(app.call(path, id=id_).texts)
        assert NOT_HERE[path] in shown, shown
        assert "can't be shown" not in shown
    assert "Nicht da" in app.call(path, id=4711, language="de").texts


@pytest.mark.parametrize("path", sorted(NOT_HERE))
def test_what_is_no_id_gets_a_clear_page(app: HostApp, path: str) -> None:
    for id_ in ("abc", "1 OR 1=1", "1;DROP TABLE warehouse_article", "1.5", "٣x", "", "0", "-1", "9" * 19, "9" * 40):
        shown = "\n".join(app.call(path, id=id_).texts)
        assert not any(secret in shown for secret in SECRETS), id_
        assert "can't be shown" not in shown, id_


@pytest.mark.parametrize("path", ["warehouse/movements", "warehouse/orders"])
def test_a_place_in_a_list_beyond_all_numbers_is_no_fault(app: HostApp, path: str) -> None:
    for name in ("before", "after", "article"):
        for value in ("9" * 19, "-1", "4711", "x"):
            assert "can't be shown" not in "\n".join(app.call(path, **{name: value}).texts), (name, value)


def test_a_reader_gets_no_form_for_a_new_order(app: HostApp) -> None:
    page = app.call("warehouse/order", principal=reader("warehouse.read"))
    assert not page.text_input


def test_a_reader_sees_an_order_without_its_steps(app: HostApp) -> None:
    page = app.call("warehouse/order", principal=reader("warehouse.read"), id=1).assert_success()
    assert not {"warehouse/order/ship", "warehouse/order/cancel"} & {button.key for button in page.button}


def test_who_may_only_cancel_their_own_is_told_why_there_is_no_button(app: HostApp) -> None:
    keeper = reader("warehouse.read", "warehouse.edit", "warehouse.cancel")
    page = app.call("warehouse/order", principal=keeper, id=1).assert_success()
    keys = {button.key for button in page.button}
    assert "warehouse/order/reserve" in keys
    assert "warehouse/order/cancel" not in keys
    assert any("cancelled by who placed it" in shown for shown in page.texts)
    operator = reader("warehouse.read", "warehouse.cancel", "warehouse.cancel_any", user_id="olga")
    page = app.call("warehouse/order", principal=operator, id=1).assert_success()
    assert {button.key for button in page.button} >= {"warehouse/order/cancel"}


@pytest.mark.parametrize("route", ["articles.csv", "articles.xlsx", "suppliers.csv"])
def test_exports_are_closed_to_readers(app: HostApp, route: str) -> None:
    answer = app.client(reader("warehouse.read", "warehouse.edit")).get(f"/x/warehouse/{route}")
    assert answer.status_code == 403
    assert "Secret" not in answer.text


def test_readable_contacts_need_their_own_permission(app: HostApp) -> None:
    client = app.client(reader("warehouse.export"))
    assert client.get("/x/warehouse/suppliers.csv").status_code == 200
    assert client.get("/x/warehouse/suppliers.csv?reason=because").status_code == 403
