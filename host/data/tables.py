"""The host's own tables; every name begins with ``host_``."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Integer, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from host.data.types import UtcDateTime


class HostBase(DeclarativeBase):
    """Base of the host's own tables, apart from every plugin's."""


class ChangeRow(HostBase):
    """One change that other processes must hear of; `seq` rises in the order of commits."""

    __tablename__ = "host_change"

    seq: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    topic: Mapped[str] = mapped_column(String(100))
    key: Mapped[str] = mapped_column(String(400))
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class ProcessRow(HostBase):
    """One process of the app; alive as long as its heartbeat is young."""

    __tablename__ = "host_process"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    role: Mapped[str] = mapped_column(String(20))
    pid: Mapped[int]
    host_name: Mapped[str] = mapped_column(String(255))
    version: Mapped[str] = mapped_column(String(50))
    plan_hash: Mapped[str] = mapped_column(String(64))
    started: Mapped[datetime] = mapped_column(UtcDateTime)
    heartbeat: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    # Deferred: who is alive is also asked of a database that has not got this column yet.
    heads: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True), deferred=True)
    seen: Mapped[int | None] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), deferred=True)
    """`seq` of the newest change that the process has handed to its subscribers."""


class ToggleRow(HostBase):
    """What operators switched at run time; stands above ``plugins.toml``, below an environment pin."""

    __tablename__ = "host_toggle"

    plugin_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    enabled: Mapped[bool | None]
    exposure: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    changed_by: Mapped[str] = mapped_column(String(200))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
