"""The tables of protection: legal holds, and the log of who had a masked field revealed."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from host.data.tables import HostBase
from host.data.types import UtcDateTime

Number = BigInteger().with_variant(Integer, "sqlite")


class LegalHoldRow(HostBase):
    """Rows that no retention policy may touch, until somebody releases them."""

    __tablename__ = "host_legal_hold"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    table_name: Mapped[str] = mapped_column(String(100), index=True)
    row_key: Mapped[str | None] = mapped_column(String(400))
    reason: Mapped[str] = mapped_column(String(1000))
    placed_by: Mapped[str] = mapped_column(String(200))
    placed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    released_by: Mapped[str | None] = mapped_column(String(200))
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RevealRow(HostBase):
    """One masked field that somebody had shown; never its value. Audited, so that a removed entry is found."""

    __tablename__ = "host_reveal"
    __table_args__ = (
        Index("ix_host_reveal_table_name_row_key", "table_name", "row_key"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    user_id: Mapped[str] = mapped_column(String(200))
    user_name: Mapped[str] = mapped_column(String(200))
    plugin: Mapped[str | None] = mapped_column(String(100))
    page: Mapped[str | None] = mapped_column(String(200))
    correlation_id: Mapped[str | None] = mapped_column(String(100))
    table_name: Mapped[str] = mapped_column(String(100))
    row_key: Mapped[str] = mapped_column(String(400))
    field: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(String(1000))
