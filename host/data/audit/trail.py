"""The audit's read side: find records, follow one record's history, check the chain, bring a version back."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final, final

from sqlalchemy import Table, func, select

from host.data.audit.anchor import FILE_NAME, Anchor
from host.data.audit.last_check import LastCheck
from host.data.audit.mapped import mapped_tables, mapper_of
from host.data.audit.reading import AuditFilter, AuditPage, AuditRecord, question, read
from host.data.audit.record_key import key_values
from host.data.audit.restore import RestoreError, kept_columns, state_at, write_back
from host.data.audit.sealer import head_of
from host.data.audit.tables import AuditRow
from host.data.audit.values import for_column
from host.data.audit.verification import Verification
from host.data.audit.verify import verify
from host.data.audit.writer import AuditKeys
from host.data.database import Database
from host.data.unit_of_work import UnitOfWork
from host.security import UnknownKeyError

PAGE: Final = 50
_ENDS: Final = select(AuditRow.key_id).where(
    AuditRow.id.in_([select(func.min(AuditRow.id)).scalar_subquery(), select(func.max(AuditRow.id)).scalar_subquery()])
)
"""Keys of the first and the last record: both are missing when a key file was lost and another one made."""
_EXPORTED_AT_ONCE: Final = 2000


@final
@dataclass(frozen=True, slots=True)
class AuditStatus:
    """How the audit is.

    Args:
        sealed: records in the chain.
        unsealed: records that wait for the sealer.
        oldest_unsealed: when the first of them was written.
        anchored: the last place that stands in the anchor file.
        holds: whether the chain still is what the anchor's last line says.
        checked: the last verification on this machine, if there was one.
        missing_key: id of a key that the oldest or newest record was written with and the key file lacks.
    """

    sealed: int
    unsealed: int
    oldest_unsealed: datetime | None
    anchored: int
    holds: bool
    checked: LastCheck | None
    missing_key: str | None


@final
class AuditTrail:
    """Reads the audit of a database.

    Args:
        keys: the keys that the records were authenticated with.
        folder: holds the outcome of the last verification.
        anchor: the anchor file; a relative one lies in `folder`.
    """

    def __init__(self, database: Database, keys: AuditKeys, folder: Path, anchor: Path = Path(FILE_NAME)) -> None:
        self._database = database
        self._keys = keys
        self.anchor: Final = Anchor(folder / anchor.expanduser(), keys)
        self._checks = folder / "audit-verified.json"

    def search(self, wanted: AuditFilter, before: int | None = None, limit: int = PAGE) -> AuditPage:
        """Return the newest records that match, or those older than the record `before`."""
        query = question(wanted)
        if before is not None:
            query = query.where(AuditRow.id < before)
        with self._database.begin(readonly=True) as unit:
            rows = unit.session.execute(query.order_by(AuditRow.id.desc()).limit(limit + 1)).all()
        records = tuple(read(row) for row in rows[:limit])
        return AuditPage(records, records[-1].id if len(rows) > limit else None)

    def history(self, table: str, key: str, before: int | None = None, limit: int = PAGE) -> AuditPage:
        """Return what happened to one record, newest first.

        Args:
            key: as the records write it: the value, or a JSON list for a key of several columns.
        """
        return self.search(AuditFilter(table=table, key=key), before, limit)

    def export(self, wanted: AuditFilter) -> Iterator[AuditRecord]:
        """Yield every record that matches, oldest first, in steps: any number costs the same memory."""
        last = 0
        while True:
            query = question(wanted).where(AuditRow.id > last).order_by(AuditRow.id).limit(_EXPORTED_AT_ONCE)
            with self._database.begin(readonly=True) as unit:
                rows = unit.session.execute(query).all()
            for row in rows:
                yield read(row)
            if len(rows) < _EXPORTED_AT_ONCE:
                return
            last = rows[-1].id

    def verify(self) -> Verification:
        """Check the whole chain and remember the outcome on this machine.

        Raises:
            KeyringError: the key file is missing or cannot be read.
        """
        found = verify(self._database, self._keys, self.anchor)
        LastCheck(found.at, found.records, found.fault_count).write(self._checks)
        return found

    def status(self) -> AuditStatus:
        """Return how far the chain is; quick, so that health checks may ask."""
        last = self.anchor.last()
        with self._database.begin(readonly=True) as unit:
            waiting = select(func.count(), func.min(AuditRow.at)).where(AuditRow.seq.is_(None))
            unsealed, oldest = unit.session.execute(waiting).one()
            head = head_of(unit.session.connection())
            used = unit.session.scalars(_ENDS.distinct()).all()
            there = last and unit.session.scalar(select(AuditRow.seal).where(AuditRow.seq == last.seq))
        holds = last is None or there == last.seal
        missing = next((key_id for key_id in used if not self._has(key_id)), None)
        anchored = last.seq if last else 0
        return AuditStatus(head.seq, unsealed, oldest, anchored, holds, LastCheck.read(self._checks), missing)

    def _has(self, key_id: str) -> bool:
        try:
            self._keys.get("audit", key_id)
        except UnknownKeyError:
            return False
        return True

    def restore(self, table: str, key: str, version: int) -> None:
        """Bring a record back to how the audit record `version` left it; of a deletion, to how it was before.

        Args:
            version: id of the audit record.

        Raises:
            RestoreError: there is no such version, the schema has changed since, or the database refuses.
        """
        known = _known(table)
        self._database.run_tx(lambda unit: self._restore(unit, known, key, version))

    def preview(self, table: str, key: str, version: int) -> AuditRecord:
        """Return what `restore` would change, as a record without an id that nobody wrote.

        Raises:
            RestoreError: there is no such version.
        """
        known = _known(table)
        with self._database.begin(readonly=True) as unit:
            target, now, state = self._states(unit, known, key, version)
        kept = kept_columns(known) if now is not None else set()
        changed = [name for name in state if name not in kept and (now is None or now.get(name) != state[name])]
        before = None if now is None else {name: now.get(name) for name in changed}
        return replace(target, id=0, action="restore", before=before, after={name: state[name] for name in changed})

    def _restore(self, unit: UnitOfWork, table: Table, key: str, version: int) -> None:
        _, now, state = self._states(unit, table, key, version)
        others = self._others(unit, table, key) if now is None else {}
        write_back(unit.session, table, key, state, others)

    def _states(
        self, unit: UnitOfWork, table: Table, key: str, version: int
    ) -> tuple[AuditRecord, dict[str, Any] | None, dict[str, Any]]:
        """Return the record of the version, the row of today, and the row of then."""
        target = self._one(unit, table, key, version)
        now = _row(unit, table, key)
        state = state_at(now, self._newer(unit, table, key, version), target)
        if state is None:
            raise RestoreError(f"{table.name} {key} did not exist after the audit record {version}.")
        dialect = unit.session.connection().dialect
        columns = {column.name: column for column in table.columns}
        read = {
            name: for_column(columns[name], value, dialect) if name in columns else value
            for name, value in state.items()
        }
        return target, now, read

    def _one(self, unit: UnitOfWork, table: Table, key: str, version: int) -> AuditRecord:
        query = question(AuditFilter(table=table.name, key=key)).where(AuditRow.id == version)
        row = unit.session.execute(query).first()
        if row is None:
            what = f"The audit has no record {version} of {table.name} {key}."
            raise RestoreError(what, remedy=f"See its versions with: app audit show --table {table.name} --key {key}")
        return read(row)

    def _newer(self, unit: UnitOfWork, table: Table, key: str, version: int) -> Iterator[AuditRecord]:
        query = question(AuditFilter(table=table.name, key=key)).where(AuditRow.id > version)
        rows = unit.session.execute(query.order_by(AuditRow.id.desc()), execution_options={"yield_per": 500})
        return map(read, rows)

    def _others(self, unit: UnitOfWork, table: Table, key: str) -> dict[Table, dict[str, Any]]:
        """Return what stood in the record's other tables when it was deleted: joined inheritance has several."""
        mapper = mapper_of(table)
        tables = {each for one in (mapper.self_and_descendants if mapper else ()) for each in one.tables}
        found: dict[Table, dict[str, Any]] = {}
        for other in tables - {table}:
            query = question(AuditFilter(table=other.name, key=key)).order_by(AuditRow.id.desc()).limit(1)
            row = unit.session.execute(query).first()
            last = read(row) if row is not None else None
            if isinstance(other, Table) and last is not None and last.after is None:
                found[other] = dict(last.before or {})
        return found


def _known(table: str) -> Table:
    known = mapped_tables().get(table)
    if known is None:
        what = f"No loaded model has the table {table}."
        raise RestoreError(what, remedy="Switch on the plugin that owns it.")
    return known


def _row(unit: UnitOfWork, table: Table, key: str) -> dict[str, Any] | None:
    parts = zip(table.primary_key.columns, key_values(table, key), strict=True)
    row = unit.session.execute(select(table).where(*(column == part for column, part in parts))).mappings().first()
    return None if row is None else {column.name: row[column] for column in table.columns}
