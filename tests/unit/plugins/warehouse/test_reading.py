"""Reading files: any cut at a record's end continues to the same records; headings in both languages."""

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.warehouse.exporting.tables import headings
from plugins.warehouse.faults import InputError
from plugins.warehouse.folding import fold, spellings
from plugins.warehouse.importing.dialect import sniff
from plugins.warehouse.importing.headings import read_columns
from plugins.warehouse.importing.records import LONGEST_LINE, LONGEST_RECORD, Record, read_records
from plugins.warehouse.services.article_input import read_article
from plugins.warehouse.units import UNITS, find_unit

CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=12)


def records(data: bytes, offset: int = 0, line: int = 1, encoding: str = "utf-8") -> list[Record]:
    return list(read_records(io.BytesIO(data), offset, line, encoding, ";"))


@given(st.lists(st.lists(CELL, min_size=2, max_size=4), max_size=8), st.sampled_from(["\n", "\r\n"]))
def test_continues_from_every_record_as_if_never_stopped(rows: list[list[str]], end: str) -> None:
    written = io.StringIO()
    csv.writer(written, delimiter=";", lineterminator=end).writerows(rows)
    data = written.getvalue().encode()
    whole = records(data)
    assert [record.values for record in whole] == rows
    for index, record in enumerate(whole):
        assert records(data, record.end, record.next_line) == whole[index + 1 :]


def test_one_open_quote_costs_one_row() -> None:
    found = records(b'a;1\n"b;2\nc;3\n')
    assert [(record.line, record.values, bool(record.fault)) for record in found] == [
        (1, ["a", "1"], False),
        (2, [], True),
        (3, ["c", "3"], False),
    ]


def test_an_open_quote_in_a_long_file_reads_only_a_stretch_of_it() -> None:
    file = io.BytesIO(b'"b;2\n' + b"c;3\n" * 100_000)
    first = next(read_records(file, 0, 1, "utf-8", ";"))
    assert first.fault
    assert file.tell() < (LONGEST_RECORD + 2) * 4 + 10


def test_a_line_without_end_is_refused_in_pieces() -> None:
    found = records(b"x" * (LONGEST_LINE + 10) + b"\nc;3\n")
    assert (bool(found[0].fault), found[-1].values) == (True, ["c", "3"])


def test_undecodable_bytes_cost_one_row() -> None:
    found = records(b"a;1\n\x81;2\nc;3\n", encoding="cp1252")
    assert [bool(record.fault) for record in found] == [False, True, False]


def test_headings_of_the_export_are_understood_again() -> None:
    for language in ("de", "en"):
        fields = read_columns(headings(language)).fields
        assert {"number", "name", "category", "unit", "price", "minimum_stock", "barcode"} <= set(fields)
        read_columns(headings(language)).require_complete()


@pytest.mark.parametrize("heading", ["ARTIKELNUMMER", " Artikel - Nr. ", "artikel_nr", "Art.Nr.", "SKU", "Item no."])
def test_headings_as_people_write_them(heading: str) -> None:
    assert read_columns([heading]).fields == ["number"]


def test_the_delimiter_is_the_one_that_gives_columns() -> None:
    dialect = sniff(io.BytesIO(b"Bezeichnung, lang;Nummer;Name\n"))
    assert (dialect.delimiter, dialect.columns.fields) == (";", [None, "number", "name"])


def test_every_fault_of_a_row_at_once() -> None:
    with pytest.raises(InputError) as caught:
        read_article({"unit": "Fass", "price": "x", "minimum_stock": "-1", "barcode": "1" * 41}, ",")
    found = [fault.field for fault in caught.value.faults]
    assert found == ["number", "name", "barcode", "unit", "price", "minimum_stock"]


def test_blank_is_not_stated_unless_the_article_is_complete() -> None:
    values = {"number": " A ", "name": "x\ty", "note": "", "price": ""}
    part, whole = read_article(values, ","), read_article(values, ",", complete=True)
    assert (part.number, part.name, part.note, part.price_cents) == ("A", "x y", None, None)
    assert (whole.note, whole.price_cents, whole.minimum_stock) == ("", 0, Decimal(0))


def test_units_by_any_name() -> None:
    assert [getattr(find_unit(text), "code", None) for text in ("Stück", "STK", "kg", "Palette", "m²", "Fass")] == [
        "pcs", "pcs", "kg", "pallet", "m2", None,
    ]  # fmt: skip
    assert UNITS["kg"].fits(Decimal("0.001"))
    assert not UNITS["pcs"].fits(Decimal("0.5"))


@given(st.text(max_size=30))
def test_folding_settles(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_written_out_umlauts_are_tried_both_ways() -> None:
    assert fold("  Größe  Ä ") == "grosse a"
    assert list(spellings("gruen")) == ["gruen", "grun"]
    assert list(spellings("tee")) == ["tee"]


def test_a_missing_column_is_named_in_both_languages() -> None:
    with pytest.raises(InputError) as wrong:
        read_columns(["foo"]).require_complete()
    told = [str(fault.render("en")) for fault in wrong.value.faults]
    assert [line.partition(". Found")[0] for line in told] == [
        "The file has no column Artikelnummer / Article number",
        "The file has no column Bezeichnung / Article name",
    ]
    for fault in wrong.value.faults:
        for heading in str(fault.values["wanted"]).split(" / "):
            assert read_columns([heading]).known == 1
