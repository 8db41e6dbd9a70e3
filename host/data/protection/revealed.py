"""An entry of the log of revealed fields, as everybody may read it."""

from dataclasses import dataclass
from datetime import datetime
from typing import final

from host.data.actor import Actor
from host.data.protection.tables import RevealRow


@final
@dataclass(frozen=True, slots=True)
class Revealed:
    """One field that somebody had shown; never its value."""

    id: int
    at: datetime
    user_id: str
    user_name: str
    plugin: str | None
    page: str | None
    correlation_id: str | None
    table: str
    key: str
    field: str
    kind: str
    reason: str


def revealed(row: RevealRow) -> Revealed:
    """Return a row's entry."""
    return Revealed(
        id=row.id,
        at=row.at,
        user_id=row.user_id,
        user_name=row.user_name,
        plugin=row.plugin,
        page=row.page,
        correlation_id=row.correlation_id,
        table=row.table_name,
        key=row.row_key,
        field=row.field,
        kind=row.kind,
        reason=row.reason,
    )


def entry(actor: Actor, at: datetime, place: tuple[str, str, str], kind: str, reason: str) -> RevealRow:
    """Return a new entry.

    Args:
        actor: who had it shown.
        place: table, key as the audit writes it, and column.
        kind: of personal data.
        reason: what for.
    """
    table, key, column = place
    return RevealRow(
        at=at,
        user_id=actor.user_id,
        user_name=actor.name,
        plugin=actor.plugin,
        page=actor.page,
        correlation_id=actor.correlation_id,
        table_name=table,
        row_key=key,
        field=column,
        kind=kind,
        reason=reason,
    )
