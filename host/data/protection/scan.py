"""Finds personal data that no column declares: by the columns' names, and by samples of what stands in them."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, final

from sqlalchemy import JSON, Column, Date, DateTime, MetaData, String, Table, inspect, select
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeDecorator

from host.data.protection.blind_index import BlindIndex
from host.data.protection.detectors import LEAST_SHARE, kind_of_name, kinds_of_value
from host.data.protection.encrypted import Encrypted

SAMPLE: Final = 500
"""Values of each column that are looked at: half from either end of the table."""


@final
@dataclass(frozen=True, slots=True)
class Undeclared:
    """A column that looks like personal data and doesn't say so.

    Args:
        kind: what it looks like.
        share: part of the sampled values that look so, 0 to 1; ``None`` if only the name does.
        sampled: values that were looked at.
        line: what to write.
    """

    table: str
    column: str
    kind: str
    share: float | None
    sampled: int
    line: str


def scan(session: Session, tables: Iterable[Table], *, sample: int = SAMPLE) -> list[Undeclared]:
    """Return every undeclared column that looks like personal data.

    Args:
        session: only read from.
        tables: those that the database has are looked at.
        sample: values of each column.
    """
    there = set(inspect(session.connection()).get_table_names())
    return [found for table in tables if table.name in there for found in _scan_table(session, table, sample)]


def owned_tables(session: Session, prefix: str, known: MetaData | None) -> list[Table]:
    """Return a plugin's tables: those of its models, and as the database has them where it names no model."""
    declared = {table.name: table for table in known.tables.values()} if known is not None else {}
    names = [name for name in inspect(session.connection()).get_table_names() if name.startswith(prefix)]
    reflected = MetaData()
    return [
        declared[name] if name in declared else Table(name, reflected, autoload_with=session.connection())
        for name in sorted(names)
    ]


def _scan_table(session: Session, table: Table, sample: int) -> Iterator[Undeclared]:
    columns = [column for column in table.columns if _may_hold(column)]
    values = _sampled(session, table, columns, sample)
    for column in columns:
        texts = values[column.name]
        kind, share = _most(texts)
        named = kind_of_name(column.name)
        if kind or named:
            found = kind or str(named)
            yield Undeclared(table.name, column.name, found, share, len(texts), _line(column, found))


def _may_hold(column: Column[Any]) -> bool:
    kind: Any = column.type
    if column.info.get("pii") or isinstance(kind, Encrypted | BlindIndex):
        return False
    inner = kind.impl_instance if isinstance(kind, TypeDecorator) else kind
    dated = isinstance(inner, Date | DateTime) and kind_of_name(column.name) == "birth"
    return dated or (isinstance(inner, String | JSON) and not column.foreign_keys)


def _sampled(session: Session, table: Table, columns: Sequence[Column[Any]], sample: int) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {column.name: [] for column in columns}
    if not columns:
        return found
    order = list(table.primary_key.columns) or columns
    seen = set()
    for ends in (order, [column.desc() for column in order]):
        for row in session.execute(select(*order, *columns).order_by(*ends).limit(max(1, sample // 2))):
            key = tuple(str(part) for part in row[: len(order)])
            if key not in seen:
                seen.add(key)
                for column, value in zip(columns, row[len(order) :], strict=True):
                    if value not in (None, ""):
                        found[column.name].append(_text(value))
    return found


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _most(texts: Sequence[str]) -> tuple[str | None, float | None]:
    counts = Counter(kind for text in texts for kind in kinds_of_value(text))
    shares = {kind: count / len(texts) for kind, count in counts.items() if count / len(texts) >= LEAST_SHARE[kind]}
    if not shares:
        return None, None
    kind = max(shares, key=lambda each: shares[each])
    return kind, shares[kind]


def _line(column: Column[Any], kind: str) -> str:
    return f'{column.name} = mapped_column({column.type!r}, info={{"pii": "{kind}"}})'
