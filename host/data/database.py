"""The database as everybody else sees it: begin a unit of work, run a transaction with retries, check, dispose."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TypeVar, cast, final

from sqlalchemy import URL, Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from host.data import engines, urls
from host.data.faults import DatabaseUnavailableError, is_conflict, is_transient
from host.data.unit_of_work import UnitOfWork, current_unit, nested, outermost
from host.logs import get_logger

if TYPE_CHECKING:
    from host.config import DatabaseConfig

T = TypeVar("T")
_log: Final = get_logger(__name__)

ATTEMPTS: Final = 10
FIRST_DELAY_S: Final = 0.02
LONGEST_DELAY_S: Final = 1.0


@final
class Database:
    """One database with its engines.

    Args:
        config: address and pool sizes.
        data_dir: folder that relative SQLite paths are taken from.
        pooling: ``False`` opens a connection for every unit of work and closes it after.

    Raises:
        ConfigError: the address cannot be used.
    """

    def __init__(self, config: "DatabaseConfig", data_dir: Path, *, pooling: bool = True) -> None:
        self.url: Final[URL] = urls.resolve(config.url, data_dir)
        self.dialect = cast("Literal['sqlite', 'postgresql']", self.url.get_backend_name())
        self._engines = engines.build(self.url, config, pooling=pooling)

    @property
    def single(self) -> Engine:
        """Unpooled connections for work that holds one for long: migrations, listeners."""
        return self._engines.single

    @property
    def driver_error(self) -> type[Exception]:
        """Base of the errors that the driver raises on a connection used without SQLAlchemy."""
        return cast("type[Exception]", self._engines.single.dialect.loaded_dbapi.Error)

    @contextmanager
    def begin(self, readonly: bool = False) -> Iterator[UnitOfWork]:
        """Open a unit of work; inside another one of this database and thread, a savepoint of it.

        Raises:
            DatabaseUnavailableError: no connection could be had.
            ReadOnlyUnitError: a writing unit inside a read-only one.
        """
        outer = current_unit(self)
        if outer is None:
            opened = outermost(self, self._connected(readonly=readonly), readonly=readonly)
        else:
            opened = nested(self, outer, readonly=readonly)
        with opened as unit:
            yield unit

    def current(self) -> UnitOfWork | None:
        """Return the open unit of work of this context, if there is one."""
        return current_unit(self)

    def run_tx(self, function: Callable[[UnitOfWork], T]) -> T:
        """Run `function` in a transaction and again after a passing fault; inside an outer unit it joins, once.

        Passing are busy, serialization failure, deadlock and a lost connection, except while committing: then
        nobody knows whether the server kept it, and `CommitUnknownError` says so.
        """
        if self.current() is not None:
            return self._attempt(function)
        for attempt in range(ATTEMPTS - 1):
            try:
                return self._attempt(function)
            except Exception as error:
                if not is_transient(error):
                    raise
                _log.info("transaction is run again", attempt=attempt + 2, error=str(error))
            time.sleep(_delay_s(attempt))
        return self._attempt(function)

    def check(self) -> None:
        """Raise `DatabaseUnavailableError` unless the database answers."""
        try:
            with self.begin(readonly=True) as unit:
                unit.session.execute(text("SELECT 1"))
        except DBAPIError as error:
            raise self._unavailable(error) from error

    def dispose(self) -> None:
        """Close the pooled connections."""
        self._engines.dispose()

    def _attempt(self, function: Callable[[UnitOfWork], T]) -> T:
        with self.begin() as unit:
            return function(unit)

    def _connected(self, *, readonly: bool) -> Session:
        session = Session(self._engines.read if readonly else self._engines.write, expire_on_commit=False)
        try:
            # Connect now: a database that is away is then told from one that fails half-way.
            session.connection()
        except PoolTimeoutError as error:
            session.close()
            raise DatabaseUnavailableError(
                "Every connection of the pool is in use.", remedy="Raise DB_POOL_SIZE, or find what holds them."
            ) from error
        except DBAPIError as error:
            session.close()
            if is_conflict(error):
                raise
            raise self._unavailable(error) from error
        except BaseException:
            session.close()
            raise
        return session

    def _unavailable(self, error: DBAPIError) -> DatabaseUnavailableError:
        reason = str(error.orig).strip().partition("\n")[0]
        return DatabaseUnavailableError(
            f"The database {self.url.render_as_string(hide_password=True)} cannot be used: {reason}.",
            remedy="Check that it runs and that DATABASE_URL is right.",
        )


def _delay_s(attempt: int) -> float:
    longest = min(LONGEST_DELAY_S, FIRST_DELAY_S * 2**attempt)
    return random.uniform(longest / 2, longest)  # noqa: S311 -- jitter, no secret
