"""The business rows that are measured: one model twice, with its own table for each side."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Integer, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from host import UtcDateTime

Id = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """Tables of the measurements."""


class Columns:
    """Ten columns as a trading company's table has them."""

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    category: Mapped[str] = mapped_column(String(80), index=True)
    unit: Mapped[str] = mapped_column(String(10))
    note: Mapped[str] = mapped_column(String(200))
    price_cents: Mapped[int]
    stock: Mapped[int]
    active: Mapped[bool]
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Plain(Columns, Base):
    """Written by SQLAlchemy alone."""

    __tablename__ = "bench_plain"


class Kept(Columns, Base):
    """Written by the repository, with audit."""

    __tablename__ = "bench_kept"


def values(number: int) -> dict[str, Any]:
    """Return the values of one row, without its id."""
    return {
        "number": f"A-{number:08}",
        "name": f"Grüntee Sencha, Bio, lose {number}",
        "category": f"Gruppe {number % 40}",
        "unit": "kg",
        "note": "Bitte kühl lagern",
        "price_cents": 1_000 + number % 900,
        "stock": number % 500,
        "active": True,
        "changed_at": datetime.now(UTC),
    }
