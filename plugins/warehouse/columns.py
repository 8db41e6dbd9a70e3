"""Column types of the warehouse's tables: exact quantities and ids, and the types of rows and queries."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final, TypeAlias

from sqlalchemy import BigInteger, Integer, Row, Select
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

THOUSANDTHS: Final = 1_000
AnyRow: TypeAlias = Row[*tuple[Any, ...]]
AnySelect: TypeAlias = Select[*tuple[Any, ...]]
Id = BigInteger().with_variant(Integer, "sqlite")
SUM: Final = {"derived": True}
"""`info` of a column that bookings keep as a sum: restoring an earlier record leaves it as it is."""


class Quantity(TypeDecorator[Decimal]):
    """A quantity with three decimals, stored as whole thousandths, so that sums are exact on every database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> int | None:
        """Turn a quantity into thousandths; more than three decimals is a fault of the caller."""
        if value is None:
            return None
        scaled = Decimal(value) * THOUSANDTHS
        if scaled != scaled.to_integral_value():
            raise ValueError(f"{value} has more than three decimals")
        return int(scaled)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Turn thousandths into a quantity without trailing zeros."""
        return None if value is None else plain(Decimal(value) / THOUSANDTHS)


def plain(value: Decimal) -> Decimal:
    """Return `value` without trailing zeros and without an exponent (``1E+1`` becomes ``10``)."""
    whole = value.to_integral_value()
    return Decimal(int(whole)) if value == whole else value.normalize()


def utc_now() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)
