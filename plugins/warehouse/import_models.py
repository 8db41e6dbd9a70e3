"""Tables of imports: how far each has come, its staged rows, and its bad rows."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from host import UtcDateTime
from plugins.warehouse.base import Base
from plugins.warehouse.columns import Id, Quantity


class Import(Base):
    """A file on its way into the articles; `cursor` moves in the transaction that stages what it passed."""

    __tablename__ = "warehouse_import"
    __table_args__ = (
        {"info": {"audit_exempt": "how far a file has come; what it does to an article is recorded there"}},
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    blob_id: Mapped[str] = mapped_column(String(64), index=True)
    name: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(12), index=True)
    size: Mapped[int] = mapped_column(Id)
    """Bytes of the file."""
    cursor: Mapped[int] = mapped_column(Id)
    """Byte offset of the first row that isn't staged yet."""
    line: Mapped[int]
    """Number of the line at the cursor, counted from 1 as an editor shows it."""
    encoding: Mapped[str] = mapped_column(String(12))
    delimiter: Mapped[str] = mapped_column(String(1))
    columns: Mapped[list[str | None]] = mapped_column(JSON)
    """Field of each column of the file in order; null for a column that is left out."""
    headings: Mapped[list[str]] = mapped_column(JSON)
    """Headings of the columns as the file writes them."""
    rows_good: Mapped[int] = mapped_column(default=0)
    rows_bad: Mapped[int] = mapped_column(default=0)
    created: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    keep_good: Mapped[bool] = mapped_column(default=False)
    """Decided beforehand: apply the good rows even if some are bad."""
    reason: Mapped[str] = mapped_column(Text, default="")
    by: Mapped[str] = mapped_column(String(120))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ImportRow(Base):
    """A row that passed its checks and waits; null means: leave what an existing article has."""

    __tablename__ = "warehouse_import_row"
    __table_args__ = ({"info": {"audit_exempt": "rows on their way into the articles, gone once they are there"}},)

    import_id: Mapped[int] = mapped_column(ForeignKey("warehouse_import.id"), primary_key=True)
    number_key: Mapped[str] = mapped_column(Text, primary_key=True)
    line: Mapped[int]
    number: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(Text)
    category: Mapped[str | None] = mapped_column(String(80))
    category_key: Mapped[str | None] = mapped_column(Text)
    unit: Mapped[str | None] = mapped_column(String(10))
    barcode: Mapped[str | None] = mapped_column(String(40))
    note: Mapped[str | None] = mapped_column(Text)
    price_cents: Mapped[int | None] = mapped_column(Id)
    minimum_stock: Mapped[Decimal | None] = mapped_column(Quantity)


class ImportFault(Base):
    """One reason why a row of a file was not taken."""

    __tablename__ = "warehouse_import_error"
    __table_args__ = ({"info": {"audit_exempt": "why rows of a file were refused; nothing is changed by them"}},)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("warehouse_import.id"), index=True)
    line: Mapped[int]
    column: Mapped[str] = mapped_column(String(80))
    """Heading of the column as the file writes it, empty where the whole row is meant."""
    value: Mapped[str] = mapped_column(String(80))
    """What stood there, shortened."""
    key: Mapped[str] = mapped_column(String(80))
    """Text key of the reason."""
    fields: Mapped[dict[str, str]] = mapped_column(JSON)
    """Fields of the reason's text."""
    found_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    """When the row was read; empty for rows of before this was kept."""
