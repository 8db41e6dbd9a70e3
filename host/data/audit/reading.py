"""Audit records as people and pages read them, and the questions that find them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, final

from sqlalchemy import ColumnElement, Row, Select, or_, select

from host.data.audit.tables import AuditRow
from host.data.audit.values import decode

_ESCAPE: Final = "\\"


@final
@dataclass(frozen=True, slots=True)
class AuditRecord:
    """One change of one record.

    Args:
        before: column → value before; ``None`` when there was no row.
        after: column → value after; ``None`` when there is no row any more.
        seq: its place in the chain; ``None`` while it waits to be sealed.
    """

    id: int
    at: datetime
    user_id: str
    user_name: str
    plugin: str | None
    page: str | None
    correlation_id: str | None
    table: str
    key: str
    action: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    seq: int | None

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns that it tells of."""
        return tuple(dict.fromkeys((*(self.before or ()), *(self.after or ()))))


@final
@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which records; what is left empty doesn't matter.

    Args:
        user: id of the user, or part of the name.
        since: from this moment on.
        until: before this moment.
        key: the record's key, as the records write it.
        contains: part of the key, or of a value where `values` allows it.
        values: whether `contains` looks into the values too; off for readers who may not see all of them.
    """

    table: str = ""
    key: str = ""
    user: str = ""
    action: str = ""
    plugin: str = ""
    correlation_id: str = ""
    contains: str = ""
    since: datetime | None = None
    until: datetime | None = None
    values: bool = True


@final
@dataclass(frozen=True, slots=True)
class AuditPage:
    """Records, newest first.

    Args:
        older: what to give as `before` to read on; ``None`` at the end.
    """

    records: tuple[AuditRecord, ...]
    older: int | None


def question(wanted: AuditFilter) -> Select[Any]:
    """Return the query, without order and limit."""
    return select(*AuditRow.__table__.columns).where(*_conditions(wanted))


def _conditions(wanted: AuditFilter) -> list[ColumnElement[bool]]:
    exact = {
        AuditRow.table_name: wanted.table,
        AuditRow.record_key: wanted.key,
        AuditRow.action: wanted.action,
        AuditRow.plugin: wanted.plugin,
        AuditRow.correlation_id: wanted.correlation_id,
    }
    found: list[ColumnElement[bool]] = [column == value for column, value in exact.items() if value]
    if wanted.user:
        found.append(or_(AuditRow.user_id == wanted.user, _holds(AuditRow.user_name, wanted.user)))
    if wanted.since is not None:
        found.append(AuditRow.at >= wanted.since)
    if wanted.until is not None:
        found.append(AuditRow.at < wanted.until)
    if wanted.contains:
        # Inside JSON a quote or backslash stands escaped.
        escaped = json.dumps(wanted.contains, ensure_ascii=False)[1:-1]
        places = [_holds(AuditRow.record_key, wanted.contains)]
        found.append(or_(*places, *([_holds(AuditRow.changes, escaped)] if wanted.values else [])))
    return found


def _holds(column: Any, part: str) -> ColumnElement[bool]:
    found: ColumnElement[bool] = column.icontains(part, autoescape=True, escape=_ESCAPE)
    return found


def read(row: Row[Any]) -> AuditRecord:
    """Return a stored row as a record."""
    changes = json.loads(row.changes)
    return AuditRecord(
        id=row.id,
        at=row.at,
        user_id=row.user_id,
        user_name=row.user_name,
        plugin=row.plugin,
        page=row.page,
        correlation_id=row.correlation_id,
        table=row.table_name,
        key=row.record_key,
        action=row.action,
        before=_decoded(changes.get("old")),
        after=_decoded(changes.get("new")),
        seq=row.seq,
    )


def _decoded(values: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    return None if values is None else {name: decode(value) for name, value in values.items()}
