"""Dumps a PostgreSQL database with ``pg_dump`` and restores the dump into a scratch database to verify it."""

import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from psycopg.conninfo import make_conninfo
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, inspect, text
from sqlalchemy.exc import DBAPIError

from host.data.database import Database
from host.data.migrate.snapshot_verdict import SnapshotError, Verdict

RESTORED_UP_TO: Final = 2 * 1024**3
"""Size in bytes up to which a dump is verified by restoring it; the list of a larger one is read."""

_OWN: Final = text("SELECT oid FROM pg_database WHERE datname = current_database()")
_LEFT: Final = text("SELECT datname FROM pg_database WHERE starts_with(datname, :prefix)")


def dump(database: Database, path: Path) -> Verdict:
    """Dump `database` to `path` and verify the dump.

    It is restored into a scratch database and its rows are counted, if the role may create one and the database is
    not too large; otherwise its list of contents is read.

    Raises:
        SnapshotError: ``pg_dump`` is missing or fails, or the dump is not what it should be.
    """
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with _frozen(database.single) as (connection, snapshot):
        _call("pg_dump", database.url, "--format=custom", f"--snapshot={snapshot}", f"--file={path}")
        names = sorted(inspect(connection).get_table_names())
        _require_listed(database.url, path, names)
        if not _restorable(connection):
            return Verdict("its list of contents", {})
        wanted = _counts(connection, names)
    with _scratch(database) as url:
        options = ("--no-owner", "--no-privileges", "--exit-on-error", f"--dbname={_conninfo(url)[0]}")
        _call("pg_restore", url, *options, str(path), connects=False)
        rows = _counted_in(url, names)
    if rows != wanted:
        differing = sorted(name for name in wanted if rows.get(name) != wanted[name])
        msg = f"the dump has other rows than the database in {', '.join(differing)}"
        raise SnapshotError(msg)
    return Verdict("restored into a scratch database, row counts", rows)


@contextmanager
def _frozen(engine: Engine) -> Iterator[tuple[Connection, str]]:
    """Yield a connection and the name of what it sees, so that the dump holds exactly the rows that are counted."""
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection, connection.begin():
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        yield connection, str(connection.scalar(text("SELECT pg_export_snapshot()")))


def _require_listed(url: URL, path: Path, names: Sequence[str]) -> None:
    listed = _call("pg_restore", url, "--list", str(path), connects=False)
    held = {line.split(" TABLE DATA ")[1].split(" ")[1] for line in listed.splitlines() if " TABLE DATA " in line}
    missing = [name for name in names if name not in held]
    if missing:
        msg = f"the dump lacks {', '.join(missing)}"
        raise SnapshotError(msg)


def _restorable(connection: Connection) -> bool:
    may = connection.scalar(text("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"))
    size = connection.scalar(text("SELECT pg_database_size(current_database())"))
    return bool(may) and size <= RESTORED_UP_TO


@contextmanager
def _scratch(database: Database) -> Iterator[URL]:
    engine = database.single.execution_options(isolation_level="AUTOCOMMIT")
    name = ""
    try:
        with engine.connect() as connection:
            connection.execute(text("SET statement_timeout = 0"))
            # Named after the database: under the lock of its migrations what is there was left by a killed run.
            prefix = f"holdfast_verify_{connection.scalar(_OWN)}_"
            for left in connection.scalars(_LEFT, {"prefix": prefix}).all():
                connection.execute(text(f"DROP DATABASE IF EXISTS {left} WITH (FORCE)"))
            name = f"{prefix}{secrets.token_hex(6)}"
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0"))
        yield database.url.set(database=name)
    except DBAPIError as error:
        msg = f"the dump could not be verified: {str(error.orig).strip().partition(chr(10))[0]}"
        raise SnapshotError(msg) from error
    finally:
        if name:
            with engine.connect() as connection:
                connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))


def _counted_in(url: URL, names: Sequence[str]) -> dict[str, int]:
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        return _counts(connection, names)


def _counts(connection: Connection, names: Sequence[str]) -> dict[str, int]:
    quote = connection.dialect.identifier_preparer.quote
    queries = {name: text(f"SELECT count(*) FROM {quote(name)}") for name in names}  # noqa: S608 -- quoted
    return {name: connection.scalar(query) or 0 for name, query in queries.items()}


def _call(tool: str, url: URL, *arguments: str, connects: bool = True) -> str:
    """Run one of PostgreSQL's tools and return what it writes; the password stands in no command line."""
    executable = shutil.which(tool)
    if executable is None:
        msg = f"{tool} is not installed; it comes with PostgreSQL's client programs"
        raise SnapshotError(msg)
    conninfo, secret = _conninfo(url)
    address = [f"--dbname={conninfo}"] if connects else []
    ended = subprocess.run(  # noqa: S603 -- no shell, and the arguments are ours
        [executable, *address, *arguments], env={**os.environ, **secret}, capture_output=True, text=True, check=False
    )
    if ended.returncode != 0:
        reason = next((line for line in ended.stderr.splitlines() if line.strip()), f"exit code {ended.returncode}")
        msg = f"{tool} failed: {reason}"
        raise SnapshotError(msg)
    return ended.stdout


def _conninfo(url: URL) -> tuple[str, Mapping[str, str]]:
    """Return libpq's address without the password, and the password as the variable that libpq reads."""
    engine = create_engine(url, poolclass=NullPool)
    parameters = dict(engine.dialect.create_connect_args(url)[1])
    password = parameters.pop("password", None)
    kept = {name: value for name, value in parameters.items() if isinstance(value, (str, int))}
    return make_conninfo("", **kept), {"PGPASSWORD": str(password)} if password else {}
