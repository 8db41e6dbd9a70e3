"""Keeps whose personal data somebody had shown in the audit, where every other look at it is kept too."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Table

from host import Database
from host.data.audit.masking import kinds_of
from host.data.audit.reading import AuditRecord
from host.data.protection.revealed import entry
from host.data.protection.tables import RevealRow
from host.kernel.acting import acting

REASON: Final = "audit"


def keep_shown(database: Database, records: Iterable[AuditRecord], tables: Mapping[str, Table], told: set[int]) -> None:
    """Write down each field of personal data in `records`, before it is drawn; those in `told` are down already."""
    new = [record for record in records if record.id not in told]
    rows = [row for record in new for row in _rows(record, tables)]
    if rows:
        with database.begin() as unit:
            unit.session.add_all(rows)
    told.update(record.id for record in new)


def _rows(record: AuditRecord, tables: Mapping[str, Table]) -> Iterator[RevealRow]:
    actor = acting()
    kinds = kinds_of(record, tables)
    for column in record.columns:
        if column not in kinds:
            continue
        yield entry(actor, datetime.now(UTC), (record.table, record.key, column), kinds[column], REASON)
