"""A stock keeper's day in a real browser: import, search, export, book, sell; nothing lost by a refresh."""

import csv
import io
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Reader, RunningApp, serve
from tests.e2e.ui.test_accessibility import faults

ROWS = 50_000
BAD = 50
WIDE = "[plugins.home]\n[plugins.warehouse]\n"


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    app = serve(tmp_path_factory.mktemp("warehouse"), WIDE)
    try:
        assert app.web.ready.get("ready"), app.web.log.read_text("utf-8")[-4000:]
        yield app
    finally:
        app.web.close()


@pytest.fixture
def keeper(read: Callable[..., Reader], warehouse: RunningApp) -> Reader:
    """A stock keeper at a desk."""
    return read(app=warehouse)


def fill(reader: Reader, label: str, value: str) -> None:
    """Fill a field of the page and leave it."""
    field = reader.page.get_by_test_id("stMain").get_by_label(label, exact=True)
    field.fill(value)
    field.press("Enter")
    reader.drawn()


def told(reader: Reader, message: str) -> Reader:
    """Wait for a short message, which stands beside the page."""
    expect(reader.page.get_by_test_id("stToast").get_by_text(message).last).to_be_visible()
    return reader.drawn()


def open_article(reader: Reader, number: str) -> int:
    """Open the page of an article and return its id, which a list knows but doesn't show."""
    with closing(sqlite3.connect(reader.app.root / "var" / "holdfast.db")) as database:
        query = "SELECT id FROM warehouse_article WHERE number = ? AND deleted_at IS NULL"
        article = int(database.execute(query, (number,)).fetchone()[0])
    reader.open("warehouse/article", id=article)
    return article


