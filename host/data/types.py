"""Column types that mean the same on every database."""

from datetime import UTC, datetime
from typing import Any, final

from sqlalchemy import DateTime, Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine


@final
class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC: takes aware datetimes only and returns aware ones, on SQLite too."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """PostgreSQL keeps the zone; the others store UTC without one."""
        return dialect.type_descriptor(DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive values: their zone would be a guess."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = f"{value!r} has no time zone; use datetime.now(UTC)"
            raise ValueError(msg)
        moment = value.astimezone(UTC)
        return moment if dialect.name == "postgresql" else moment.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give every value the zone UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
