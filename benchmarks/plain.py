"""The same writes by SQLAlchemy alone, as its manual shows them: through the ORM, and as bulk statements."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session, sessionmaker

from benchmarks.goods import Plain

Rows = Sequence[dict[str, Any]]


class PlainOrm:
    """Unit of work with objects: ``add_all``, changed attributes, ``session.delete``."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def add(self, rows: Rows) -> None:
        """Add the rows in one transaction."""
        with self._sessions.begin() as session:
            session.add_all(Plain(**row) for row in rows)

    def update(self, ids: Sequence[int]) -> None:
        """Load the rows and change each."""
        with self._sessions.begin() as session:
            for row in session.scalars(select(Plain).where(Plain.id.in_(ids))):
                row.stock += 1

    def delete(self, ids: Sequence[int]) -> None:
        """Load the rows and delete each."""
        with self._sessions.begin() as session:
            for row in session.scalars(select(Plain).where(Plain.id.in_(ids))):
                session.delete(row)


class PlainCore:
    """Bulk statements that load nothing."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def add(self, rows: Rows) -> None:
        """Insert the rows by one statement with many parameters."""
        with self._sessions.begin() as session:
            session.execute(insert(Plain), rows)

    def update(self, ids: Sequence[int]) -> None:
        """Update by primary key, one set of parameters a row."""
        with self._sessions.begin() as session:
            session.execute(update(Plain), [{"id": each, "stock": each % 77} for each in ids])

    def delete(self, ids: Sequence[int]) -> None:
        """Delete by one ``IN`` list."""
        with self._sessions.begin() as session:
            session.execute(delete(Plain).where(Plain.id.in_(ids)), execution_options={"synchronize_session": False})
