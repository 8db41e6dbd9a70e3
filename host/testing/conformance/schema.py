"""Looks at a database as a whole: which tables and indexes there are, and whose they are."""

from sqlalchemy import text

from host.data import Database
from host.kernel.manifest import Manifest


def objects(database: Database) -> frozenset[tuple[str, str, str]]:
    """Return (kind, name, definition) of every table, index, view and trigger of a SQLite database."""
    statement = text("SELECT type, name, coalesce(sql, '') FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")
    with database.begin(readonly=True) as unit:
        return frozenset((str(kind), str(name), str(sql)) for kind, name, sql in unit.session.execute(statement))


def tables(database: Database) -> set[str]:
    """Return every table and view."""
    return {name for kind, name, _ in objects(database) if kind in ("table", "view")}


def foreign_tables(plugin: str, manifest: Manifest, created: set[str]) -> list[str]:
    """Return which of `created` the manifest gives the plugin no right to."""
    own = {f"alembic_version_{plugin}"}
    return sorted(
        name for name in created if name not in own and not (manifest.tables and name.startswith(manifest.tables))
    )
