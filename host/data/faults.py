"""The data layer's errors, and which database errors another attempt may cure."""

from typing import Final

from sqlalchemy.exc import DBAPIError

from host.errors import HostError

_SQLITE_PASSING: Final = frozenset({5, 6})
"""SQLITE_BUSY, SQLITE_LOCKED; the codes are the same in every SQLite library."""
_CONFLICT: Final = frozenset({"40001", "40P01", "55P03"})
"""serialization_failure, deadlock_detected, lock_not_available."""
_SQLITE_READ_ONLY: Final = 8
"""SQLITE_READONLY."""
_READ_ONLY: Final = "25006"
"""read_only_sql_transaction."""
_LOST: Final = frozenset({"57P01", "57P02", "57P03", "53300"})
"""admin_shutdown, crash_shutdown, cannot_connect_now, too_many_connections."""


class DatabaseUnavailableError(HostError):
    """No connection could be had."""

    user_message = "The database cannot be reached at the moment. Please try again shortly."


class CommitUnknownError(HostError):
    """The connection broke while committing: the server may or may not have kept the transaction."""

    user_message = "It is not certain whether this was saved. Please look before you repeat it."


class NoUnitOfWorkError(HostError):
    """Something that belongs to a transaction was asked for outside one."""


class ReadOnlyUnitError(HostError):
    """A write was asked for inside a read-only unit of work."""


def is_conflict(error: BaseException) -> bool:
    """Tell whether the database gave way to another transaction: busy, deadlock, serialization."""
    if not isinstance(error, DBAPIError):
        return False
    code = getattr(error.orig, "sqlite_errorcode", None)
    if isinstance(code, int):
        # The low byte is the primary code; the rest tells e.g. BUSY_SNAPSHOT from BUSY.
        return code & 0xFF in _SQLITE_PASSING
    return getattr(error.orig, "sqlstate", None) in _CONFLICT


def is_read_only(error: DBAPIError) -> bool:
    """Tell whether the database refused a write because the transaction is read-only."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    if isinstance(code, int):
        return code & 0xFF == _SQLITE_READ_ONLY
    # DuckDB has no codes.
    return getattr(error.orig, "sqlstate", None) == _READ_ONLY or "read-only" in str(error.orig)


def is_lost(error: BaseException) -> bool:
    """Tell whether the connection is gone or could not be made for a reason that may pass."""
    if isinstance(error, DatabaseUnavailableError):
        return error.__cause__ is not None and is_lost(error.__cause__)
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    if error.connection_invalidated or state in _LOST or (state or "").startswith("08"):
        return True
    # A refused or broken connection has no SQLSTATE: psycopg reports it as a plain OperationalError.
    return state is None and type(error.orig).__module__.startswith("psycopg") and _operational(error)


def is_transient(error: BaseException) -> bool:
    """Tell whether running the whole transaction again may succeed."""
    return not isinstance(error, CommitUnknownError) and (is_conflict(error) or is_lost(error))


def _operational(error: DBAPIError) -> bool:
    return type(error.orig).__name__ == "OperationalError"
