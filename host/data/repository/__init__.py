"""Rows of one model: read, found, paged, written, deleted softly and restored; every write is audited."""

from host.data.repository.bulk_upsert import Upserted
from host.data.repository.faults import (
    CursorError,
    FieldConflict,
    NotFoundError,
    RestoreConflictError,
    StaleVersionError,
)
from host.data.repository.filters import Criterion, Filter
from host.data.repository.ordering import Sort
from host.data.repository.page import RowPage
from host.data.repository.repository import Repository
from host.data.rows.mixins import SoftDelete, Versioned, unique_while_live
from host.data.rows.visibility import INCLUDE_DELETED

__all__ = [
    "INCLUDE_DELETED",
    "Criterion",
    "CursorError",
    "FieldConflict",
    "Filter",
    "NotFoundError",
    "Repository",
    "RestoreConflictError",
    "RowPage",
    "SoftDelete",
    "Sort",
    "StaleVersionError",
    "Upserted",
    "Versioned",
    "unique_while_live",
]
