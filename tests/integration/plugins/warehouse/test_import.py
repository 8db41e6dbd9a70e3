"""Imports: every row counted once, every bad one named, articles changed all at once or not at all."""

from decimal import Decimal
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import func, select

from host import PermissionDeniedError
from plugins.warehouse.api import ArticleImported
from plugins.warehouse.faults import InputError
from plugins.warehouse.import_models import Import, ImportRow
from plugins.warehouse.importing.imports import fault_text
from plugins.warehouse.models import Article
from plugins.warehouse.services.paging import Window
from plugins.warehouse.settings import WarehouseSettings
from tests.integration.plugins.warehouse.house import House, acting, principal

GOOD = "Artikelnummer;Bezeichnung;Einheit;Preis;Mindestbestand\nA-1;Grüner Tee;kg;12,50;2,5\nB-2;Kaffee;;;\n"


def articles(house: House) -> dict[str, Article]:
    with house.database.begin(readonly=True) as unit:
        return {article.number: article for article in unit.session.scalars(select(Article))}


def staged(house: House) -> int:
    with house.database.begin(readonly=True) as unit:
        return unit.session.scalar(select(func.count()).select_from(ImportRow)) or 0


def reasons(house: House, import_: Import) -> list[tuple[int, str, str, str]]:
    rows = house.imports.faults(import_.id, Window(rows=100)).rows
    return [(row.line, row.column, row.value, fault_text(row, "en")) for row in rows]


def test_takes_a_german_file(house: House) -> None:
    done = house.load(GOOD)
    assert (done.state, done.created, done.updated, done.rows_bad) == ("applied", 2, 0, 0)
    tea, coffee = articles(house)["A-1"], articles(house)["B-2"]
    assert (tea.name, tea.unit, tea.price_cents, tea.minimum_stock) == ("Grüner Tee", "kg", 1250, Decimal("2.5"))
    assert (coffee.unit, coffee.price_cents, coffee.stock, coffee.version) == ("pcs", 0, 0, 1)
    assert house.heard == [ArticleImported(done.id, 2, 0)]
    assert staged(house) == 0


@pytest.mark.parametrize(
    "content",
    [
        GOOD.encode("utf-8-sig"),
        GOOD.encode("cp1252"),
        GOOD.replace("\n", "\r\n").encode(),
        ("\n\n" + GOOD).encode(),
        GOOD.replace(",", ".").replace(";", "\t").encode(),
        GOOD.replace(",", ".").replace(";", ",").encode(),
        GOOD.rstrip("\n").encode(),
        b"Item no.,Description,Unit,Unit price (EUR),Min stock\nA-1,Gr\xc3\xbcner Tee,kg,12.50,2.5\nB-2,Kaffee,,,\n",
    ],
    ids=["bom", "cp1252", "crlf", "blank lines", "tab", "comma", "no last line feed", "english"],
)
def test_takes_files_as_programs_write_them(house: House, content: bytes) -> None:
    assert house.load(content).state == "applied"
    found = articles(house)
    assert (found["A-1"].name, found["A-1"].price_cents, found["B-2"].name) == ("Grüner Tee", 1250, "Kaffee")


def test_values_may_hold_delimiters_quotes_and_line_feeds(house: House) -> None:
    house.load('Nr;Name;Bemerkung\nA;"Rohr 3/4"", lang; blau";"eins\nzwei"\nB;Zweites;\n')
    assert [(a.name, a.note) for a in articles(house).values()] == [
        ('Rohr 3/4", lang; blau', "eins zwei"),
        ("Zweites", ""),
    ]


