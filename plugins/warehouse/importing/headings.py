"""Which column of a file means which field: German and English headings, as programs and people write them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from plugins.warehouse.faults import Fault, InputError
from plugins.warehouse.folding import fold
from plugins.warehouse.services.article_input import REQUIRED, short

_HEADINGS: Final = {
    "number": (
        "Artikelnummer", "Artikel-Nr.", "Artikelnr.", "Artikel Nr.", "Art.-Nr.", "Art.Nr.", "ArtNr", "Nummer", "Nr.",
        "Number", "Article number", "Article no.", "Item number", "Item no.", "SKU", "Article",
    ),
    "name": (
        "Bezeichnung", "Artikelbezeichnung", "Artikelname", "Name", "Artikel", "Benennung", "Description",
        "Article name", "Item name", "Title",
    ),
    "category": ("Warengruppe", "Kategorie", "Gruppe", "Artikelgruppe", "Category", "Group", "Product group"),
    "unit": ("Einheit", "Mengeneinheit", "ME", "Unit", "Unit of measure", "UoM"),
    "price": (
        "Preis", "EK", "EK-Preis", "Einkaufspreis", "Einkaufspreis netto", "Preis netto", "Price", "Purchase price",
        "Cost", "Unit price",
    ),
    "minimum_stock": (
        "Mindestbestand", "Meldebestand", "Min.-Bestand", "Minimum", "Minimum stock", "Min stock", "Reorder level",
    ),
    "barcode": ("EAN", "GTIN", "EAN-Code", "Barcode", "Strichcode"),
    "note": ("Bemerkung", "Notiz", "Hinweis", "Kommentar", "Note", "Notes", "Remark", "Comment"),
}  # fmt: skip


def _key(heading: str) -> str:
    return "".join(mark for mark in fold(heading.partition("(")[0]) if mark.isalnum())


_FIELDS: Final = {_key(heading): field for field, headings in _HEADINGS.items() for heading in (field, *headings)}


_EXAMPLES: Final = {"number": ("Artikelnummer", "Article number"), "name": ("Bezeichnung", "Article name")}


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a file.

    Args:
        headings: as the file writes them, in order.
        fields: what each means, ``None`` for one that is left out.
    """

    headings: Sequence[str]
    fields: Sequence[str | None]

    @property
    def known(self) -> int:
        """How many columns mean something."""
        return sum(field is not None for field in self.fields)

    @property
    def ignored(self) -> list[str]:
        """Headings of the columns that are left out."""
        named = zip(self.headings, self.fields, strict=True)
        return [heading for heading, field in named if field is None and heading.strip()]

    def require_complete(self) -> None:
        """Raise `InputError` if a needed column is missing, or two columns mean the same."""
        missing = [field for field in REQUIRED if field not in self.fields]
        found = short(", ".join(filter(None, self.headings)) or "–", 200)
        faults = [
            Fault("warehouse.error.column_missing", "file", {"wanted": " / ".join(_EXAMPLES[field]), "found": found})
            for field in missing
        ]
        twice = sorted({field for field in self.fields if field and list(self.fields).count(field) > 1})
        for field in twice:
            named = ", ".join(h for h, f in zip(self.headings, self.fields, strict=True) if f == field)
            faults.append(Fault("warehouse.error.column_twice", "file", {"columns": named}))
        if faults:
            raise InputError(*faults)


def read_columns(headings: Sequence[str]) -> Columns:
    """Tell what each heading means; what stands in brackets behind it (``Preis (EUR)``) is left aside."""
    tidy = [" ".join(heading.split()) for heading in headings]
    return Columns(tidy, [_FIELDS.get(_key(heading)) for heading in tidy])
