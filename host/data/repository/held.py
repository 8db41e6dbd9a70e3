"""Keeps the objects that a session holds in step with rows that were written past them."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from host.data.repository.shape import Shape
from host.data.rows.recovery import note_written


def overwrite(session: Session, shape: Shape, written: Mapping[Any, Mapping[str, Any]]) -> None:
    """Give the held ones among the rows `written`, key → field → value, their new values."""
    held = list(_held(session, shape, written))
    for key, row in held:
        for name, value in written[key].items():
            set_committed_value(row, name, value)
    note_written(session, (row for _, row in held))


def release(session: Session, shape: Shape, keys: Mapping[Any, Any]) -> None:
    """Let go of the held ones among removed rows."""
    for _, row in _held(session, shape, keys):
        session.expunge(row)


def _held(session: Session, shape: Shape, keys: Mapping[Any, Any]) -> Iterator[tuple[Any, Any]]:
    held = session.identity_map
    if not held:
        return
    identity = shape.mapper.identity_key_from_primary_key
    for key in keys:
        row = held.get(identity(key if isinstance(key, tuple) else (key,)))
        if row is not None:
            yield key, row
