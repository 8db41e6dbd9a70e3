"""A repository's writes of single rows; the session's flush does the work, so the audit sees it as any other."""

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from sqlalchemy.orm import Session, object_session
from sqlalchemy.orm.exc import StaleDataError

from host.data.repository.edit import Edit, edit_of
from host.data.repository.faults import NotFoundError, StaleVersionError
from host.data.repository.reading import fetch
from host.data.repository.scope import Scope
from host.data.rows.visibility import INCLUDE_DELETED
from host.errors import HostError, ValidationError

T = TypeVar("T")


class Writing(Scope[T]):
    """What can be done to one row.

    Each call is one flush: when it fails inside an open unit of work, that unit can only be rolled back. Open a
    nested unit around a call whose failure you want to survive.
    """

    def add(self, row: T) -> T:
        """Store a new row and return it, with what the database filled in."""

        def write(session: Session) -> T:
            session.add(row)
            session.flush()
            return row

        return self._writing(write)

    def update(self, target: Any, changes: Mapping[str, Any] | None = None, *, version: int | None = None) -> T:
        """Store changed fields and return the row as it stands now; keep that one, not the one handed over.

        Args:
            target: a row that was read earlier and changed since, or the key of one.
            changes: field → new value; required for a key, on top of what was changed for a row.
            version: the version that the editor saw, where only the key is at hand.

        Raises:
            NotFoundError: the row is gone, or softly deleted.
            StaleVersionError: it takes on `Versioned` and somebody else edited it meanwhile.
            ValidationError: a name is no field that can be changed.
        """
        edit = edit_of(self._shape, target, changes or {}, version)
        if isinstance(target, self._model) and object_session(target) is not None:
            return cast("T", self._writing(lambda session: self._flush(session, target, changes or {}, edit)))
        return cast("T", self._writing(lambda session: self._store(session, edit)))

    def delete(self, target: Any) -> None:
        """Remove a row for good, also from a model that could be deleted softly.

        Args:
            target: a row or a key.

        Raises:
            NotFoundError: it is not there.
        """
        key = self._shape.key_of(target) if isinstance(target, self._model) else target

        def write(session: Session) -> None:
            session.delete(fetch(session, self._shape, key, (INCLUDE_DELETED,), lock=True))
            session.flush()

        self._writing(write)

    def _store(self, session: Session, edit: Edit) -> Any:
        row = fetch(session, self._shape, edit.key, lock=True)
        edit.check(self._shape, row)
        for name, value in edit.mine.items():
            setattr(row, name, value)
        session.flush()
        return row

    def _flush(self, session: Session, row: Any, changes: Mapping[str, Any], edit: Edit) -> Any:
        if object_session(row) is not session:
            raise ValidationError(
                f"This {self._model.__name__} belongs to another unit of work.", remedy="Update it where it was read."
            )
        for name, value in changes.items():
            setattr(row, name, value)
        try:
            session.flush()
        except StaleDataError as error:
            raise self._stale(edit) from error
        return row

    def _stale(self, edit: Edit) -> HostError:
        # The failed flush has ended the session's transaction: what is stored now is read beside it.
        with self._database.reading() as session:
            try:
                row = fetch(session, self._shape, edit.key)
            except NotFoundError as gone:
                return gone
            return StaleVersionError(self._model, edit.key, edit.conflicts(self._shape, row), row.version)
