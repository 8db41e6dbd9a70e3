"""Whoever looks at the app through somebody else's eyes changes nothing: every way to write ends in one clear error."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar, Final, final

from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

from host.data.actor import ActorSource
from host.data.audit.statements import written_tables
from host.data.faults import ReadOnlyUnitError, is_read_only

if TYPE_CHECKING:
    from host.data.database import Database

_CHANGING: Final = frozenset({"CREATE", "DROP", "ALTER", "TRUNCATE", "VACUUM", "REINDEX", "GRANT", "REVOKE", "CALL"})


class OnlyLookingError(ReadOnlyUnitError):
    """A write was asked for while looking at the app through somebody else's eyes; nothing was written."""

    user_message: ClassVar[str] = "You are looking at the app as somebody else, so nothing can be changed."

    def __init__(self) -> None:
        super().__init__(
            "A write was asked for while looking at the app as somebody else, so it was not run.",
            remedy="Stop looking as somebody else first. Code that only reads opens begin(readonly=True).",
        )


@contextmanager
def only_looking() -> Iterator[None]:
    """Turn what a read-only transaction says to a write into `OnlyLookingError`."""
    try:
        yield
    except OnlyLookingError:
        raise
    except ReadOnlyUnitError as error:
        raise OnlyLookingError from error
    except DBAPIError as error:
        if not is_read_only(error):
            raise
        raise OnlyLookingError from error


@final
class LookingGuard:
    """Refuses writing statements on connections that were not opened by a unit of work, which is read-only then."""

    def attach(self, database: "Database") -> None:
        """Watch every engine that writes."""
        business = database.engines.business
        engines = [database.engines.write, database.engines.single, *([business.write] if business else [])]
        for engine in engines:
            event.listen(engine, "before_cursor_execute", _Watch(database.actor))


@final
class _Watch:
    def __init__(self, actor: ActorSource) -> None:
        self._actor = actor

    def __call__(
        self, _connection: Any, _cursor: Any, statement: str, _parameters: Any, _context: Any, _many: bool
    ) -> None:
        if self._actor().looking and _writes(statement):
            raise OnlyLookingError


def _writes(statement: str) -> bool:
    first = statement.split(maxsplit=1)[:1]
    return (bool(first) and first[0].upper() in _CHANGING) or bool(written_tables(statement))
