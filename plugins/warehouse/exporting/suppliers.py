"""Suppliers as a file: masked for everybody, readable for those who may see personal data and say why."""

import csv
import io
from collections.abc import Iterator
from typing import Any, Final

from host import Database, Repository, Revealer, authorize, csv_safe, masked
from plugins.warehouse.services.suppliers import KINDS
from plugins.warehouse.supplier_models import Supplier
from plugins.warehouse.wording import wording

PORTION: Final = 500
PLAIN: Final = ("name", "city", "ended_on", "note")


class SupplierExports:
    """Hands out suppliers for a file."""

    def __init__(self, database: Database, revealer: Revealer) -> None:
        self._stored: Final = Repository(database, Supplier)
        self._revealer = revealer

    def csv(self, language: str, reason: str = "") -> Iterator[bytes]:
        """Return the suppliers as CSV chunks, by name.

        Args:
            language: of the headings.
            reason: why the contact is needed readable; without one it is masked.

        Raises:
            PermissionDeniedError: without ``warehouse.export``, or with a reason and without ``host.pii``.
        """
        authorize("warehouse.export")
        if reason.strip():
            authorize("host.pii")
        return self._chunks(language, reason.strip())

    def _chunks(self, language: str, reason: str) -> Iterator[bytes]:
        headings = ("company", *PLAIN[1:], *KINDS)
        yield "\ufeff".encode() + _line([wording(language, f"warehouse.field.{field}") for field in headings])
        cursor: str | None = None
        while True:
            page = self._stored.page(order=("name_key",), size=PORTION, cursor=cursor)
            yield b"".join(_line(self._cells(supplier, reason)) for supplier in page.rows)
            cursor = page.next
            if cursor is None:
                return

    def _cells(self, supplier: Supplier, reason: str) -> list[str]:
        plain = [_written(getattr(supplier, field)) for field in PLAIN]
        return plain + [self._contact(supplier, field, reason) for field in KINDS]

    def _contact(self, supplier: Supplier, field: str, reason: str) -> str:
        value = getattr(supplier, field)
        if not value or not reason:
            return csv_safe(masked(value, KINDS[field]))
        # Each field of each supplier is an entry of its own in the log of who saw what.
        return csv_safe(str(self._revealer.reveal(Supplier, supplier.id, field, reason)))


def _written(value: Any) -> str:
    return "" if value is None else csv_safe(str(value))


def _line(cells: list[str]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=";", lineterminator="\r\n").writerow(cells)
    return buffer.getvalue().encode()
