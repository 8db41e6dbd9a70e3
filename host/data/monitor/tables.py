"""The monitor's own tables: figures per minute, statement shapes with their plans, slow statements, findings."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import JSON, BigInteger, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from host.data.tables import HostBase
from host.data.types import UtcDateTime

_INFO: Final = {"info": {"audit_exempt": "figures about the database; nobody's data"}}
_NUMBER: Final = BigInteger().with_variant(Integer, "sqlite")


class FigureRow(HostBase):
    """What one process counted in one minute, or what is left of an hour long past.

    `minute` counts from the epoch; `span` is 1 or 60 minutes; `name` is a shape's fingerprint, ``commit``,
    ``rollback``, ``conflict``, ``lost``, or empty for runs.
    """

    __tablename__ = "host_monitor_figure"
    __table_args__ = (Index("ix_host_monitor_figure_minute_process", "minute", "process"), _INFO)

    id: Mapped[int] = mapped_column(_NUMBER, primary_key=True)
    minute: Mapped[int]
    span: Mapped[int]
    process: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(40))
    page: Mapped[str] = mapped_column(String(400))
    plugin: Mapped[str] = mapped_column(String(100))
    count: Mapped[int] = mapped_column(_NUMBER)
    errors: Mapped[int] = mapped_column(_NUMBER)
    rows: Mapped[int] = mapped_column(_NUMBER)
    statements: Mapped[int] = mapped_column(_NUMBER)
    retries: Mapped[int] = mapped_column(_NUMBER)
    seconds: Mapped[float]
    histogram: Mapped[dict[str, Any]] = mapped_column(JSON)


class ShapeRow(HostBase):
    """One statement shape; `planned_at` also says who asks for its plan: whoever moves it on."""

    __tablename__ = "host_monitor_shape"
    __table_args__ = (_INFO,)

    fingerprint: Mapped[str] = mapped_column(String(16), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    last_seen: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    site: Mapped[str] = mapped_column(String(400))
    planned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    plan: Mapped[str | None] = mapped_column(Text)
    plan_fault: Mapped[str | None] = mapped_column(Text)


class SlowRow(HostBase):
    """One statement above the limit."""

    __tablename__ = "host_monitor_slow"
    __table_args__ = (_INFO,)

    id: Mapped[int] = mapped_column(_NUMBER, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    fingerprint: Mapped[str] = mapped_column(String(16))
    page: Mapped[str] = mapped_column(String(400))
    plugin: Mapped[str] = mapped_column(String(100))
    site: Mapped[str] = mapped_column(String(400))
    correlation_id: Mapped[str] = mapped_column(String(100))
    seconds: Mapped[float]
    rows: Mapped[int] = mapped_column(_NUMBER)
    parameters: Mapped[str] = mapped_column(Text)


class FindingRow(HostBase):
    """One loop that asks the database once per item; `id` is a digest of kind, site, page and subject."""

    __tablename__ = "host_monitor_finding"
    __table_args__ = (_INFO,)

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    site: Mapped[str] = mapped_column(String(400))
    page: Mapped[str] = mapped_column(String(400))
    plugin: Mapped[str] = mapped_column(String(100))
    subject: Mapped[str] = mapped_column(Text)
    cure: Mapped[str] = mapped_column(Text)
    most: Mapped[int]
    runs: Mapped[int] = mapped_column(_NUMBER)
    first_seen: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class PoolRow(HostBase):
    """How one pool of one process stood when it wrote last."""

    __tablename__ = "host_monitor_pool"
    __table_args__ = (_INFO,)

    process: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    host_name: Mapped[str] = mapped_column(String(255))
    pid: Mapped[int]
    size: Mapped[int]
    max_overflow: Mapped[int]
    checked_out: Mapped[int]
    waiting: Mapped[int]
    timeouts: Mapped[int]
    longest_held_s: Mapped[float]
    holders: Mapped[str] = mapped_column(Text)
