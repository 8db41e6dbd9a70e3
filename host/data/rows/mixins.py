"""Columns that a model takes on to be deleted softly, or to notice a second editor."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import Connection, Index, Integer, String, Uuid, event, text
from sqlalchemy.orm import Mapped, Mapper, declared_attr, mapped_column
from sqlalchemy.orm.base import PASSIVE_NO_INITIALIZE
from sqlalchemy.orm.interfaces import MANYTOONE
from sqlalchemy.orm.state import InstanceState

from host.data.types import UtcDateTime

_LIVE: Final = "deleted_at IS NULL"


class SoftDelete:
    """Rows that are marked instead of removed; ORM reads leave marked ones out unless told `INCLUDE_DELETED`.

    A relation with SQLAlchemy's own ``cascade="all, delete-orphan"`` (or just ``delete``) to a model that takes on
    this class too is marked along, under the same `delete_batch_id`.
    """

    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None, sort_order=910)
    """When it was marked; ``None`` while it is live."""
    deleted_by: Mapped[str | None] = mapped_column(String(200), default=None, sort_order=911)
    """Id of who marked it."""
    delete_batch_id: Mapped[UUID | None] = mapped_column(Uuid, default=None, index=True, sort_order=912)
    """What was marked together, and is restored together."""


class Versioned:
    """Rows whose `version` rises with every edit, so that nobody overwrites what they have not seen."""

    version: Mapped[int] = mapped_column(Integer, default=1, sort_order=900)

    unversioned: ClassVar[frozenset[str]] = frozenset()
    """Fields that no person edits, such as sums kept beside: a change of these alone is no edit."""

    @declared_attr.directive
    def __mapper_args__(cls) -> Mapping[str, Any]:  # noqa: N805 -- SQLAlchemy hands over the class
        return {"version_id_col": cls.version, "version_id_generator": False}


def unique_while_live(name: str, *columns: str) -> Index:
    """Return a unique index over `columns` that marked rows do not count for, for a model's ``__table_args__``."""
    return Index(name, *columns, unique=True, sqlite_where=text(_LIVE), postgresql_where=text(_LIVE))


@event.listens_for(Versioned, "before_update", propagate=True)
def _count_edit(mapper: Mapper[Any], _connection: Connection, row: Versioned) -> None:
    """Let the version rise; runs inside the flush, when keys that come from relations are filled in."""
    state: InstanceState[Any] = mapper.class_manager.state_getter()(row)
    touched = state.committed_state.keys() - type(row).unversioned
    if "version" not in touched and any(_edited(mapper, state, name) for name in touched):
        row.version += 1


def _edited(mapper: Mapper[Any], state: InstanceState[Any], name: str) -> bool:
    if name not in mapper.column_attrs:
        relation = mapper.relationships.get(name)
        if relation is None or relation.direction is not MANYTOONE:
            return False
    return bool(state.get_history(name, PASSIVE_NO_INITIALIZE).has_changes())
