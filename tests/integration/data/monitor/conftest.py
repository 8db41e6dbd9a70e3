"""A shop with goods and their parts, watched by a monitor, on each database in turn."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import ForeignKey, Index, insert, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from host.config import DatabaseConfig
from host.data import Database, HostBase
from host.data.actor import Actor, nobody
from host.data.monitor import Monitor
from host.data.monitor.report import Report

GOODS = 3000
EXEMPT = {"info": {"audit_exempt": "rows of a test"}}


class Base(DeclarativeBase):
    """Tables of these tests."""


class Good(Base):
    """Something sold; two of its indexes are one too many."""

    __tablename__ = "shop_good"
    __table_args__ = (Index("ix_shop_good_name", "name"), Index("ix_shop_good_name_again", "name"), EXEMPT)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    shelf: Mapped[int]
    sold: Mapped[int]
    parts: Mapped[list["Part"]] = relationship(back_populates="good")


class Part(Base):
    """A part of it."""

    __tablename__ = "shop_part"
    __table_args__ = (EXEMPT,)

    id: Mapped[int] = mapped_column(primary_key=True)
    good_id: Mapped[int] = mapped_column(ForeignKey(Good.id), index=True)
    good: Mapped[Good] = relationship(back_populates="parts")


@dataclass
class Shop:
    """The database, its monitor and what the monitor tells."""

    database: Database
    monitor: Monitor
    report: Report
    actor: list[Actor] = field(default_factory=list)

    def told(self) -> Report:
        """Write what was seen and return the readings."""
        self.monitor.flush()
        return self.report


MakeShop = Callable[..., Shop]


@pytest.fixture
def make_shop(database_config: DatabaseConfig, tmp_path: Path) -> Iterator[MakeShop]:
    """Open the shop: the first one makes its tables, others see the same database."""
    opened: list[Database] = []

    def make(actor: Callable[[], Actor] = nobody, **settings: object) -> Shop:
        config = database_config.model_copy(update={"slow_ms": 10_000.0, **settings})
        monitor = Monitor(config, actor)
        database = Database(config, tmp_path, extensions=[monitor])
        if not opened:
            _fill(database)
            # What making the shop took is nobody's business here.
            monitor._collector.take()
            monitor._loads.take()
        opened.append(database)
        return Shop(database, monitor, Report(database))

    yield make
    for database in opened:
        database.dispose()


@pytest.fixture
def shop(make_shop: MakeShop) -> Shop:
    """A shop with the usual limits."""
    return make_shop()


def _fill(database: Database) -> None:
    goods = [
        {"id": number, "name": f"good {number}", "shelf": number % 1500, "sold": number * 7 % 365}
        for number in range(1, GOODS + 1)
    ]
    with database.begin() as unit:
        for metadata in (HostBase.metadata, Base.metadata):
            metadata.create_all(unit.session.connection())
        unit.session.execute(insert(Good), goods)
        unit.session.execute(insert(Part), [{"good_id": number} for number in range(1, 41) for _ in range(2)])
    with database.begin() as unit:
        unit.session.execute(text("ANALYZE"))
