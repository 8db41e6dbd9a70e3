"""Turns the configured database addresses into the ones that are opened; opens nothing."""

import re
from pathlib import Path
from typing import Final

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from host.data.engines.filesystems import network_filesystem
from host.errors import ConfigError

_EXAMPLES: Final = "Use sqlite:///holdfast.db or postgresql://user:password@server/name."
SYSTEM_SUFFIX: Final = ".system.db"
"""Ends the name of the SQLite file that holds the host's tables beside a DuckDB file."""
_HOSTS: Final = re.compile(r"(?P<before>[^:]+://(?:[^@/?]*@)?)(?P<hosts>[^@/?]*,[^@/?]*)(?P<after>[/?].*)?")
POSTGRESQL: Final = frozenset({"postgresql", "postgres"})


def resolve(url: str, data_dir: Path) -> URL:
    """Return the address to open; a relative path of a file is taken from `data_dir`, whose folder is created.

    With DuckDB it is the SQLite file beside it: the host's own tables need what DuckDB has not.

    Raises:
        ConfigError: the address cannot be read, names a database that the host does not run on, or a SQLite file on
            a network filesystem.
    """
    parsed = _parsed(url, "database.url")
    backend = _backend(parsed)
    if backend == "sqlite":
        return _sqlite(parsed, data_dir)
    if backend == "duckdb":
        file = _duckdb(parsed, data_dir)
        return _sqlite(URL.create("sqlite", database=f"{file.database}{SYSTEM_SUFFIX}"), data_dir)
    if backend in POSTGRESQL:
        return _postgresql(parsed, "read-write")
    raise ConfigError([f"database.url names the unsupported database {backend!r}"], remedy=_EXAMPLES)


def resolve_business(url: str, data_dir: Path) -> URL | None:
    """Return the address of the DuckDB file that holds the business tables, if it is one that `url` names.

    Raises:
        ConfigError: it names no file.
    """
    parsed = _parsed(url, "database.url")
    return _duckdb(parsed, data_dir) if _backend(parsed) == "duckdb" else None


def resolve_replica(url: str, primary: URL) -> URL | None:
    """Return the address of the read replica, if there is one.

    Raises:
        ConfigError: the address cannot be read, or one of the two databases is not PostgreSQL.
    """
    if not url:
        return None
    parsed = _parsed(url, "database.replica_url")
    if primary.get_backend_name() != "postgresql" or _backend(parsed) not in POSTGRESQL:
        fault = "database.replica_url goes with PostgreSQL only, and so must database.url"
        raise ConfigError([fault], remedy="Name two PostgreSQL servers, or leave database.replica_url empty.")
    return _postgresql(parsed, "prefer-standby")


def _parsed(url: str, setting: str) -> URL:
    try:
        several = _HOSTS.fullmatch(url)
        if several is None:
            return make_url(url)
        parsed = make_url(several["before"] + (several["after"] or ""))
        hosts = [host if ":" in host else f"{host}:5432" for host in several["hosts"].split(",")]
        return parsed.update_query_dict({"host": hosts})
    except (ArgumentError, ValueError) as error:
        raise ConfigError([f"{setting} cannot be read"], remedy=_EXAMPLES) from error


def _backend(url: URL) -> str:
    return url.drivername.partition("+")[0]


def _postgresql(url: URL, wanted: str) -> URL:
    url = url.set(drivername="postgresql+psycopg")
    password = url.query.get("password")
    if isinstance(password, str):
        # Among the options it would be shown wherever the address is.
        url = url.difference_update_query(["password"]).set(password=password)
    if isinstance(url.query.get("host"), tuple) and "target_session_attrs" not in url.query:
        return url.update_query_dict({"target_session_attrs": wanted})
    return url


def _duckdb(url: URL, data_dir: Path) -> URL:
    if url.database in {None, "", ":memory:"}:
        raise ConfigError(["database.url names no DuckDB file"], remedy="Use duckdb:///dev.duckdb.")
    file = (data_dir / Path(str(url.database)).expanduser()).absolute()
    return url.set(drivername="duckdb", database=str(file))


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
