"""Models of the repository's tests: articles with every ability, orders whose lines are deleted along."""

from datetime import date
from decimal import Decimal

from sqlalchemy import BigInteger, ForeignKey, Integer, Numeric, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from host.data.repository import SoftDelete, Versioned, unique_while_live

Id = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """Tables of these tests."""


class Article(SoftDelete, Versioned, Base):
    """Numbers are unique among live rows; `stock` is a sum that no person edits."""

    __tablename__ = "test_article"
    __table_args__ = (unique_while_live("uq_test_article_number", "number"),)
    unversioned = frozenset({"stock"})

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    number: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200), default="")
    stock: Mapped[int] = mapped_column(Id, default=0)
    price: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    best_before: Mapped[date | None]


class Place(Base):
    """Neither versioned nor deleted softly; its key has two columns."""

    __tablename__ = "test_place"

    hall: Mapped[str] = mapped_column(String(10), primary_key=True)
    rack: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    label: Mapped[str] = mapped_column(String(40), default="")


class Order(SoftDelete, Base):
    """Its lines go with it."""

    __tablename__ = "test_order"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    customer: Mapped[str] = mapped_column(String(80))
    lines: Mapped[list["Line"]] = relationship(back_populates="order", cascade="all, delete-orphan")


class Line(SoftDelete, Base):
    """Its parts go with it."""

    __tablename__ = "test_line"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("test_order.id"))
    text: Mapped[str] = mapped_column(String(80), default="")
    order: Mapped[Order] = relationship(back_populates="lines")
    parts: Mapped[list["Part"]] = relationship(cascade="all, delete-orphan", passive_deletes=True)


class Part(SoftDelete, Base):
    """Parts may have parts: they are a tree below their line."""

    __tablename__ = "test_part"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    line_id: Mapped[int | None] = mapped_column(ForeignKey("test_line.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("test_part.id"))
    parts: Mapped[list["Part"]] = relationship(cascade="all, delete-orphan")


class Stamp(Base):
    """The database fills in what is not given."""

    __tablename__ = "test_stamp"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    text: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(10), server_default="open")