@pytest.mark.parametrize(
    ("content", "match"),
    [
        ("", "empty"),
        ("\n\n\n\n\n", "empty"),
        ("Nummer;Preis\n1;2\n", "Bezeichnung"),
        ("foo;bar\n1;2\n", "Artikelnummer"),
        ("Nummer;SKU;Name\n1;2;3\n", "Nummer, SKU"),
        (b"PK\x03\x04rest of a workbook", "no CSV"),
        (b"\xd0\xcf\x11\xe0an old workbook", "no CSV"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "no CSV"),
        (b"\x1f\x8b\x08\0\0\0\0\0", "no CSV"),
        (b"MZ\x90\0\x03\0", "no CSV"),
        (b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\n", "Artikelnummer"),
        (b"<!doctype html><script>alert(1)</script>", "Artikelnummer"),
        ("Nummer;Name\n1;2\n".encode("utf-16"), "no CSV"),
        (b"Nummer;Name\n1;\x00\n", "no CSV"),
    ],
)
def test_one_clear_error_before_anything_is_kept(house: House, content: str | bytes, match: str) -> None:
    with pytest.raises(InputError, match=match):
        house.begin(content)
    assert house.imports.recent() == []
    assert [each for each in (house.folder / "blobs").rglob("*") if each.is_file()] == []


def test_every_bad_cell_is_named(house: House) -> None:
    done = house.load(
        "Artikel-Nr.;Bezeichnung;Einheit;EK-Preis;Mindestbestand\n"
        "A;Gut;Stk;1,00;1\n"
        ";Ohne Nummer;Stk;1,00;1\n"
        "C;;Fass;zwölf;-1\n"
        "D;Zu viel;Stk;1,00;1;7\n"
        "E;Krumm;Stk;1.234;1,5\n"
        "a;Doppelt;Stk;1,00;1\n"
        'F;"offen;Stk;1,00;1\n'
        "G;Auch gut;Stk;1,00;1\n"
    )
    assert (done.state, done.rows_good, done.rows_bad) == ("deciding", 2, 6)
    found = reasons(house, done)
    assert [(line, column, value) for line, column, value, _ in found] == [
        (3, "Artikel-Nr.", ""),
        (4, "Bezeichnung", ""),
        (4, "Einheit", "Fass"),
        (4, "EK-Preis", "zwölf"),
        (4, "Mindestbestand", "-1"),
        (5, "", "7"),
        (6, "EK-Preis", "1.234"),
        (6, "Mindestbestand", "1,5"),
        (7, "Artikel-Nr.", "a"),
        (8, "", ""),
    ]
    assert any("quotation mark" in text for line, _, _, text in found if line == 8)
    assert any("Line 2 has the same" in text for line, _, _, text in found if line == 7)
    assert articles(house) == {}


def test_nothing_changes_before_the_decision(house: House) -> None:
    house.article("A", "Alt")
    waiting = house.load("Nr;Name\nA;Neu\n;bad\nB;Zweites\n")
    assert (waiting.state, articles(house)["A"].name) == ("deciding", "Alt")
    assert house.imports.step(waiting.id).state == "deciding"
    done = house.imports.decide(waiting.id, keep_good=True)
    assert (done.state, done.created, done.updated) == ("applied", 1, 1)
    assert {number: a.name for number, a in articles(house).items()} == {"A": "Neu", "B": "Zweites"}
    assert house.imports.decide(waiting.id, keep_good=False).state == "applied"


def test_discarded_leaves_no_trace(house: House) -> None:
    waiting = house.load("Nr;Name\nA;Neu\n;bad\n")
    assert house.imports.decide(waiting.id, keep_good=False).state == "discarded"
    assert (articles(house), staged(house), house.heard) == ({}, 0, [])
    assert len(reasons(house, waiting)) == 1


def test_good_rows_are_kept_on_request(house: House) -> None:
    assert house.load("Nr;Name\nA;Neu\n;bad\n", keep_good=True).state == "applied"
    assert list(articles(house)) == ["A"]


def test_known_articles_keep_what_the_file_does_not_say(house: House) -> None:
    house.article("a-1", "Alt", price_cents=700, category="Tee", unit="kg", minimum_stock=Decimal("1.5"))
    done = house.load("Nr;Name;Preis;Gruppe\nA-1;Neu;;\n")
    assert (done.created, done.updated) == (0, 1)
    article = articles(house)["A-1"]
    assert (article.name, article.price_cents, article.category, article.unit) == ("Neu", 700, "Tee", "kg")
    assert (article.minimum_stock, article.version) == (Decimal("1.5"), 2)


def test_a_unit_with_stock_is_kept(house: House) -> None:
    article = house.article("A", unit="kg")
    house.movements.receive(house.booking(article, "1.5"))
    done = house.load("Nr;Name;Einheit\nA;Neu;Stk\n")
    assert [(line, column, value) for line, column, value, _ in reasons(house, done)] == [(2, "Einheit", "pcs")]


def test_columns_without_meaning_are_listed(house: House) -> None:
    done = house.load("Nr;Name;Farbe\nA;Neu;rot\n")
    assert (done.headings, done.columns, done.state) == (["Nr", "Name", "Farbe"], ["number", "name", None], "applied")


def test_two_drivers_count_every_row_once(house: House) -> None:
    house.imports._settings = WarehouseSettings(import_batch_rows=10)
    import_ = house.begin("Nr;Name\n" + "".join(f"N{n};Name {n}\n" if n % 50 else ";bad\n" for n in range(400)))

    def drive() -> None:
        with acting(principal()):
            house.run(import_)

    drivers = [Thread(target=drive) for _ in range(3)]
    for driver in drivers:
        driver.start()
    for driver in drivers:
        driver.join()
    done = house.imports.get(import_.id)
    assert (done.state, done.rows_good, done.rows_bad, len(reasons(house, done))) == ("deciding", 392, 8, 8)
    assert staged(house) == 392


def test_stale_batch_counts_for_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """One reads a batch, another stages it first: the slower one's is dropped."""
    from plugins.warehouse.importing import imports

    import_ = house.begin("Nr;Name\nA;a\nB;b\n")
    read, late = imports.read_batch, []

    def slow(*arguments: object) -> object:
        batch = read(*arguments)  # type: ignore[arg-type]
        if not late:
            late.append(True)
            house.imports.step(import_.id)
        return batch

    monkeypatch.setattr(imports, "read_batch", slow)
    assert house.imports.step(import_.id).rows_good == 2
    assert staged(house) == 2


def test_a_vanished_file_fails_cleanly(house: House) -> None:
    import_ = house.begin(GOOD)
    house.blobs.delete(import_.blob_id)
    assert house.imports.step(import_.id).state == "failed"
    assert articles(house) == {}


def test_the_file_goes_when_no_import_needs_it(house: House) -> None:
    first, second = house.begin(GOOD), house.begin(GOOD)
    house.run(first)
    house.blobs.open(second.blob_id).close()
    assert (house.run(second).state, second.blob_id) == ("applied", first.blob_id)
    with pytest.raises(FileNotFoundError):
        house.blobs.open(second.blob_id)


def test_too_large_a_file_is_refused(house: House) -> None:
    house.imports._settings = WarehouseSettings(import_max_mb=1)
    with pytest.raises(InputError, match="1 MB"):
        house.begin(b"Nr;Name\n" + b"x" * 1_000_001)


def test_unfinished_imports_are_offered_to_every_tab(house: House) -> None:
    reading, waiting = house.begin(GOOD), house.load("Nr;Name\nA;Neu\n;bad\n")
    house.load("Nr;Name\nA;Neu\n")
    assert [import_.id for import_ in house.imports.unfinished()] == [reading.id, waiting.id]


def test_importing_needs_permission(house: House) -> None:
    with acting(principal("warehouse.read", "warehouse.edit")), pytest.raises(PermissionDeniedError):
        house.begin(GOOD)


def test_a_stored_file_name_is_only_a_name(house: House, tmp_path: Path) -> None:
    done = house.imports.begin("../../etc/passwd\x00.csv", [GOOD.encode()])
    assert house.run(done).state == "applied"
    assert "\x00" not in done.name
