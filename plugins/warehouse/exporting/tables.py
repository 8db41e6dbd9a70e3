"""Writes articles as CSV or as an Excel workbook, with memory that doesn't grow with the list."""

import csv
import io
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from host import csv_safe
from plugins.warehouse.columns import AnyRow
from plugins.warehouse.exporting.listing import COLUMNS
from plugins.warehouse.wording import wording

FLUSH: Final = 500
"""Rows a chunk of CSV holds."""
SHEET_ROWS: Final = 1_048_576
"""Rows that Excel takes a sheet."""


def csv_chunks(rows: Iterable[AnyRow], language: str) -> Iterator[bytes]:
    """Yield the articles as CSV that a German or English Excel opens by a double click: ``;``, BOM, decimal comma."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    buffer.write("\ufeff")
    writer.writerow(headings(language))
    for count, row in enumerate(rows, start=1):
        writer.writerow([_written(value) for value in values(row, language)])
        if count % FLUSH == 0:
            yield _emptied(buffer)
    yield _emptied(buffer)


def write_workbook(path: Path, rows: Iterable[AnyRow], language: str) -> None:
    """Write the articles as a workbook; texts are written as texts, so that none is taken for a formula."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        sheet, line = None, SHEET_ROWS
        for row in rows:
            if line >= SHEET_ROWS:
                sheet, line = _sheet(book, bold, language), 1
            for column, value in enumerate(values(row, language)):
                _cell(sheet, line, column, value)
            line += 1
        if sheet is None:
            _sheet(book, bold, language)


def headings(language: str) -> list[str]:
    """Return the columns' headings, which an import understands again."""
    return [wording(language, f"warehouse.column.{name}") for name in COLUMNS]


def values(row: AnyRow, language: str) -> list[str | Decimal]:
    """Return an article's cells."""
    price = Decimal(row.price_cents).scaleb(-2)
    words = [row.number, row.name, row.category, wording(language, f"warehouse.unit.{row.unit}")]
    return [*words, price, row.stock, row.reserved, row.free, row.minimum_stock, row.barcode]


def _written(value: str | Decimal) -> str:
    return csv_safe(value) if isinstance(value, str) else f"{value:f}".replace(".", ",")


def _emptied(buffer: io.StringIO) -> bytes:
    chunk = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return chunk


def _sheet(book: Any, bold: Any, language: str) -> Any:
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 40)
    sheet.set_column(2, len(COLUMNS) - 1, 14)
    for column, heading in enumerate(headings(language)):
        sheet.write_string(0, column, heading, bold)
    return sheet


def _cell(sheet: Any, line: int, column: int, value: str | Decimal) -> None:
    if isinstance(value, str):
        sheet.write_string(line, column, value)
    else:
        sheet.write_number(line, column, float(value))
