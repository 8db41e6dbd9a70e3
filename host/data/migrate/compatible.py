"""Tells whether a database that is ahead of the code can still be used by it: only expand and backfill steps came."""

from sqlalchemy import Connection, inspect, select

from host.data.migrate.tables import MigrationRow


def only_expanded(connection: Connection, target: str, current: str, known_head: str | None) -> bool:
    """Tell whether every step from what the code knows to what the database has leaves the old in place.

    Args:
        connection: to the database.
        target: whose tables.
        current: the revision that the database is at, unknown to this code.
        known_head: the newest revision that this code knows.
    """
    if known_head is None or not inspect(connection).has_table(MigrationRow.__tablename__):
        return False
    query = select(MigrationRow.revision, MigrationRow.down_revision, MigrationRow.phase)
    rows = {row.revision: row for row in connection.execute(query.where(MigrationRow.target == target))}
    at: str | None = current
    while at != known_head:
        row = rows.get(at) if at else None
        if row is None or row.phase == "contract":
            return False
        at = row.down_revision
    return True
