"""Sends statements on business tables to a database of their own, apart from the host's tables."""

from dataclasses import dataclass
from typing import Any, final

from sqlalchemy import Engine, Table, inspect
from sqlalchemy.orm import Mapper, Session
from sqlalchemy.sql import visitors

from host.errors import HostError


class DoomedUnitError(HostError):
    """A nested unit failed on a database without savepoints, so the outer one can't be committed."""


@final
@dataclass(frozen=True, slots=True)
class Business:
    """Where business tables lie, apart from the host's.

    Args:
        write: transactions that may write; one connection.
        read: transactions that may not.
    """

    write: Engine
    read: Engine


class RoutedSession(Session):
    """A session whose statements on business tables go to ``info["business"]``, everything else to its own engine."""

    def get_bind(self, mapper: Any = None, *, clause: Any = None, bind: Any = None, **kwargs: Any) -> Any:
        """Return the engine for a statement.

        Raises:
            HostError: it joins business tables with the host's, which lie in another database.
        """
        if bind is None and _is_business(mapper, clause):
            return self.info["business"]
        return super().get_bind(mapper, clause=clause, bind=bind, **kwargs)


def _is_business(mapper: Any, clause: Any) -> bool:
    from host.data.tables import HostBase

    tables: set[Any] = set()
    if clause is not None:
        tables |= {each for each in visitors.iterate(clause) if isinstance(each, Table)}
    mapped = inspect(mapper, raiseerr=False)
    if isinstance(mapped, Mapper):
        tables |= set(mapped.tables)
    own = tables & set(HostBase.metadata.tables.values())
    if own and own != tables:
        names = ", ".join(sorted(table.name for table in tables))
        raise HostError(f"{names} lie in two databases here.", remedy="Read them by two statements, or use SQLite.")
    return bool(tables) and not own
