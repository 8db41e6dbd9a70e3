"""Rows that stream past: a result of any size in bounded memory, for exports."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Result, Select

if TYPE_CHECKING:
    from host.data.database import Database

AT_ONCE: Final = 1_000
"""Rows that are fetched, and held, at a time."""


@contextmanager
def streaming(database: "Database", statement: Select[Any], *, at_once: int = AT_ONCE) -> Iterator[Result[Any]]:
    """Run a query and yield its result, whose rows are fetched `at_once` at a time while they are read.

    It has a connection and a read-only transaction of its own: it sees the database as it was at its beginning, and
    not what an open unit of work of the caller has written. Rows of a model come detached from nothing but memory
    that is freed as the next ones come; use ``.scalars()`` for them.

    Args:
        statement: what to read; eager loads of collections cannot be streamed except by ``selectinload``.
        at_once: rows fetched at a time, on PostgreSQL from a cursor of the server.

    Raises:
        DatabaseUnavailableError: no connection could be had; it names who holds those of the pool.
    """
    with database.reader() as session:
        yield session.execute(statement, execution_options={"yield_per": at_once})
