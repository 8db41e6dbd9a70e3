"""The table of resumable tasks."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from host.data.tables import HostBase
from host.data.types import UtcDateTime


class TaskRow(HostBase):
    """One task; `token` rises with every lease, so that a runner that was overtaken cannot write."""

    __tablename__ = "host_task"
    __table_args__ = ({"info": {"audit_exempt": "bookkeeping of tasks; what they change is recorded itself"}},)

    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    state: Mapped[str] = mapped_column(String(12))
    cursor: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    done: Mapped[int] = mapped_column(BigInteger)
    total: Mapped[int | None] = mapped_column(BigInteger)
    command: Mapped[str] = mapped_column(String(200))
    token: Mapped[int]
    owner: Mapped[str | None] = mapped_column(String(300))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int]
    error: Mapped[str | None] = mapped_column(Text)
    started: Mapped[datetime] = mapped_column(UtcDateTime)
    updated: Mapped[datetime] = mapped_column(UtcDateTime)
