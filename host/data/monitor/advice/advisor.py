"""Puts the advice on indexes together."""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Connection, select, text

from host.data.database import Database
from host.data.monitor.advice.advice import Advice, IndexReport
from host.data.monitor.advice.catalogue import Index, Table
from host.data.monitor.advice.missing import LEAST_ROWS, Missing, MissingIndexes, Planned
from host.data.monitor.advice.read import quoted, read
from host.data.monitor.advice.surplus import surplus, unseen, unused
from host.data.monitor.advice.verify import verify
from host.data.monitor.tables import ShapeRow
from host.data.monitor.tally import SILENT, counted_by

MOST_SHAPES: Final = 200
"""Shapes with a plan that are looked at, those seen last first."""
_LONGEST_NAME: Final = 60
_HOSTS: Final = "host_"
"""Whether the host's own indexes are used depends on features; nobody should drop them."""
_SINCE: Final = "SELECT stats_reset FROM pg_stat_database WHERE datname = current_database()"


def advise(database: Database) -> IndexReport:
    """Look at tables, indexes and known plans and return what could be better; reads samples, changes nothing."""
    with counted_by(SILENT), database.begin(readonly=True) as unit:
        connection = unit.session.connection()
        shapes = _planned(unit.session)
        tables = read(connection)
        since = _since(connection)
        advice = [
            *_missing(database, connection, tables, shapes),
            *_foreign_keys(connection, tables),
            *(each for table in tables.values() for each in surplus(table, lambda index: _drop(connection, index))),
        ]
        if since:
            for table in tables.values():
                if table.name.startswith(_HOSTS):
                    continue
                advice += unused(table, lambda index: _drop(connection, index), since)
        return IndexReport(tuple(_once(advice)), tuple(_notes(database, tables, shapes, since, advice)))


def _planned(session: Any) -> list[Planned]:
    columns = (ShapeRow.fingerprint, ShapeRow.text, ShapeRow.plan, ShapeRow.site)
    query = select(*columns).where(ShapeRow.plan.is_not(None)).order_by(ShapeRow.last_seen.desc()).limit(MOST_SHAPES)
    return [Planned(*row) for row in session.execute(query)]


def _missing(
    database: Database, connection: Connection, tables: dict[str, Table], shapes: list[Planned]
) -> Iterator[Advice]:
    finder = MissingIndexes(connection, tables)
    for shape in shapes:
        for missing in finder.of(shape):
            name, create = _create(connection, missing.table.name, missing.columns)
            verdict = verify(database, connection, shape.text, create, name)
            if verdict.takes_it is not False:
                yield Advice(
                    "missing", missing.table.name, name, create, _reason(missing),
                    verdict.by, verdict.cost, shape.fingerprint, shape.site,
                )  # fmt: skip


def _reason(missing: Missing) -> str:
    rows = f"{missing.table.rows:,} rows"
    share = f"{missing.share:.2%} of them" if missing.share < 1 else "the first ones in order"
    return f"A statement reads all of {missing.table.name} ({rows}) to find {share}: {missing.shape.text[:200]}"


def _foreign_keys(connection: Connection, tables: dict[str, Table]) -> Iterator[Advice]:
    for table in tables.values():
        for key in table.foreign_keys:
            if table.rows < LEAST_ROWS or table.led_by(key.columns):
                continue
            name, create = _create(connection, table.name, key.columns)
            reason = f"Deleting or joining from {key.target} reads all of {table.name} ({table.rows:,} rows)."
            yield Advice("foreign_key", table.name, name, create, reason)


def _create(connection: Connection, table: str, columns: tuple[str, ...]) -> tuple[str, str]:
    name = f"ix_{table}_{'_'.join(columns)}"[:_LONGEST_NAME]
    listed = ", ".join(quoted(connection, column) for column in columns)
    how = "" if connection.dialect.name == "sqlite" else " CONCURRENTLY"
    return name, f"CREATE INDEX{how} {quoted(connection, name)} ON {quoted(connection, table)} ({listed})"


def _drop(connection: Connection, index: Index) -> str:
    how = "" if connection.dialect.name == "sqlite" else " CONCURRENTLY"
    return f"DROP INDEX{how} {quoted(connection, index.name)}"


def _since(connection: Connection) -> str:
    """Say since when PostgreSQL counts uses of indexes; empty on SQLite, which doesn't count them."""
    if connection.dialect.name == "sqlite":
        return ""
    reset = connection.scalar(text(_SINCE))
    return f"since {reset:%Y-%m-%d %H:%M} UTC" if reset else "since the database was made"


def _once(advice: list[Advice]) -> list[Advice]:
    """Return each statement once: the first one that asks for an index speaks for the others."""
    return list({each.statement: each for each in reversed(advice)}.values())[::-1]


def _notes(
    database: Database, tables: dict[str, Table], shapes: list[Planned], since: str, advice: list[Advice]
) -> Iterator[str]:
    if since:
        yield f"Uses of indexes are counted {since}, on this server only."
        if any(each.kind == "missing" and not each.verified for each in advice):
            yield "Missing indexes are unverified: the extension hypopg is not installed in this database."
        return
    idle = unseen(
        [each for each in tables.values() if not each.name.startswith(_HOSTS)], [each.plan for each in shapes]
    )
    yield (
        f"SQLite doesn't count uses of indexes. Of {len(shapes)} known plans, those of slow and frequent statements "
        f"only, none names: {', '.join(idle) or '(every index is named)'}."
    )
