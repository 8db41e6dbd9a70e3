"""Counts what one run of a page asks of the database; outside a run, what one transaction does."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, NamedTuple, cast, final

from sqlalchemy import Connection

from host.data.engines.callers import Place, caller


class Site(NamedTuple):
    """A line of an author's code."""

    file: str
    line: int

    def __str__(self) -> str:
        return str(Place(self.file, self.line, ""))


class Load(NamedTuple):
    """A lazy load: whose relationship, from which line.

    Args:
        owner: class whose attribute was read.
        relationship: name of the attribute.
    """

    owner: str
    relationship: str
    site: Site


class Repeat(NamedTuple):
    """A SELECT, and the line that asks for it."""

    statement: str
    site: Site


@final
class Tally:
    """What was asked so far.

    Args:
        page: path of the page that runs; empty where none does.
        plugin: whose code runs; empty for the host's.
    """

    __slots__ = ("loads", "page", "plugin", "repeats", "seconds", "settled", "statements", "texts")

    def __init__(self, page: str | None = None, plugin: str | None = None) -> None:
        self.page = page or ""
        self.plugin = plugin or ""
        self.statements = 0
        self.seconds = 0.0
        self.texts: Final[dict[str, int]] = {}
        self.loads: Final[dict[Load, int]] = {}
        self.repeats: Final[dict[Repeat, int]] = {}
        self.settled: Final[dict[str, Repeat]] = {}


TRANSACTION: Final = "holdfast.transaction"
"""Where a connection's `info` holds its open `Transaction`."""


@final
class Transaction:
    """An open transaction.

    Args:
        tally: counts its statements; the run's own where one runs.
        own: whether the tally ends with this transaction.
    """

    __slots__ = ("own", "rows", "started", "statements", "tally")

    def __init__(self, tally: Tally, *, own: bool) -> None:
        self.started = time.perf_counter()
        self.tally = tally
        self.own = own
        self.statements = 0
        self.rows = 0


def open_transaction(connection: Connection) -> Transaction | None:
    """Return what is known of the transaction of `connection`; ``None`` for the monitor's own."""
    return cast("Transaction | None", connection.info.get(TRANSACTION))


def site_here() -> Site:
    """Return the line of an author's code that led here."""
    place = caller()
    return Site(place.file, place.line)


SILENT: Final = Tally()
"""In force while the monitor itself works: its statements are not counted."""
_current: Final[ContextVar[Tally | None]] = ContextVar("holdfast_tally", default=None)
current_tally: Final = _current.get
"""Returns the tally of the running code; ``None`` outside a run."""


@contextmanager
def counted_by(tally: Tally) -> Iterator[None]:
    """Let `tally` count the statements of the block."""
    token = _current.set(tally)
    try:
        yield
    finally:
        _current.reset(token)
