"""The record of every revision that ran: what an older version needs to know of what came after it."""

from datetime import datetime

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from host.data.tables import HostBase
from host.data.types import UtcDateTime


class MigrationRow(HostBase):
    """One revision that the database has; goes when it is rolled back."""

    __tablename__ = "host_migration"
    __table_args__ = ({"info": {"audit_exempt": "is itself the record of who changed the schema"}},)

    target: Mapped[str] = mapped_column(String(100), primary_key=True)
    revision: Mapped[str] = mapped_column(String(100), primary_key=True)
    down_revision: Mapped[str | None] = mapped_column(String(100))
    phase: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    duration_ms: Mapped[int] = mapped_column(BigInteger)
    version: Mapped[str] = mapped_column(String(50))
    user_name: Mapped[str] = mapped_column(String(200))
    host_name: Mapped[str] = mapped_column(String(255))
    pid: Mapped[int]
