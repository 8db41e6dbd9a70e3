"""Tables of the stock: places, articles, lots, what lies where, and the movements that explain it."""

from datetime import date, datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, MetaData, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from host import UtcDateTime
from plugins.warehouse.columns import Id, Quantity

NAMING: Final = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The warehouse's own metadata."""

    metadata = MetaData(naming_convention=NAMING)


class Place(Base):
    """Where goods lie: a rack, a hall, a yard."""

    __tablename__ = "warehouse_place"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)


class Article(Base):
    """What the company trades; `stock` and `reserved` are the sums over its lots, kept in the same transaction."""

    __tablename__ = "warehouse_article"
    __table_args__ = (
        CheckConstraint("stock >= 0", name="stock_not_negative"),
        CheckConstraint("reserved >= 0 AND reserved <= stock", name="reserved_within_stock"),
        CheckConstraint("price_cents >= 0", name="price_not_negative"),
        Index("ix_warehouse_article_name_key", "name_key", "id"),
        Index("ix_warehouse_article_category", "category"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    number_key: Mapped[str] = mapped_column(Text, unique=True)
    """Folded `number`: two numbers that differ only in case are the same article."""
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(Text)
    """Folded `name`: sorts and finds umlauts alike on every database."""
    category: Mapped[str] = mapped_column(String(80), default="")
    category_key: Mapped[str] = mapped_column(Text, default="")
    unit: Mapped[str] = mapped_column(String(10), default="pcs")
    barcode: Mapped[str] = mapped_column(String(40), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    price_cents: Mapped[int] = mapped_column(Id, default=0)
    minimum_stock: Mapped[Decimal] = mapped_column(Quantity, default=Decimal(0))
    stock: Mapped[Decimal] = mapped_column(Quantity, default=Decimal(0))
    reserved: Mapped[Decimal] = mapped_column(Quantity, default=Decimal(0))
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)
    """Counts the edits of the master data, so that a second editor notices the first."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Lot(Base):
    """One batch of an article; `quantity` and `reserved` are sums, kept in the same transaction."""

    __tablename__ = "warehouse_lot"
    __table_args__ = (
        UniqueConstraint("article_id", "number"),
        CheckConstraint("quantity >= 0", name="quantity_not_negative"),
        CheckConstraint("reserved >= 0 AND reserved <= quantity", name="reserved_within_quantity"),
        Index("ix_warehouse_lot_best_before", "best_before", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("warehouse_article.id"))
    number: Mapped[str] = mapped_column(String(60), default="")
    """Empty for goods without a lot number."""
    best_before: Mapped[date | None] = mapped_column(Date)
    received_on: Mapped[date] = mapped_column(Date)
    quantity: Mapped[Decimal] = mapped_column(Quantity, default=Decimal(0))
    reserved: Mapped[Decimal] = mapped_column(Quantity, default=Decimal(0))


class Stock(Base):
    """How much of a lot lies at a place."""

    __tablename__ = "warehouse_stock"
    __table_args__ = (CheckConstraint("quantity >= 0", name="quantity_not_negative"),)

    lot_id: Mapped[int] = mapped_column(ForeignKey("warehouse_lot.id"), primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("warehouse_place.id"), primary_key=True, index=True)
    quantity: Mapped[Decimal] = mapped_column(Quantity, default=Decimal(0))


class Movement(Base):
    """Goods that moved, never changed afterwards: from nowhere (in), to nowhere (out), or between two places."""

    __tablename__ = "warehouse_movement"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("from_place_id IS NOT NULL OR to_place_id IS NOT NULL", name="has_a_place"),
        Index("ix_warehouse_movement_article_id", "article_id", "id"),
        Index("ix_warehouse_movement_lot_id", "lot_id"),
        Index("ix_warehouse_movement_day", "day"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    day: Mapped[date] = mapped_column(Date)
    kind: Mapped[str] = mapped_column(String(12))
    article_id: Mapped[int] = mapped_column(ForeignKey("warehouse_article.id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("warehouse_lot.id"))
    from_place_id: Mapped[int | None] = mapped_column(ForeignKey("warehouse_place.id"))
    to_place_id: Mapped[int | None] = mapped_column(ForeignKey("warehouse_place.id"))
    quantity: Mapped[Decimal] = mapped_column(Quantity)
    value_cents: Mapped[int] = mapped_column(Id)
    """Signed value at the article's price of that moment: positive into stock, negative out of it."""
    note: Mapped[str] = mapped_column(String(200), default="")
    order_id: Mapped[int | None] = mapped_column(Id, index=True)
    by: Mapped[str] = mapped_column(String(120))
    request_id: Mapped[str | None] = mapped_column(String(60), unique=True)
    """Names the click that booked it: the same click sent twice books once."""
