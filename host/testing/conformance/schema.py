"""Looks at a database as a whole: which tables and indexes there are, and whose they are."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import text

from host.data import Database
from host.kernel.manifest import Manifest

VERSIONS: Final = "alembic_version_"


def objects(database: Database) -> frozenset[tuple[str, str, str]]:
    """Return (kind, name, definition) of every table, index, view and trigger of a SQLite database.

    The lines of a definition are sorted: alembic writes the constraints of a table that it copies in any order.
    """
    statement = text("SELECT type, name, coalesce(sql, '') FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")
    with database.begin(readonly=True) as unit:
        found = unit.session.execute(statement)
        return frozenset((str(kind), str(name), _sorted(str(sql))) for kind, name, sql in found)


def _sorted(sql: str) -> str:
    return "\n".join(sorted(line.strip(" \t,") for line in sql.splitlines()))


def tables(database: Database) -> set[str]:
    """Return every table and view."""
    return {name for kind, name, _ in objects(database) if kind in ("table", "view")}


def strays(manifests: Mapping[str, Manifest], found: set[str]) -> list[str]:
    """Return the tables that are neither the host's nor begin with a prefix that one of the manifests claims."""
    versions = {f"{VERSIONS}{owner}" for owner in ("host", *manifests)}
    prefixes = ("host_", *(each.tables for each in manifests.values() if each.tables))
    return sorted(name for name in found - versions if not name.startswith(prefixes))
