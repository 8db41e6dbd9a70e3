"""Exports: the filter's rows, all of them, harmless to spreadsheets; from the database in portions."""

import csv
import io
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import event

from host import PermissionDeniedError
from plugins.warehouse.exporting import listing
from plugins.warehouse.exporting.listing import Exports
from plugins.warehouse.exporting.tables import csv_chunks, write_workbook
from plugins.warehouse.services.articles import ArticleFilter
from tests.attacks import attack
from tests.integration.plugins.warehouse.house import House, acting, principal


def exported(house: House, **wanted: object) -> list[list[str]]:
    rows = Exports(house.database).articles(ArticleFilter(**wanted))  # type: ignore[arg-type]
    data = b"".join(csv_chunks(rows, "de"))
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))


def test_csv_as_a_german_spreadsheet_reads_it(house: House) -> None:
    article = house.article("A-1", "Grüner Tee", unit="kg", price_cents=1250, minimum_stock=Decimal("2.5"))
    house.movements.receive(house.booking(article, "10.125"))
    head, row = exported(house)
    assert head[:2] == ["Artikelnummer", "Bezeichnung"]
    assert row == ["A-1", "Grüner Tee", "", "kg", "12,50", "10,125", "0", "10,125", "2,5", ""]


@attack("a formula as a name that somebody exports", "a text in the file")
@pytest.mark.parametrize(
    "name", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "＝1", "＋1", "－1", "＠A1", "﹦1", "−1"]
)
def test_formulas_are_texts(house: House, tmp_path: Path, name: str) -> None:
    house.article("A-1", name)
    assert exported(house)[1][1] == f"'{name}"
    path = tmp_path / "x.xlsx"
    write_workbook(path, Exports(house.database).articles(ArticleFilter()), "en")
    cell = openpyxl.load_workbook(path).worksheets[0]["B2"]
    assert (cell.data_type, cell.value) == ("s", name)


def test_workbook_holds_numbers(house: House, tmp_path: Path) -> None:
    house.article("A-1", "Tee", price_cents=1250)
    path = tmp_path / "x.xlsx"
    write_workbook(path, Exports(house.database).articles(ArticleFilter()), "en")
    rows = list(openpyxl.load_workbook(path).worksheets[0].values)
    assert rows[0][0] == "Article number"
    assert rows[1][:6] == ("A-1", "Tee", "", "pcs", 12.5, 0)


def test_filter_and_portions(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "PORTION", 3)
    for number in range(7):
        house.article(f"N{number}", "Tee" if number % 2 else "Kaffee")
    assert [row[0] for row in exported(house)[1:]] == [f"N{number}" for number in range(7)]
    assert [row[0] for row in exported(house, text="tee")[1:]] == ["N1", "N3", "N5"]


def test_a_slow_reader_holds_no_transaction(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "PORTION", 2)
    for number in range(5):
        house.article(f"N{number}", "x")
    rows = Exports(house.database).articles(ArticleFilter())
    next(rows)
    assert house.database.current() is None
    house.article("N9", "comes later")
    assert [row.number for row in rows] == ["N1", "N2", "N3", "N4", "N9"]


def test_permission_is_asked_before_the_first_row(house: House) -> None:
    with acting(principal("warehouse.read")), pytest.raises(PermissionDeniedError):
        Exports(house.database).articles(ArticleFilter())


def test_an_export_imports_again(house: House) -> None:
    house.article("A-1", "Öl; kalt gepresst", unit="l", price_cents=999, category="Öle")
    rows = Exports(house.database).articles(ArticleFilter())
    done = house.load(b"".join(csv_chunks(rows, "de")))
    assert (done.state, done.rows_good, done.created, done.updated) == ("applied", 1, 0, 0)
    article = house.articles.by_number("a-1")
    assert article is not None
    assert (article.name, article.unit, article.price_cents) == ("Öl; kalt gepresst", "l", 999)


def test_statements_grow_with_portions_not_rows(house: House) -> None:
    for number in range(30):
        house.article(f"N{number:02}", "x")
    seen: list[str] = []
    event.listen(house.database.engines.read, "before_cursor_execute", lambda *arguments: seen.append(arguments[2]))
    list(Exports(house.database).articles(ArticleFilter()))
    assert len([statement for statement in seen if "warehouse_article" in statement]) == 1
