"""Finds indexes that would spare reading a table from end to end, from the shapes that do so."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, final

from sqlalchemy import Connection

from host.data.monitor.advice.catalogue import Table
from host.data.monitor.advice.predicates import Wish, wishes
from host.data.monitor.advice.read import quoted
from host.data.monitor.advice.scans import scanned, self_indexed

LEAST_ROWS: Final = 1000
"""Smaller tables are read from end to end faster than through an index."""
SAMPLED_ROWS: Final = 10_000
"""Rows, the first that come, whose values are counted to tell how selective a column is."""
MOST_SHARE: Final = 0.2
"""Share of the rows that a condition may leave for an index to be worth it."""
_RANGE_SHARE: Final = 0.3
_MOST_COLUMNS: Final = 3


@final
@dataclass(frozen=True, slots=True)
class Planned:
    """A statement shape with its plan."""

    fingerprint: str
    text: str
    plan: str
    site: str = ""


@final
@dataclass(frozen=True, slots=True)
class Missing:
    """An index that a shape would profit from, as far as sizes and values tell.

    Args:
        share: of the table's rows that the conditions leave, estimated from a sample.
    """

    table: Table
    columns: tuple[str, ...]
    shape: Planned
    share: float


@final
class MissingIndexes:
    """Looks for them in one database.

    Args:
        connection: for samples of values.
        tables: the catalogue.
    """

    def __init__(self, connection: Connection, tables: dict[str, Table]) -> None:
        self._connection = connection
        self._tables = tables
        self._distinct: dict[tuple[str, str], float] = {}

    def of(self, shape: Planned) -> Iterator[Missing]:
        """Yield what `shape` misses."""
        dialect = self._connection.dialect.name
        whole = scanned(shape.plan, dialect)
        if not whole:
            return
        indexed_anew = self_indexed(shape.plan) if dialect == "sqlite" else set()
        for alias, wish in wishes(shape.text, dialect).items():
            table = self._tables.get(wish.table)
            if table is None or not {alias, wish.table} & whole or table.rows < LEAST_ROWS:
                continue
            found = self._index(table, wish, shape, joins=alias in indexed_anew)
            if found is not None:
                yield found

    def _index(self, table: Table, wish: Wish, shape: Planned, *, joins: bool) -> Missing | None:
        equal = [each for each in (*wish.equal, *(wish.joined if joins else ())) if each in table.columns]
        equal.sort(key=lambda column: self._share(table, column))
        # A column with few values before the others only makes the index larger.
        equal = [each for each in equal if self._share(table, each) < 0.5][: _MOST_COLUMNS - 1]
        then = self._then(table, wish, equal)
        columns = tuple(dict.fromkeys((*equal, *then)))
        share = 1.0
        for column in equal:
            share *= self._share(table, column)
        share *= _RANGE_SHARE if not equal and then and then[0] in wish.ranged else 1.0
        sorted_first = not equal and bool(then) and then[0] not in wish.ranged
        if not columns or table.led_by(columns) or (share > MOST_SHARE and not sorted_first):
            return None
        return Missing(table, columns, shape, share)

    def _then(self, table: Table, wish: Wish, equal: list[str]) -> list[str]:
        """Return what follows the equal columns: the order wanted, else one range."""
        order = [each for each in wish.order if each in table.columns]
        if order and (not wish.ranged or order[0] in wish.ranged):
            return order[:_MOST_COLUMNS]
        ranged = [each for each in wish.ranged if each in table.columns and each not in equal]
        return ranged[:1]

    def _share(self, table: Table, column: str) -> float:
        """Return the share of rows that one value of a column has on average, among the first rows that come."""
        key = table.name, column
        if key not in self._distinct:
            name, value = quoted(self._connection, table.name), quoted(self._connection, column)
            some = f"SELECT {value} AS value FROM {name} LIMIT {SAMPLED_ROWS}"  # noqa: S608 -- quoted identifiers
            counted = f"SELECT count(DISTINCT value) FROM ({some}) AS sample"  # noqa: S608 -- quoted identifiers
            self._distinct[key] = 1 / max(1, self._connection.exec_driver_sql(counted).scalar_one())
        return self._distinct[key]
