"""Looking at the app through another's eyes: all can be seen, nothing changed, and the books name the real person."""

import pytest
from sqlalchemy import func, select

from host import Principal, as_oneself
from host.data.looking import OnlyLookingError
from host.kernel.acting import acting
from host.testing import HostApp, HostAppFactory
from plugins.warehouse.models import Article
from plugins.warehouse.services.article_input import ArticleInput
from plugins.warehouse.services.supplier_input import SupplierInput
from tests.attacks import attack

BOSS = Principal("boss", "Boss", permissions=frozenset({"*"}))
VIEWED = Principal("anna", "Anna", permissions=frozenset({"*"}), session="s" * 32, viewed_by="boss")
TEA = ArticleInput(number="T-1", name="Tea")


@pytest.fixture
def warehouse(make_host_app: HostAppFactory) -> HostApp:
    """An app with the warehouse and two people."""
    app = make_host_app(["warehouse", "admin", "home"])
    app.principals.add(BOSS)
    return app


def _articles(app: HostApp) -> int:
    with app.application.host.database().begin(readonly=True) as unit:
        return unit.session.scalar(select(func.count()).select_from(Article)) or 0


@attack("somebody who sees the app as another person writes through a service", "refused, nothing written")
def test_a_service_writes_nothing_and_says_why(warehouse: HostApp) -> None:
    with warehouse.context(VIEWED), pytest.raises(OnlyLookingError):
        warehouse.services("warehouse").articles.create(TEA)
    assert _articles(warehouse) == 0


@attack("somebody who sees the app as another person uploads a file", "refused, nothing kept")
def test_a_file_is_not_kept_either(warehouse: HostApp) -> None:
    with warehouse.context(VIEWED), pytest.raises(OnlyLookingError):
        warehouse.services("warehouse").imports.begin("a.csv", [b"number;name\n1;a\n"])
    blobs = warehouse.application.config.data_dir / "blobs"
    assert [path for path in blobs.rglob("*") if path.is_file()] == []


@attack("somebody who sees the app as another person reveals personal data", "refused")
def test_personal_data_is_not_shown_because_nobody_could_tell_afterwards(warehouse: HostApp) -> None:
    suppliers = warehouse.services("warehouse").suppliers
    with warehouse.context(BOSS):
        supplier = suppliers.create(SupplierInput(name="Tea & Co", email="mia@example.org"))
    with warehouse.context(VIEWED), pytest.raises(OnlyLookingError):
        suppliers.reveal(supplier.id, "curious")
    assert warehouse.application.host.revealer().seen() == []


def test_the_books_name_the_real_person(warehouse: HostApp) -> None:
    with warehouse.context(VIEWED):
        assert (acting().user_id, acting().name, acting().looking) == ("boss", "Boss", True)
        with as_oneself() as person:
            assert (person.user_id, person.session, person.viewed_by) == ("boss", "s" * 32, "")
            warehouse.services("warehouse").articles.create(TEA)
            assert acting().looking is False
        assert acting().looking is True
    records = warehouse.application.host.audit_trail().history("warehouse_article", "1").records
    assert {record.user_id for record in records} == {"boss"}


@attack("an operator who was disabled goes on looking as another person", "may nothing")
def test_somebody_who_was_disabled_meanwhile_may_nothing(warehouse: HostApp) -> None:
    gone = Principal("anna", "Anna", permissions=frozenset({"*"}), viewed_by="gone")
    with warehouse.context(gone), as_oneself() as person:
        assert person.user_id == "gone"
        assert not person.may("warehouse.edit")


def test_for_others_oneself_is_who_acts_anyway(warehouse: HostApp) -> None:
    with warehouse.context(BOSS), as_oneself() as person:
        assert person is BOSS


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_page_can_be_looked_at(warehouse: HostApp, language: str) -> None:
    with warehouse.context(BOSS):
        warehouse.services("warehouse").articles.create(TEA)
    for path in warehouse.application.pages:
        warehouse.call(path, principal=VIEWED, language=language).assert_success()


def test_the_page_shows_the_message_and_keeps_what_was_entered(warehouse: HostApp) -> None:
    page = warehouse.call("warehouse/article", principal=VIEWED).assert_success()
    number, name = page.text_input[0], page.text_input[1]
    number.set_value("T-1")
    name.set_value("Tea")
    next(button for button in page.button if button.label == "Save").click().run()
    assert any("nothing can be changed" in shown for shown in page.texts), page.texts
    assert _articles(warehouse) == 0
    assert page.text_input[0].value == "T-1"
