"""Tables of orders: their lines, and the lots that are reserved for them."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from host import UtcDateTime
from plugins.warehouse.base import Base
from plugins.warehouse.columns import SUM, Id, Quantity


class Order(Base):
    """What a customer wants; open until every line is shipped or the order is cancelled."""

    __tablename__ = "warehouse_order"
    __table_args__ = (Index("ix_warehouse_order_state", "state", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    number_key: Mapped[str] = mapped_column(Text, unique=True)
    customer: Mapped[str] = mapped_column(String(200))
    customer_key: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(12), default="open")
    due: Mapped[date | None] = mapped_column(Date)
    note: Mapped[str] = mapped_column(String(200), default="")
    by: Mapped[str] = mapped_column(String(120))
    by_id: Mapped[str | None] = mapped_column(String(100))
    """User id of who placed it; orders of long ago have none."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class OrderLine(Base):
    """One article of an order."""

    __tablename__ = "warehouse_order_line"
    __table_args__ = (
        UniqueConstraint("order_id", "position"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("shipped >= 0 AND shipped <= quantity", name="shipped_within_quantity"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("warehouse_order.id"))
    position: Mapped[int]
    article_id: Mapped[int] = mapped_column(ForeignKey("warehouse_article.id"), index=True)
    quantity: Mapped[Decimal] = mapped_column(Quantity)
    shipped: Mapped[Decimal] = mapped_column(Quantity, default=Decimal(0), info=SUM)


class Reservation(Base):
    """Goods of a lot that are kept for an order's line; gone once they are shipped or released."""

    __tablename__ = "warehouse_reservation"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity_positive"),)

    line_id: Mapped[int] = mapped_column(ForeignKey("warehouse_order_line.id"), primary_key=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("warehouse_lot.id"), primary_key=True, index=True)
    quantity: Mapped[Decimal] = mapped_column(Quantity)
    by: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
