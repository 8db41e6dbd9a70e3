"""Short ways to the database of the running app, for code inside a run, fragment, job or command."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Connection

from host.data import Database, UnitOfWork
from host.kernel.context import current

T = TypeVar("T")


@contextmanager
def get_conn(readonly: bool = False) -> Iterator[Connection]:
    """Yield SQLAlchemy's connection of the open unit of work, or of a new one that commits at the end.

    Inside an open unit it is a savepoint of it. Statements that change audited tables are refused; write those
    through a repository.

    Raises:
        NoContextError: called outside a run, fragment, job or command.
        ReadOnlyUnitError: the open unit is read-only and this one is not.
    """
    with _database().begin(readonly) as unit:
        yield unit.session.connection()


def run_tx(function: Callable[[UnitOfWork], T]) -> T:
    """Run `function` in a transaction of the app's database, again after a passing fault; see `Database.run_tx`.

    Raises:
        NoContextError: called outside a run, fragment, job or command.
    """
    return _database().run_tx(function)


def _database() -> Database:
    database: Database = current().application.host.database()
    return database
