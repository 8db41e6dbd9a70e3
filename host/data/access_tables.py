"""The host's own tables about access: feature flags, security events, files handed out."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import JSON, BigInteger, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from host.data.tables import HostBase
from host.data.types import UtcDateTime

_NUMBER: Final = BigInteger().with_variant(Integer, "sqlite")


class FlagRow(HostBase):
    """What operators decided about one feature flag; `value` is ``None`` where only `rules` decide."""

    __tablename__ = "host_flag"

    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    value: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))
    rules: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    changed_by: Mapped[str] = mapped_column(String(200))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SecurityEventRow(HostBase):
    """Something that happened around access; equal ones in quick succession are one row with a count."""

    __tablename__ = "host_security_event"
    __table_args__ = (
        Index("ix_host_security_event_kind_at", "kind", "at"),
        Index("ix_host_security_event_user_id_at", "user_id", "at"),
        {"info": {"audit_exempt": "a journal of its own: written once, only its count grows within the minute"}},
    )

    id: Mapped[int] = mapped_column(_NUMBER, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    kind: Mapped[str] = mapped_column(String(60))
    severity: Mapped[str] = mapped_column(String(10))
    user_id: Mapped[str] = mapped_column(String(100))
    client: Mapped[str] = mapped_column(String(64))
    session: Mapped[str] = mapped_column(String(64))
    device: Mapped[str] = mapped_column(String(64))
    times: Mapped[int]
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)


class AlertAnswerRow(HostBase):
    """Who answers for an alert: looked into it, and what came out. One a security event; the first one stands."""

    __tablename__ = "host_alert_answer"

    event_id: Mapped[int] = mapped_column(_NUMBER, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    user_id: Mapped[str] = mapped_column(String(200))
    user_name: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(String(1000))


class FileRow(HostBase):
    """A file that was made for somebody and is fetched by its id."""

    __tablename__ = "host_file"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    blob_id: Mapped[str] = mapped_column(String(64), index=True)
    name: Mapped[str] = mapped_column(String(255))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(_NUMBER)
    owner: Mapped[str] = mapped_column(String(100), index=True)
    permission: Mapped[str | None] = mapped_column(String(200))
    plugin: Mapped[str | None] = mapped_column(String(100))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
