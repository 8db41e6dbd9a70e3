"""Checks the chain record by record, against the keys and the anchor; reads a stream, so that size costs no memory."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final, final

from sqlalchemy import Select, Text, cast, select
from sqlalchemy.orm import Session

from host.data.audit.anchor import Anchor
from host.data.audit.anchor_check import AnchorCheck
from host.data.audit.chaining import GENESIS, Chains, StoredRecord
from host.data.audit.faults_found import FaultsFound
from host.data.audit.tables import AuditRow
from host.data.audit.verification import Verification
from host.data.audit.writer import AuditKeys
from host.data.database import Database
from host.security import UnknownKeyError
from host.security.chain import same

_AT_ONCE: Final = 2000


def verify(database: Database, keys: AuditKeys, anchor: Anchor) -> Verification:
    """Check every record; whatever single record was changed, removed, inserted or moved is named.

    Raises:
        KeyringError: the key file itself is missing or cannot be read.
    """
    keys.current("audit")
    started, moment = time.monotonic(), datetime.now(UTC).isoformat(timespec="seconds")
    found = FaultsFound()
    # Read before the records: whatever was anchored by now must be among them.
    anchors = AnchorCheck(list(anchor.lines()), anchor.path, found)
    check = _Check(Chains(keys), anchors, found)
    with database.begin(readonly=True) as unit:
        for row in _stream(unit.session, sealed=True):
            check.sealed(row)
        anchors.finish(unit.session, check.seq)
        for row in _stream(unit.session, sealed=False):
            check.unsealed(row)
    return Verification(
        records=check.records,
        unsealed=check.waiting,
        head=check.seq,
        anchors=anchors.compared,
        fault_count=found.count,
        faults=tuple(found.listed),
        at=moment,
        seconds=round(time.monotonic() - started, 2),
    )


def _stream(session: Session, *, sealed: bool) -> Iterator[StoredRecord]:
    table = AuditRow.__table__
    # As text, because a moment that cannot be read must become a fault and not an error.
    columns = [cast(column, Text).label("at") if column.name == "at" else column for column in table.columns]
    query: Select[Any] = select(*(columns if session.get_bind().dialect.name == "sqlite" else table.columns))
    if sealed:
        query = query.where(AuditRow.seq.is_not(None)).order_by(AuditRow.seq)
    else:
        query = query.where(AuditRow.seq.is_(None)).order_by(AuditRow.id)
    yield from session.execute(query, execution_options={"yield_per": _AT_ONCE})


@final
class _Check:
    """Walks along the chain.

    Args:
        anchors: compared on the way.
    """

    def __init__(self, chains: Chains, anchors: AnchorCheck, found: FaultsFound) -> None:
        self._chains = chains
        self._anchors = anchors
        self._found = found
        self._previous: tuple[str, ...] = (GENESIS,)
        self.seq = 0
        self.records = 0
        self.waiting = 0

    def sealed(self, row: StoredRecord) -> None:
        """Check content and place of the next record."""
        self.records += 1
        if row.seq > self.seq + 1:
            self._found.missing(self.seq + 1, row.seq - 1)
            # What the record was sealed after is gone, so its own seal can't be checked: the next one's can.
            self._previous = ()
        genuine = self._genuine(row)
        if genuine is not None:
            self._place(row, genuine=genuine)
        self._anchors.passed(row.seq, row.seal)
        self.seq = max(self.seq, row.seq)

    def unsealed(self, row: StoredRecord) -> None:
        """Check the content of a record that has no place yet."""
        self.records += 1
        self.waiting += 1
        if self._genuine(row) is False:
            self._found.changed(row)

    def _genuine(self, row: StoredRecord) -> bool | None:
        """Tell whether the content is what was written; ``None`` when nobody can tell any more."""
        try:
            return same(row.mac, self._chains.mac(row))
        except UnknownKeyError:
            self._found.without_key(row)
            self._previous = (row.seal,)
            return None
        except (ValueError, TypeError, AttributeError):
            return False

    def _place(self, row: StoredRecord, *, genuine: bool) -> None:
        chain = self._chains.of(row.key_id)
        expected = [chain.seal(previous, row.seq, row.mac) for previous in self._previous]
        # After a fault the next record may be linked to what stood there or to what stands there now.
        self._previous = (row.seal, *expected[:1])
        if not genuine:
            self._found.changed(row)
        elif row.seq <= self.seq or (expected and not any(same(row.seal, each) for each in expected)):
            self._found.reordered(row)
