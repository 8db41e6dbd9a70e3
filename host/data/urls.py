"""Turns the configured database address into the one that is opened; opens nothing."""

from pathlib import Path
from typing import Final

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from host.data.filesystems import network_filesystem
from host.errors import ConfigError

_EXAMPLES: Final = "Use sqlite:///holdfast.db or postgresql://user:password@server/name."


def resolve(url: str, data_dir: Path) -> URL:
    """Return the address to open; a relative SQLite path is taken from `data_dir`, whose folder is created.

    Raises:
        ConfigError: the address cannot be read, names a database that the host does not run on, or a SQLite file on
            a network filesystem.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ConfigError(["database.url cannot be read"], remedy=_EXAMPLES) from error
    backend = parsed.drivername.partition("+")[0]
    if backend == "sqlite":
        return _sqlite(parsed, data_dir)
    if backend in {"postgresql", "postgres"}:
        return parsed.set(drivername="postgresql+psycopg")
    raise ConfigError([f"database.url names the unsupported database {backend!r}"], remedy=_EXAMPLES)


def _sqlite(url: URL, data_dir: Path) -> URL:
    if url.database in {None, "", ":memory:"} or "mode" in url.query:
        # One in-memory connection shared by threads loses rows; one per thread would see different data.
        raise ConfigError(["database.url names no SQLite file"], remedy=_EXAMPLES)
    file = (data_dir / Path(str(url.database)).expanduser()).absolute()
    file.parent.mkdir(parents=True, exist_ok=True)
    remote = network_filesystem(file.parent)
    if remote:
        fault = f"the SQLite file {file} lies on a network filesystem ({remote}), where it would be damaged"
        raise ConfigError([fault], remedy="Move the data folder to a local disk, or use PostgreSQL.")
    return url.set(drivername="sqlite+pysqlite", database=str(file))
