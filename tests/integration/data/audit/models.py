"""Tables with everything that an audit meets: odd types, composite keys, relationships, inheritance, versions."""

import enum
import uuid
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, Column, Enum, Float, ForeignKey, Interval, LargeBinary, Numeric, String, Table, Uuid, func
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from host.data import UtcDateTime


class Base(DeclarativeBase):
    """The models of these tests."""


class Tone(enum.Enum):
    BRIGHT = "hell"
    DARK = "dunkel"


class Thing(Base):
    """One column of each kind."""

    __tablename__ = "t_thing"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    price: Mapped[Decimal | None] = mapped_column(Numeric(12, 3))
    at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    day: Mapped[date | None]
    hour: Mapped[time | None]
    span: Mapped[timedelta | None] = mapped_column(Interval)
    data: Mapped[bytes | None] = mapped_column(LargeBinary)
    mark: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    tone: Mapped[Tone | None] = mapped_column(Enum(Tone, native_enum=False))
    tree: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))
    ratio: Mapped[float | None] = mapped_column(Float)
    on: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)
    touched: Mapped[int] = mapped_column(default=0, onupdate=lambda: 7)
    note: Mapped[str | None] = mapped_column(String(4000), deferred=True)
    made: Mapped[str] = mapped_column(String(20), server_default="by server")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 -- SQLAlchemy's own convention


class Cell(Base):
    """A composite key."""

    __tablename__ = "t_cell"

    row: Mapped[int] = mapped_column(primary_key=True)
    column: Mapped[str] = mapped_column(String(20), primary_key=True)
    value: Mapped[int]


class Setting(Base):
    """A key of one text."""

    __tablename__ = "t_setting"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str | None] = mapped_column(String(40))


class Stamped(Base):
    """The database makes values that are not read back with the INSERT."""

    __tablename__ = "t_stamped"

    id: Mapped[int] = mapped_column(primary_key=True)
    made: Mapped[str] = mapped_column(String(20), server_default="by server")
    count: Mapped[int] = mapped_column(server_default="0")
    note: Mapped[str | None] = mapped_column(String(20))

    __mapper_args__ = {"eager_defaults": False}  # noqa: RUF012


tag_of_box = Table(
    "t_box_tag",
    Base.metadata,
    Column("box_id", ForeignKey("t_box.id"), primary_key=True),
    Column("tag_id", ForeignKey("t_tag.id"), primary_key=True),
)


class Tag(Base):
    __tablename__ = "t_tag"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(20))


class Box(Base):
    """Owns its items, which go with it, and is linked with tags."""

    __tablename__ = "t_box"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(20))
    items: Mapped[list["Item"]] = relationship(cascade="all, delete-orphan", back_populates="box")
    tags: Mapped[list[Tag]] = relationship(secondary=tag_of_box)


class Item(Base):
    __tablename__ = "t_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    box_id: Mapped[int] = mapped_column(ForeignKey("t_box.id"))
    name: Mapped[str] = mapped_column(String(20))
    weight: Mapped[int] = mapped_column(default=1, deferred=True)
    box: Mapped[Box] = relationship(back_populates="items")


class Vehicle(Base):
    """The base of joined inheritance."""

    __tablename__ = "t_vehicle"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    wheels: Mapped[int]

    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "vehicle"}  # noqa: RUF012


class Truck(Vehicle):
    __tablename__ = "t_truck"

    id: Mapped[int] = mapped_column(ForeignKey("t_vehicle.id"), primary_key=True)
    load: Mapped[int]

    __mapper_args__ = {"polymorphic_identity": "truck"}  # noqa: RUF012


class Scratch(Base):
    """Exempt from the audit."""

    __tablename__ = "t_scratch"
    __table_args__ = {"info": {"audit_exempt": "drafts of a test"}}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    stamp: Mapped[datetime] = mapped_column(UtcDateTime, server_default=func.now())
