"""The database as everybody else sees it: begin a unit of work, run a transaction with retries, check, dispose."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar, cast, final

from sqlalchemy import URL, Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session, sessionmaker

from host.data.actor import ActorSource, nobody
from host.data.engines import build, urls
from host.data.engines.holders import named
from host.data.extension import Extension
from host.data.faults import DatabaseUnavailableError, is_conflict, is_transient
from host.data.looking import LookingGuard, OnlyLookingError, only_looking
from host.data.rows.recovery import Recovery
from host.data.rows.visibility import LiveRowsOnly
from host.data.unit_of_work import UnitOfWork, current_unit, nested, outermost
from host.logs import get_logger

if TYPE_CHECKING:
    from host.config import DatabaseConfig
    from host.data.migrate.targets import Target

T = TypeVar("T")
_log: Final = get_logger(__name__)

ATTEMPTS: Final = 10
FIRST_DELAY_S: Final = 0.02
LONGEST_DELAY_S: Final = 1.0


@final
@dataclass(frozen=True, slots=True)
class DatabaseHealth:
    """How a database is.

    Args:
        answers: whether it can be used.
        dialect: ``sqlite`` or ``postgresql``.
        round_trip_ms: milliseconds of a connection and one statement; ``None`` when it did not answer.
        fault: why it cannot be used.
    """

    answers: bool
    dialect: str
    round_trip_ms: float | None
    fault: str | None


@final
class Database:
    """One database with its engines.

    Args:
        config: address and pool sizes.
        data_dir: folder that relative SQLite paths are taken from.
        pooling: ``False`` opens a connection for every unit of work and closes it after.
        actor: says who acts, for what a row keeps of it.
        extensions: what listens to every session and statement, such as the audit; attached in this order.

    Raises:
        ConfigError: the address cannot be used.
    """

    def __init__(
        self,
        config: "DatabaseConfig",
        data_dir: Path,
        *,
        pooling: bool = True,
        actor: ActorSource = nobody,
        extensions: Sequence[Extension] = (),
    ) -> None:
        self.actor: Final = actor
        self.url: Final[URL] = urls.resolve(config.url, data_dir)
        self.dialect = cast("Literal['sqlite', 'postgresql']", self.url.get_backend_name())
        self.engines: Final = build.build(self.url, config, data_dir, pooling=pooling)
        self.writing: Final[sessionmaker[Session]] = sessionmaker(
            self.engines.write, expire_on_commit=False, **self.engines.routes("write")
        )
        self.reading: Final[sessionmaker[Session]] = sessionmaker(
            self.engines.read, expire_on_commit=False, **self.engines.routes("read")
        )
        self.on_retry: Final[list[Callable[[Exception], None]]] = []
        own: Sequence[Extension] = (LiveRowsOnly(), Recovery(), LookingGuard())
        for extension in (*own, *extensions):
            extension.attach(self)

    @property
    def single(self) -> Engine:
        """Unpooled connections for work that holds one for long: migrations, listeners."""
        return self.engines.single

    @property
    def driver(self) -> Any:
        """The DBAPI module of every connection, for those opened without SQLAlchemy.

        On SQLite never use the standard library's `sqlite3` on the same file instead: it may be another library.
        """
        return self.engines.single.dialect.loaded_dbapi

    @property
    def driver_error(self) -> type[Exception]:
        """Base of the errors that the driver raises on a connection used without SQLAlchemy."""
        return cast("type[Exception]", self.driver.Error)

    @contextmanager
    def begin(self, readonly: bool = False, *, may_lag: bool = False) -> Iterator[UnitOfWork]:
        """Open a unit of work; inside another one of this database and thread, a savepoint of it.

        Args:
            readonly: refuse writes.
            may_lag: a read-only unit of its own may see the database as it was up to `database.max_lag_s` seconds
                ago: it goes to the read replica if there is one that is close enough. Inside another unit it sees
                what that one sees.

        Raises:
            DatabaseUnavailableError: no connection could be had.
            ReadOnlyUnitError: a writing unit inside a read-only one.
            OnlyLookingError: something was written by somebody who looks at the app through another's eyes.
        """
        outer, looking = current_unit(self), self.actor().looking
        readonly = readonly or looking
        if outer is None:
            opened = outermost(self, self._connected(readonly=readonly, may_lag=may_lag), readonly=readonly)
        else:
            opened = nested(self, outer, readonly=readonly)
        with only_looking() if looking else nullcontext(), opened as unit:
            yield unit

    def require_writable(self) -> None:
        """Raise `OnlyLookingError` where nothing may be written; for what is kept outside the database before a row."""
        if self.actor().looking:
            raise OnlyLookingError

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
                for call in self.on_retry:
                    call(error)
            time.sleep(_delay_s(attempt))
        return self._attempt(function)

    def reader(self) -> Session:
        """Return a connected, read-only session apart from every unit of work; the caller closes it.

        Raises:
            DatabaseUnavailableError: no connection could be had.
        """
        return self._connected(readonly=True, may_lag=False)

    def check(self) -> None:
        """Raise `DatabaseUnavailableError` unless the database answers."""
        try:
            with self.begin(readonly=True) as unit:
                unit.session.execute(text("SELECT 1"))
        except DBAPIError as error:
            raise self._unavailable(error) from error

    def health(self) -> DatabaseHealth:
        """Ask the database now and tell how it is; never raises."""
        began = time.perf_counter()
        try:
            self.check()
        except DatabaseUnavailableError as error:
            return DatabaseHealth(False, self.dialect, None, error.message)
        return DatabaseHealth(True, self.dialect, (time.perf_counter() - began) * 1_000, None)

    def migrate(self, *targets: "Target") -> None:
        """Bring tables to the head of their revisions: the host's own, or those of `targets`.

        Raises:
            SchemaError: a revision failed or cannot be read.
        """
        from host.data.migrate.migrator import Migrator
        from host.data.migrate.targets import host_target

        Migrator(self, targets or [host_target()]).upgrade()

    def dispose(self) -> None:
        """Close the pooled connections."""
        self.engines.dispose()

    def _attempt(self, function: Callable[[UnitOfWork], T]) -> T:
        with self.begin() as unit:
            return function(unit)

    def _connected(self, *, readonly: bool, may_lag: bool) -> Session:
        if readonly and may_lag:
            lagging = self._lagging()
            if lagging is not None:
                return lagging
        session = self.reading() if readonly else self.writing()
        try:
            # Connect now: a database that is away is then told from one that fails half-way.
            session.connection()
        except PoolTimeoutError as error:
            session.close()
            raise self._exhausted() from error
        except DBAPIError as error:
            session.close()
            if is_conflict(error):
                raise
            raise self._unavailable(error) from error
        except BaseException:
            session.close()
            raise
        return session

    def _lagging(self) -> Session | None:
        """Return a session on the replica; ``None`` without one that is there and close enough."""
        lag = self.engines.lag
        if lag is None or not lag.usable():
            return None
        session = self.reading(bind=self.engines.replica)
        try:
            session.connection()
        except (PoolTimeoutError, DBAPIError) as error:
            session.close()
            lag.is_away(error)
            return None
        return session

    def _exhausted(self) -> DatabaseUnavailableError:
        holders = named(self.engines.holders.all())
        return DatabaseUnavailableError(
            f"Every connection of the pool is in use; held by {holders}.",
            remedy="Raise DB_POOL_SIZE, or end the unit of work at the named line sooner.",
        )

    def _unavailable(self, error: DBAPIError) -> DatabaseUnavailableError:
        reason = str(error.orig).strip().partition("\n")[0]
        return DatabaseUnavailableError(
            f"The database {self.url.render_as_string(hide_password=True)} cannot be used: {reason}.",
            remedy="Check that it runs and that DATABASE_URL is right.",
        )


DB = Database
"""Its short public name."""


def _delay_s(attempt: int) -> float:
    longest = min(LONGEST_DELAY_S, FIRST_DELAY_S * 2**attempt)
    return random.uniform(longest / 2, longest)  # noqa: S311 -- jitter, no secret