def choose_kind(reader: Reader, kind: str) -> None:
    reader.page.get_by_test_id("stMain").get_by_role("radio", name=kind).or_(
        reader.page.get_by_test_id("stMain").get_by_role("button", name=kind, exact=True)
    ).first.click()
    reader.drawn()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of 50,000 rows, 50 of them bad."""
    path = tmp_path_factory.mktemp("files") / "artikel.csv"
    every = ROWS // BAD
    with path.open("w", encoding="utf-8") as opened:
        opened.write("Artikelnummer;Bezeichnung;Einheit;Preis;Warengruppe\n")
        for number in range(ROWS):
            price = "zwölf" if number % every == 7 else f"{number % 90},50"
            opened.write(f"N-{number:05};Schraube M{number % 20} für Größe {number};Stk;{price};Schrauben\n")
    return path


@pytest.mark.timeout(400)
def test_a_large_import_survives_a_refresh_and_keeps_the_good_rows(keeper: Reader, file: Path) -> None:
    keeper.open("warehouse/import")
    keeper.page.locator('[data-testid="stFileUploader"] input[type=file]').set_input_files(file)
    progress = keeper.page.get_by_test_id("stProgress")
    expect(progress).to_be_visible()
    expect(progress).to_contain_text(re.compile(r"[1-9][\d,]* rows checked"))
    keeper.page.reload()
    keeper.sees("rows checked")
    keeper.page.get_by_role("button", name="Keep 49,950 good rows").wait_for(timeout=120_000)
    keeper.sees("Rows with errors: 50").sees("no clear price")
    keeper.open("warehouse/articles").sees("No article found")
    keeper.open("warehouse/import")
    keeper.press("Keep 49,950 good rows")
    # Each row is recorded as it is applied.
    keeper.page.get_by_test_id("stMain").get_by_text("Applied").first.wait_for(timeout=120_000)
    keeper.open("warehouse/articles").sees("49,950 entries")


def test_search_finds_umlauts_and_stays_in_the_address(keeper: Reader) -> None:
    keeper.open("warehouse/articles").sees("49,950 entries")
    fill(keeper, "Search", "groesse 49999")
    keeper.sees("1 entry")
    expect(keeper.page).to_have_url(re.compile("q=groesse"))
    keeper.page.reload()
    keeper.sees("1 entry")
    expect(keeper.page.get_by_label("Search", exact=True)).to_have_value("groesse 49999")


def test_export_keeps_the_filter(keeper: Reader) -> None:
    keeper.open("warehouse/articles", q="M7+499").sees("entries")
    links = {name: keeper.page.get_by_role("link", name=name).get_attribute("href") or "" for name in ("CSV", "Excel")}
    answers = {name: keeper.page.request.get(keeper.app.url.rstrip("/") + link) for name, link in links.items()}
    rows = list(csv.reader(io.StringIO(answers["CSV"].body().decode("utf-8-sig")), delimiter=";"))
    assert len(rows) > 1
    assert all("M7 " in row[1] and "499" in row[1] for row in rows[1:])
    sheet = openpyxl.load_workbook(io.BytesIO(answers["Excel"].body())).worksheets[0]
    assert sheet.max_row == len(rows)
    assert "attachment" in answers["CSV"].headers["content-disposition"]


def test_a_bad_file_is_refused_with_the_reason(keeper: Reader, tmp_path: Path) -> None:
    path = tmp_path / "falsch.csv"
    path.write_text("Farbe;Preis\nrot;1\n")
    keeper.open("warehouse/import")
    keeper.page.locator('[data-testid="stFileUploader"] input[type=file]').set_input_files(path)
    keeper.sees("The file has no column Artikelnummer")


def test_faults_stand_below_their_field_and_go_with_it(keeper: Reader) -> None:
    keeper.open("warehouse/article")
    fill(keeper, "Purchase price", "zwölf")
    keeper.press("Save").sees("The article number is missing").sees("no clear price")
    expect(keeper.page.get_by_label("Purchase price")).to_have_value("zwölf")
    fill(keeper, "Purchase price", "12.50")
    expect(keeper.page.get_by_text("no clear price")).to_have_count(0)
    fill(keeper, "Article number", "TEE-1")
    fill(keeper, "Name", "Grüner Tee")
    told(keeper.press("Save"), "Article TEE-1 is created.")


def test_goods_come_in_are_reserved_and_shipped(keeper: Reader) -> None:
    keeper.open("warehouse/movements")
    fill(keeper, "Article", "tee-1")
    fill(keeper, "Quantity", "5")
    fill(keeper, "Lot number", "CH-1")
    told(keeper.press("Book in"), "Booked.")
    keeper.open("warehouse/order")
    fill(keeper, "Customer", "Müller GmbH")
    fill(keeper, "Article", "tee-1")
    fill(keeper, "Quantity", "2")
    keeper.press("Add line").sees("1. TEE-1 Grüner Tee · 2 pcs")
    told(keeper.press("Create order").heading_or_title("Order"), "is created.")
    told(keeper.press("Reserve").sees("Reserved lots"), "Everything is reserved.")
    told(keeper.press("Ship"), "the order is closed")
    keeper.open("warehouse/overview").sees("Last movements")
    keeper.open("warehouse/movements")
    choose_kind(keeper, "Goods out")
    fill(keeper, "Article", "tee-1")
    fill(keeper, "Quantity", "4")
    keeper.press("Book out").sees("only 3 are free")


def test_what_is_missing_is_said_and_over_once_it_is_there(keeper: Reader) -> None:
    keeper.open("warehouse/article")
    fill(keeper, "Article number", "tee-2")
    fill(keeper, "Name", "Tee, grün")
    told(keeper.press("Save"), "is created.")
    keeper.open("warehouse/order").press("Create order").sees("The order has no lines.")
    fill(keeper, "Article", "tee-2")
    keeper.press("Add line").sees("The quantity is missing. Enter how much.")
    fill(keeper, "Quantity", "2")
    told(keeper.press("Add line"), "Line added.")
    expect(keeper.page.get_by_text("The order has no lines.")).to_have_count(0)


def test_a_second_editor_keeps_what_they_entered(read: Callable[..., Reader], warehouse: RunningApp) -> None:
    first, second = read(app=warehouse), read(app=warehouse)
    article = open_article(first, "TEE-1")
    second.open("warehouse/article", id=article)
    fill(first, "Purchase price", "9.90")
    told(first.press("Save"), "Saved.")
    fill(second, "Name", "Sencha")
    second.press("Save").sees("so nothing was saved")
    row = second.page.get_by_role("row").filter(has_text="Purchase price")
    expect(row).to_contain_text("9.90")
    expect(second.page.get_by_label("Name", exact=True)).to_have_value("Sencha")
    told(second.press("Keep my changes, take theirs for the rest"), "Not saved yet")
    expect(second.page.get_by_label("Purchase price")).to_have_value("9.90")
    told(second.press("Save"), "Saved.")
    second.sees("changed by").sees("Grüner Tee → Sencha")


def test_going_back_to_an_earlier_version_is_nobody_elses_change(keeper: Reader) -> None:
    open_article(keeper, "TEE-1")
    before = keeper.page.get_by_label("Remark", exact=True).input_value()
    keeper.page.get_by_label("Remark", exact=True).fill("For the shop window")
    keeper.page.get_by_label("Name", exact=True).focus()
    told(keeper.drawn().press("Save"), "Saved.")
    keeper.page.get_by_test_id("stMain").get_by_role("button", name="Back to this").first.click()
    told(keeper, "The earlier data is back")
    expect(keeper.page.get_by_label("Remark", exact=True)).to_have_value(before)
    expect(keeper.page.get_by_text("Somebody else has changed")).to_have_count(0)


def test_who_entered_nothing_sees_what_is_stored_now(read: Callable[..., Reader], warehouse: RunningApp) -> None:
    first, second = read(app=warehouse), read(app=warehouse)
    article = open_article(first, "TEE-1")
    second.open("warehouse/article", id=article)
    fill(first, "Minimum stock", "7")
    told(first.press("Save"), "Saved.")
    second.menu("Articles").page.go_back()
    second.heading_or_title("Article")
    expect(second.page.get_by_label("Minimum stock", exact=True)).to_have_value("7")
    expect(second.page.get_by_text("Somebody else has changed")).to_have_count(0)


def test_an_article_is_deleted_found_again_and_restored(keeper: Reader) -> None:
    keeper.open("warehouse/article")
    fill(keeper, "Article number", "weg-1")
    fill(keeper, "Name", "Ladenhüter")
    told(keeper.press("Save"), "is created.")
    article = open_article(keeper, "weg-1")
    keeper.press("Delete")
    confirm = keeper.page.get_by_test_id("stPopoverBody").get_by_role("button", name="Delete")
    confirm.click()
    told(keeper, "Article weg-1 is deleted.")
    keeper.open("warehouse/articles", q="weg-1").sees("No article found")
    keeper.open("warehouse/articles", q="weg-1", deleted="true").sees("1 entry")
    keeper.open("warehouse/article", id=article).sees("Deleted on")
    told(keeper.press("Restore"), "Article weg-1 is back.")
    keeper.open("warehouse/articles", q="weg-1").sees("1 entry")


def test_what_has_stock_is_not_deleted(keeper: Reader) -> None:
    open_article(keeper, "TEE-1")
    keeper.press("Delete")
    keeper.page.get_by_test_id("stPopoverBody").get_by_role("button", name="Delete").click()
    expect(keeper.page.get_by_text("in stock. Book it out first").first).to_be_attached()


def test_a_contact_is_masked_until_somebody_says_why(keeper: Reader) -> None:
    keeper.open("warehouse/supplier")
    fill(keeper, "Company", "Teehandel Größe")
    fill(keeper, "E-mail", "joerg@teehandel.example")
    fill(keeper, "Telephone", "+49 221 123456")
    told(keeper.press("Save"), "Teehandel Größe is created.")
    keeper.open("warehouse/suppliers", q="JOERG@teehandel.example").sees("1 entry")
    keeper.open("warehouse/supplier", id=1).sees("j…@teehandel.example")
    expect(keeper.page.get_by_text("joerg@teehandel.example")).to_have_count(0)
    keeper.press("Show")
    body = keeper.page.get_by_test_id("stPopoverBody")
    body.get_by_label("Why do you need it?").fill("Call about delivery 4711")
    body.get_by_role("button", name="Show").click()
    told(keeper, "Shown and recorded.")
    keeper.sees("joerg@teehandel.example").sees("+49 221 123456")
    keeper.page.reload()
    keeper.drawn().sees("j…@teehandel.example")
    expect(keeper.page.get_by_text("joerg@teehandel.example")).to_have_count(0)


def test_the_pages_speak_german_on_a_dark_phone(read: Callable[..., Reader], warehouse: RunningApp) -> None:
    reader = read(app=warehouse, width=390, height=800, locale="de-DE", color_scheme="dark")
    for page, heading in (
        ("overview", "Übersicht"),
        ("articles", "Artikel"),
        ("movements", "Bewegungen"),
        ("orders", "Aufträge"),
        ("suppliers", "Lieferanten"),
        ("supplier", "Neuer Lieferant"),
        ("import", "Import"),
    ):
        reader.open(f"warehouse/{page}")
        expect(reader.page.get_by_role("heading", level=1)).to_have_text(heading)
        assert reader.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        expect(reader.page.locator('[role="alert"] h2')).to_have_count(0)


def test_a_list_is_turned_by_its_address_and_by_going_back(keeper: Reader) -> None:
    keeper.open("warehouse/articles").sees("entries")
    keeper.page.get_by_role("navigation", name="Pagination").get_by_role("button", name="Page 2", exact=True).click()
    expect(keeper.page).to_have_url(re.compile("part=2"))
    keeper.drawn()
    keeper.page.go_back()
    expect(keeper.page).not_to_have_url(re.compile("part=2"))
    chosen = keeper.page.get_by_role("navigation", name="Pagination").locator('[aria-current="page"]')
    expect(chosen).to_have_text("1")


PAGES = (
    "overview",
    "articles",
    "articles&deleted=true",
    "article&id=1",
    "movements",
    "orders",
    "order",
    "suppliers",
    "supplier&id=1",
    "import",
)


@pytest.mark.parametrize("page", PAGES)
def test_nothing_serious_for_axe(read: Callable[..., Reader], warehouse: RunningApp, page: str) -> None:
    reader = read(app=warehouse, locale="de-DE")
    reader.page.goto(f"{warehouse.address('warehouse/')}{page}")
    assert faults(reader.drawn()) == []
