"""Whether the audit tells exactly how the rows came to be what they are."""

import json
from pathlib import Path
from typing import Any

from sqlalchemy import select

from host.data import Database
from host.data.audit.tables import AuditRow
from host.data.audit.trail import AuditTrail
from tests.integration.data.campaigns.accounts import Account, keyring, sealer


def require_sound_chain(database: Database, folder: Path) -> int:
    """Seal what is left and check that the chain has no gap and no fault; return how many records tell of accounts."""
    keys = keyring(folder)
    sealer(database, folder).seal_all()
    found = AuditTrail(database, keys, folder).verify()
    assert found.sound, found.faults
    with database.begin(readonly=True) as unit:
        records = unit.session.execute(select(AuditRow.seq, AuditRow.table_name).order_by(AuditRow.seq)).all()
    assert [seq for seq, _ in records] == list(range(1, len(records) + 1))
    return sum(table == Account.__tablename__ for _, table in records)


def stored(database: Database) -> dict[int, dict[str, Any]]:
    """The rows as they stand."""
    with database.begin(readonly=True) as unit:
        rows = unit.session.scalars(select(Account))
        return {row.id: {name: getattr(row, name) for name in ("id", "owner", "amount", "version")} for row in rows}


def told(database: Database) -> dict[int, dict[str, Any]]:
    """The rows as the audit tells them, from the first record to the last; each step must fit the one before."""
    found: dict[int, dict[str, Any]] = {}
    with database.begin(readonly=True) as unit:
        query = select(AuditRow).where(AuditRow.table_name == Account.__tablename__).order_by(AuditRow.id)
        for record in unit.session.scalars(query):
            _follow(found, int(record.record_key), record.action, json.loads(record.changes))
    return found


def _follow(found: dict[int, dict[str, Any]], key: int, action: str, change: dict[str, dict[str, Any]]) -> None:
    if action == "insert":
        assert key not in found, key
        found[key] = change["new"]
        return
    before = found[key]
    assert {name: before[name] for name in change["old"]} == change["old"], (key, before, change)
    if action == "delete":
        del found[key]
    else:
        before.update(change["new"])
