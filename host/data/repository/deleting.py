"""A repository's soft deletes: rows are marked with everything that belongs to them, and come back exactly so."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeVar
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Update, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from host.data.audit import AUDITED, Change, record
from host.data.audit.change import Action
from host.data.batches.membership import in_any
from host.data.clock import now
from host.data.repository.cascade import cascades, related
from host.data.repository.faults import NotFoundError, RestoreConflictError
from host.data.repository.held import overwrite
from host.data.repository.scope import Scope
from host.data.repository.shape import Shape
from host.errors import HostError

T = TypeVar("T")
_LIVE: Final[Mapping[str, Any]] = {"deleted_at": None, "deleted_by": None, "delete_batch_id": None}


class Deleting(Scope[T]):
    """What only models that take on `SoftDelete` can do."""

    def soft_delete(self, *targets: Any) -> UUID:
        """Mark rows as deleted, with what cascades from them, and return the batch that brings them back.

        Args:
            targets: rows or keys.

        Raises:
            NotFoundError: one is not there, or deleted already; then none is marked.
        """
        self._require_soft()
        keys = dict.fromkeys(self._shape.key_of(each) if isinstance(each, self._model) else each for each in targets)
        return self._atomically(
            lambda session: _mark_all(session, self._shape, list(keys), self._database.actor().user_id)
        )

    def restore(self, batch: UUID | T) -> int:
        """Bring back exactly what one `soft_delete` marked, and return how many rows.

        Args:
            batch: what `soft_delete` returned, or a deleted row of it.

        Raises:
            NotFoundError: nothing is deleted under this batch.
            RestoreConflictError: a live row has taken the place of one of them, such as its number.
        """
        self._require_soft()
        wanted = batch if isinstance(batch, UUID) else getattr(batch, "delete_batch_id", None)
        if wanted is None:
            raise NotFoundError(self._model, batch)
        return self._atomically(lambda session: self._restore(session, wanted))

    def _restore(self, session: Session, batch: UUID) -> int:
        session.flush()
        try:
            found = sum(_unmark(session, shape, batch) for shape in related(self._shape))
        except IntegrityError as error:
            raise RestoreConflictError(self._model, batch) from error
        if not found:
            raise NotFoundError(self._model, batch)
        return found

    def _require_soft(self) -> None:
        if not self._shape.soft:
            raise HostError(
                f"{self._model.__name__} cannot be deleted softly.", remedy="Let the model take on host.SoftDelete."
            )


def _mark_all(session: Session, shape: Shape, keys: list[Any], user_id: str) -> UUID:
    session.flush()
    batch = uuid4()
    marks = {"deleted_at": now(session), "deleted_by": user_id, "delete_batch_id": batch}
    attributes = [shape.attribute(name) for name in shape.key]
    marked = _mark(session, shape, marks, _marking(shape, marks).where(in_any(attributes, keys)))
    missing = [key for key in keys if key not in marked]
    if missing:
        raise NotFoundError(shape.model, missing[0])
    reached = [shape]
    for parent in reached:
        for cascade in cascades(parent):
            if _mark(session, cascade.child, marks, cascade.of_batch(_marking(cascade.child, marks), batch)):
                reached.append(cascade.child)
    return batch


def _marking(shape: Shape, marks: Mapping[str, Any]) -> Update:
    statement = update(shape.table).where(shape.table.c.deleted_at.is_(None)).values(**marks, **_next_version(shape))
    return statement.returning(*shape.table.primary_key, *_version(shape))


def _mark(session: Session, shape: Shape, marks: Mapping[str, Any], statement: Update) -> dict[Any, Any]:
    rows = session.execute(statement, execution_options=AUDITED).all()
    return _told(session, shape, "soft_delete", [(row, _LIVE, marks) for row in rows], 0)


def _unmark(session: Session, shape: Shape, batch: UUID) -> int:
    table = shape.table
    mine = table.c.delete_batch_id == batch
    old = select(*table.primary_key, *_version(shape), *(table.c[name] for name in _LIVE)).where(mine)
    rows = session.execute(old.with_for_update()).all()
    if rows:
        back = update(table).where(mine).values(**_LIVE, **_next_version(shape))
        session.execute(back, execution_options=AUDITED)
    before = [{name: getattr(row, name) for name in _LIVE} for row in rows]
    triples = [(row, marks, _LIVE) for row, marks in zip(rows, before, strict=True)]
    return len(_told(session, shape, "restore", triples, 1))


def _told(
    session: Session,
    shape: Shape,
    action: Action,
    rows: Sequence[tuple[Sequence[Any], Mapping[str, Any], Mapping[str, Any]]],
    version_step: int,
) -> dict[Any, Any]:
    width = len(shape.key)
    written: dict[Any, Mapping[str, Any]] = {}
    changes = []
    for row, before, after in rows:
        key = row[0] if width == 1 else tuple(row[:width])
        new = dict(after)
        old = dict(before)
        if shape.versioned:
            new["version"] = row[width] + version_step
            old["version"] = new["version"] - 1
        written[key] = new
        changes.append(Change(shape.table, key, action, old, new))
    record(session, changes)
    overwrite(session, shape, written)
    return written


def _version(shape: Shape) -> list[ColumnElement[Any]]:
    return [shape.table.c.version] if shape.versioned else []


def _next_version(shape: Shape) -> dict[str, Any]:
    return {"version": shape.table.c.version + 1} if shape.versioned else {}
