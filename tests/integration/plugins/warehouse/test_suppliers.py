"""Suppliers: found without being readable, masked until somebody says why, never overwritten unseen."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text

from host import PermissionDeniedError
from plugins.warehouse.faults import InputError
from plugins.warehouse.services.article_input import ArticleInput
from plugins.warehouse.services.changed import ChangedMeanwhileError
from plugins.warehouse.services.paging import Window
from plugins.warehouse.services.supplier_input import SupplierInput, read_supplier
from plugins.warehouse.services.suppliers import SupplierFilter
from plugins.warehouse.supplier_models import Supplier
from tests.integration.plugins.warehouse.house import House, acting, principal

ENTERED = SupplierInput(
    "Teehandel Größe GmbH",
    "Köln",
    contact="Jörg Beispiel",
    email="Joerg@Teehandel.example",
    phone="+49 221 123456",
    iban="DE02120300000000202051",
)


def names(house: House, **wanted: object) -> list[str]:
    part = house.suppliers.find(SupplierFilter(**wanted), Window(rows=50))  # type: ignore[arg-type]
    assert part.total == len(part.rows)
    return [row.name for row in part.rows]


def test_the_database_holds_nothing_readable_of_a_contact(house: House) -> None:
    house.suppliers.create(ENTERED)
    with house.database.begin(readonly=True) as unit:
        for table in ("warehouse_supplier", "host_audit"):
            stored = str(unit.session.execute(text(f"SELECT * FROM {table}")).all())
            assert "Größe" in stored
            for part in ("Jörg", "teehandel.example", "221 123456", "DE021203"):
                assert part.casefold() not in stored.casefold(), (table, part)


@pytest.mark.parametrize("typed", ["joerg@teehandel.example", " JOERG@teehandel.EXAMPLE ", "groesse", "köln", "KOELN"])
def test_finds_by_name_town_and_whole_address(house: House, typed: str) -> None:
    house.suppliers.create(ENTERED)
    house.suppliers.create(SupplierInput("Andere", "Bremen", email="x@y.example"))
    assert names(house, text=typed) == ["Teehandel Größe GmbH"]
    assert names(house, text="teehandel.example") == []


def test_leaves_masked(house: House) -> None:
    made = house.suppliers.create(ENTERED)
    contact = house.suppliers.get(made.id).contact
    assert contact["email"].endswith("@Teehandel.example")
    assert not {"Jörg", "123456", "0300000000"} & {part for value in contact.values() for part in (value, value[1:])}
    assert all("…" in value for value in contact.values())


def test_a_blank_contact_field_keeps_what_is_there(house: House) -> None:
    made = house.suppliers.create(ENTERED)
    again = house.suppliers.change(made, read_supplier({"company": made.name, "city": "Bonn", "phone": "+49 228 1"}))
    assert (again.city, again.email, again.phone) == ("Bonn", "Joerg@Teehandel.example", "+49 228 1")
    cleared = house.suppliers.change(again, read_supplier({"company": made.name}, clear_contact=True))
    assert (cleared.contact, cleared.email, cleared.phone, cleared.iban) == (None, None, None, None)
    assert names(house, text="joerg@teehandel.example") == []


def test_second_editor_is_told(house: House) -> None:
    made = house.suppliers.create(ENTERED)
    house.suppliers.change(made, replace(ENTERED, city="Bonn"))
    with pytest.raises(ChangedMeanwhileError) as caught:
        house.suppliers.change(made, replace(ENTERED, city="Trier"))
    [city] = [each for each in caught.value.conflicts if each.field == "city"]
    assert (city.seen, city.theirs, city.mine) == ("Köln", "Bonn", "Trier")


def test_a_name_stands_once_among_the_living(house: House) -> None:
    made = house.suppliers.create(ENTERED)
    with pytest.raises(InputError, match="another supplier"):
        house.suppliers.create(SupplierInput("TEEHANDEL GROESSE GMBH".replace("OE", "Ö")))
    house.suppliers.delete(made.id)
    house.suppliers.create(SupplierInput(made.name))
    with pytest.raises(InputError, match="another supplier"):
        house.suppliers.restore(made.id)
    assert names(house, deleted=True) == [made.name]


def test_who_is_bought_from_stays(house: House) -> None:
    made = house.suppliers.create(ENTERED)
    article = house.articles.create(ArticleInput("A-1", "Tee", supplier_id=made.id))
    with pytest.raises(InputError, match="A-1"):
        house.suppliers.delete(made.id)
    house.articles.change(article, ArticleInput("A-1", "Tee", supplier_id=0))
    house.suppliers.delete(made.id)
    assert (names(house), names(house, deleted=True)) == ([], [made.name])
    with pytest.raises(InputError, match="no such supplier"):
        house.articles.create(ArticleInput("A-2", "Tee", supplier_id=made.id))
    assert house.suppliers.restore(made.id).email == ENTERED.email


def test_former_suppliers_are_offered_no_more(house: House) -> None:
    made = house.suppliers.create(replace(ENTERED, ended_on=date(2020, 1, 1)))
    later = house.suppliers.create(SupplierInput("Bald", ended_on=date(2999, 1, 1)))
    assert (names(house), house.suppliers.choices()) == (["Bald"], {later.id: "Bald"})
    assert names(house, ended=True) == ["Bald", made.name]


REFUSED = [
    ("email", "keine adresse"),
    ("email", "a@b"),
    ("phone", "ruf an"),
    ("iban", "DE03120300000000202051"),
]


@pytest.mark.parametrize(("field", "value"), REFUSED)
def test_what_cannot_be_is_refused(field: str, value: str) -> None:
    with pytest.raises(InputError) as caught:
        read_supplier({"company": "x", field: value})
    assert caught.value.of(field)


def test_an_account_number_is_read_as_people_write_it() -> None:
    assert read_supplier({"company": "x", "iban": "de02 1203 0000 0000 2020 51"}).iban == "DE02120300000000202051"


def test_suppliers_need_their_permission(house: House) -> None:
    made = house.suppliers.create(ENTERED)
    with acting(principal("warehouse.read")):
        assert isinstance(house.suppliers.get(made.id).seen, Supplier)
        for work in (house.suppliers.delete, house.suppliers.restore):
            with pytest.raises(PermissionDeniedError):
                work(made.id)


def test_showing_a_contact_needs_a_reason_and_is_kept(house: House) -> None:
    made = house.suppliers.create(replace(ENTERED, phone=None))
    with pytest.raises(InputError, match="recorded"):
        house.suppliers.reveal(made.id, "  ")
    assert house.revealer.seen() == []
    contact = house.suppliers.reveal(made.id, "Rückfrage zur Lieferung 4711")
    assert contact == {"contact": ENTERED.contact, "email": ENTERED.email, "iban": ENTERED.iban}
    seen = house.revealer.seen(table="warehouse_supplier", key=made.id)
    assert {entry.field for entry in seen} == {"contact", "email", "iban"}
    assert {(entry.user_name, entry.reason) for entry in seen} == {("Anna Lager", "Rückfrage zur Lieferung 4711")}
    with acting(principal("warehouse.read", "warehouse.edit")), pytest.raises(PermissionDeniedError):
        house.suppliers.reveal(made.id, "Neugier")
    assert len(house.revealer.seen()) == 3


def test_an_export_is_masked_unless_somebody_says_why(house: House) -> None:
    house.suppliers.create(ENTERED)
    house.suppliers.create(SupplierInput("=Formel", "Ulm"))
    masked = b"".join(house.supplier_exports.csv("de")).decode("utf-8-sig")
    assert masked.splitlines()[0].startswith("Firma;Ort")
    assert "'=Formel;Ulm" in masked
    assert "Teehandel Größe GmbH;Köln" in masked
    assert not [part for part in ("Jörg", "Joerg", "123456", "DE0212") if part in masked]
    assert house.revealer.seen() == []
    full = b"".join(house.supplier_exports.csv("de", "Steuerprüfung")).decode()
    assert "Jörg Beispiel;Joerg@Teehandel.example;'+49 221 123456;DE02120300000000202051" in full
    assert len(house.revealer.seen()) == 4
    with acting(principal("warehouse.export")), pytest.raises(PermissionDeniedError):
        house.supplier_exports.csv("de", "Neugier")
