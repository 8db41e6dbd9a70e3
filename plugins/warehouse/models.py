"""Tables of the stock: places, articles, lots, what lies where, and the movements that explain it."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from host import SoftDelete, UtcDateTime, Versioned, unique_while_live
from plugins.warehouse.base import Base
from plugins.warehouse.columns import SUM, Id, Quantity
from plugins.warehouse.supplier_models import Supplier


class Place(Base):
    """Where goods lie: a rack, a hall, a yard."""

    __tablename__ = "warehouse_place"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)


class Article(SoftDelete, Versioned, Base):
    """What the company trades; `stock` and `reserved` are the sums over its lots, kept in the same transaction."""

    unversioned = frozenset({"stock", "reserved"})

    __tablename__ = "warehouse_article"
    __table_args__ = (
        CheckConstraint("stock >= 0", name="stock_not_negative"),
        CheckConstraint("reserved >= 0 AND reserved <= stock", name="reserved_within_stock"),
        CheckConstraint("price_cents >= 0", name="price_not_negative"),
        unique_while_live("uq_warehouse_article_number_live", "number"),
        unique_while_live("uq_warehouse_article_number_key_live", "number_key"),
        Index("ix_warehouse_article_name_key", "name_key", "id"),
        Index("ix_warehouse_article_category", "category"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    number: Mapped[str] = mapped_column(String(40))
    number_key: Mapped[str] = mapped_column(Text)
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
    stock: Mapped[Decimal] = mapped_column(Quantity, default=Decimal(0), info=SUM)
    reserved: Mapped[Decimal] = mapped_column(Quantity, default=Decimal(0), info=SUM)
    active: Mapped[bool] = mapped_column(default=True)
    supplier_id: Mapped[int | None] = mapped_column(ForeignKey(Supplier.id), index=True)
    """Where it is bought first."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    lots: Mapped[list["Lot"]] = relationship(cascade="all, delete-orphan", lazy="raise_on_sql")
    """Its empty lots are deleted and restored with it; everybody else asks the ledger for them."""


class Lot(SoftDelete, Base):
    """One batch of an article; `quantity` and `reserved` are sums, kept in the same transaction."""

    __tablename__ = "warehouse_lot"
    __table_args__ = (
        unique_while_live("uq_warehouse_lot_article_id_number_live", "article_id", "number"),
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
    quantity: Mapped[Decimal] = mapped_column(Quantity, default=Decimal(0), info=SUM)
    reserved: Mapped[Decimal] = mapped_column(Quantity, default=Decimal(0), info=SUM)


class Stock(Base):
    """How much of a lot lies at a place."""

    __tablename__ = "warehouse_stock"
    __table_args__ = (CheckConstraint("quantity >= 0", name="quantity_not_negative"),)

    lot_id: Mapped[int] = mapped_column(ForeignKey("warehouse_lot.id"), primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("warehouse_place.id"), primary_key=True, index=True)
    quantity: Mapped[Decimal] = mapped_column(Quantity, default=Decimal(0), info=SUM)


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
