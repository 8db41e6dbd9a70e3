"""The audit's own table: one row a changed record, never changed afterwards but for the seal."""

from datetime import datetime
from typing import Final

from sqlalchemy import BigInteger, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from host.data.tables import HostBase
from host.data.types import UtcDateTime

_UNSEALED: Final = text("seq IS NULL")
_SEALED: Final = text("seq IS NOT NULL")


class AuditRow(HostBase):
    """One changed record; `mac` authenticates everything before it, `seal` the place in the chain."""

    __tablename__ = "host_audit"
    __table_args__ = (
        Index("ix_host_audit_record", "table_name", "record_key", "id"),
        Index("ix_host_audit_at", "at"),
        Index("ix_host_audit_unsealed", "id", sqlite_where=_UNSEALED, postgresql_where=_UNSEALED),
        Index("uq_host_audit_seq", "seq", unique=True, sqlite_where=_SEALED, postgresql_where=_SEALED),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    user_id: Mapped[str] = mapped_column(Text)
    user_name: Mapped[str] = mapped_column(Text)
    plugin: Mapped[str | None] = mapped_column(Text)
    page: Mapped[str | None] = mapped_column(Text)
    correlation_id: Mapped[str | None] = mapped_column(Text)
    table_name: Mapped[str] = mapped_column(Text)
    record_key: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(String(12))
    changes: Mapped[str] = mapped_column(Text)
    key_id: Mapped[str] = mapped_column(String(64))
    mac: Mapped[str] = mapped_column(String(64))
    seq: Mapped[int | None] = mapped_column(BigInteger().with_variant(Integer, "sqlite"))
    seal: Mapped[str | None] = mapped_column(String(64))
