"""Table of suppliers: whom the company buys from, with a contact that only its keys can read."""

from datetime import date, datetime

from sqlalchemy import Date, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from host import BlindIndex, Encrypted, SoftDelete, UtcDateTime, Versioned, unique_while_live
from plugins.warehouse.base import Base
from plugins.warehouse.columns import Id


class Supplier(SoftDelete, Versioned, Base):
    """A company that articles are bought from; what is known of a person there is encrypted."""

    __tablename__ = "warehouse_supplier"
    __table_args__ = (
        unique_while_live("uq_warehouse_supplier_name_key_live", "name_key"),
        Index("ix_warehouse_supplier_email_index", "email_index"),
        Index("ix_warehouse_supplier_ended_on", "ended_on"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(Text)
    """Folded `name`."""
    city: Mapped[str] = mapped_column(String(80), default="")
    city_key: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(Text, default="")
    contact: Mapped[str | None] = mapped_column(Encrypted(String(120), pii="name"))
    email: Mapped[str | None] = mapped_column(Encrypted(String(254), pii="email"))
    email_index: Mapped[str | None] = mapped_column(BlindIndex("email"))
    phone: Mapped[str | None] = mapped_column(Encrypted(String(40), pii="phone"))
    iban: Mapped[str | None] = mapped_column(Encrypted(String(34), pii="iban"))
    ended_on: Mapped[date | None] = mapped_column(Date)
    """Since when nothing is bought there any more."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
