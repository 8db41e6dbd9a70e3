"""Reads the catalogue of SQLite and of PostgreSQL."""

import re
from collections import defaultdict
from typing import Any, Final

from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine import Inspector

from host.data.monitor.advice.catalogue import ForeignKey, Index, Table

MOST_COUNTED: Final = 100_000
"""Rows up to which a table without statistics is counted."""
_CONDITION: Final = re.compile(r"\bWHERE\b(.*)$", re.IGNORECASE | re.DOTALL)
_POSTGRESQL: Final = """
SELECT t.relname AS table_name, i.relname AS name, x.indisunique AS is_unique, am.amname AS method,
       EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.oid) AS is_constraint,
       coalesce(pg_get_expr(x.indpred, x.indrelid), '') AS condition,
       ARRAY(SELECT pg_get_indexdef(x.indexrelid, k, true)
             FROM generate_series(1, x.indnkeyatts) k ORDER BY k) AS columns,
       x.indoption::text AS options, x.indclass::text AS classes, x.indcollation::text AS collations,
       pg_relation_size(i.oid) AS size_bytes, coalesce(s.idx_scan, 0) AS scans
FROM pg_index x
JOIN pg_class i ON i.oid = x.indexrelid
JOIN pg_class t ON t.oid = x.indrelid
JOIN pg_am am ON am.oid = i.relam
LEFT JOIN pg_stat_user_indexes s ON s.indexrelid = x.indexrelid
WHERE t.relnamespace = current_schema()::regnamespace AND x.indisvalid
ORDER BY 1, 2
"""
_ROWS: Final = "SELECT relname, reltuples FROM pg_class WHERE relnamespace = current_schema()::regnamespace"


def read(connection: Connection) -> dict[str, Table]:
    """Return every table of the app by name."""
    inspector = inspect(connection)
    on_sqlite = connection.dialect.name == "sqlite"
    indexes = _sqlite_indexes(connection, inspector) if on_sqlite else _postgresql_indexes(connection)
    known = {} if on_sqlite else {name: int(rows) for name, rows in connection.execute(text(_ROWS))}
    return {name: _table(connection, inspector, name, indexes[name], known.get(name, -1)) for name in _names(inspector)}


def quoted(connection: Connection, name: str) -> str:
    """Return `name` as an identifier."""
    return connection.dialect.identifier_preparer.quote(name)


def _names(inspector: Inspector) -> list[str]:
    return sorted(inspector.get_table_names())


def _table(connection: Connection, inspector: Inspector, name: str, indexes: list[Index], rows: int) -> Table:
    if rows < 0:
        some = f"SELECT 1 FROM {quoted(connection, name)} LIMIT {MOST_COUNTED}"  # noqa: S608 -- quoted identifier
        rows = connection.exec_driver_sql(f"SELECT count(*) FROM ({some}) AS sample").scalar_one()  # noqa: S608
    columns = frozenset(each["name"] for each in inspector.get_columns(name))
    keys = [
        ForeignKey(tuple(each["constrained_columns"]), each["referred_table"])
        for each in inspector.get_foreign_keys(name)
    ]
    return Table(name, rows, columns, tuple(indexes), tuple(keys))


def _postgresql_indexes(connection: Connection) -> dict[str, list[Index]]:
    found: dict[str, list[Index]] = defaultdict(list)
    for row in connection.execute(text(_POSTGRESQL)):
        columns = tuple(column.strip('"') for column in row.columns)
        sorting = zip(columns, row.options.split(), row.classes.split(), row.collations.split(), strict=False)
        keys = tuple(" ".join((row.method, *each)) for each in sorting)
        found[row.table_name].append(
            Index(
                row.table_name, row.name, columns, keys, row.is_unique, row.is_constraint,
                row.condition, row.scans, row.size_bytes,
            )
        )  # fmt: skip
    return found


def _sqlite_indexes(connection: Connection, inspector: Inspector) -> dict[str, list[Index]]:
    master = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'index'")
    texts = {name: sql or "" for name, sql in master}
    found: dict[str, list[Index]] = defaultdict(list)
    for table in _names(inspector):
        key = tuple(inspector.get_pk_constraint(table)["constrained_columns"])
        listed = connection.exec_driver_sql(f"PRAGMA index_list({quoted(connection, table)})").all()
        found[table] = [_sqlite_index(connection, table, row, texts) for row in listed]
        if key and not any(row.origin == "pk" for row in listed):
            # A whole number as primary key is the table's own order, without an index.
            found[table].append(Index(table, "", key, key, unique=True, constraint=True))
    return found


def _sqlite_index(connection: Connection, table: str, row: Any, texts: dict[str, str]) -> Index:
    sql = texts.get(row.name, "")
    parts = connection.exec_driver_sql(f"PRAGMA index_xinfo({quoted(connection, row.name)})").all()
    # An expression has no name; the text of the whole index then tells it from others.
    named = [(part.name or sql, part.desc, part.coll) for part in parts if part.key]
    condition = _CONDITION.search(sql) if row.partial else None
    return Index(
        table,
        row.name,
        tuple(name for name, _, _ in named),
        tuple(f"{name} {desc} {coll}" for name, desc, coll in named),
        bool(row.unique),
        row.origin != "c",
        " ".join(condition[1].split()) if condition else "",
    )
