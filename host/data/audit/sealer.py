"""The sealer: gives committed records their place in the chain, one process at a time, in small transactions."""

import time
from dataclasses import dataclass
from typing import Final, final

from sqlalchemy import Connection, Select, func, select
from sqlalchemy.exc import SQLAlchemyError

from host.data.audit.anchor import Anchor
from host.data.audit.chaining import START, Chains, Head
from host.data.audit.options import AUDITED
from host.data.audit.tables import AuditRow
from host.data.audit.writer import AuditKeys
from host.data.database import Database
from host.data.turns import Turns
from host.errors import HostError
from host.logs import get_logger
from host.security import UnknownKeyError

_log: Final = get_logger(__name__)
_LOCK_KEY: Final = 0x48_6F_6C_66
"""Advisory lock that elects the sealer on PostgreSQL, for one transaction."""
BATCH: Final = 2000
"""Records sealed in one transaction."""
EVERY_S: Final = 1.0
"""Seconds between two looks for unsealed records."""
ANCHOR_EVERY_S: Final = 30.0
"""Seconds between two lines in the anchor file."""

_UNSEALED: Final = (
    select(AuditRow.id, AuditRow.mac, AuditRow.key_id).where(AuditRow.seq.is_(None)).order_by(AuditRow.id).limit(BATCH)
)
_HEAD: Final = (
    select(AuditRow.seq, AuditRow.seal).where(AuditRow.seq.is_not(None)).order_by(AuditRow.seq.desc()).limit(1)
)
_SEAL_SQLITE: Final = "UPDATE host_audit SET seq = ?, seal = ? WHERE id = ? AND seq IS NULL"
_SEAL_POSTGRESQL: Final = """
UPDATE host_audit SET seq = sealed.seq, seal = sealed.seal
FROM unnest(%s::bigint[], %s::text[], %s::bigint[]) AS sealed(seq, seal, id)
WHERE host_audit.id = sealed.id AND host_audit.seq IS NULL
"""


@final
@dataclass(frozen=True, slots=True)
class Sealed:
    """What one batch did.

    Args:
        count: records sealed; fewer than `BATCH` when none are left.
        head: the chain's last record; ``None`` when another process was at it.
    """

    count: int
    head: Head | None


@final
class Sealer:
    """Seals in a thread of its own, beside those of other processes.

    Args:
        anchor: written after the commit; a crash in between is made good by the next turn.
    """

    def __init__(self, database: Database, keys: AuditKeys, anchor: Anchor) -> None:
        self._database = database
        self._chains = Chains(keys)
        self._anchor = anchor
        self._anchored: tuple[float, int] | None = None
        self._unknown: set[str] = set()
        self._turns = Turns("host-audit-sealer", __name__, EVERY_S, self._turn, "audit records wait to be sealed")

    def start(self) -> None:
        """Start the thread."""
        self._turns.start()

    def stop(self) -> None:
        """Stop the thread and wait for it; stopping twice is no error."""
        if self._turns.stop():
            self._leave()

    def seal_all(self) -> int:
        """Seal every record that is committed now, anchor the head, and return how many were sealed."""
        total = 0
        while (sealed := self.seal_batch()).count == BATCH:
            total += sealed.count
        self._anchor_head(sealed.head, at_once=True)
        return total + sealed.count

    def seal_batch(self) -> Sealed:
        """Seal up to `BATCH` records in one transaction, unless another process does so."""
        return self._database.run_tx(lambda unit: self._seal(unit.session.connection()))

    def _seal(self, connection: Connection) -> Sealed:
        if connection.dialect.name == "postgresql":
            elected = connection.scalar(select(func.pg_try_advisory_xact_lock(_LOCK_KEY)))
            if not elected:
                return Sealed(0, None)
        head = head_of(connection)
        rows = connection.execute(self._sealable()).all()
        links: list[tuple[int, str, int]] = []
        for record_id, mac, key_id in rows:
            if not self._knows(key_id):
                continue
            head = Head(head.seq + 1, self._chains.of(key_id).seal(head.seal, head.seq + 1, mac))
            links.append((head.seq, head.seal, record_id))
        if links and connection.dialect.name == "sqlite":
            connection.exec_driver_sql(_SEAL_SQLITE, links, AUDITED)
        elif links:
            connection.exec_driver_sql(_SEAL_POSTGRESQL, tuple(map(list, zip(*links, strict=True))), AUDITED)
        return Sealed(len(links), head)

    def _leave(self) -> None:
        """Seal what is there and write down how far the chain went, so that nothing waits while nobody runs."""
        try:
            # Tried once: whoever ends the process waits for it.
            with self._database.begin() as unit:
                sealed = self._seal(unit.session.connection())
            self._anchor_head(sealed.head, at_once=True)
        except (SQLAlchemyError, HostError, OSError) as error:
            _log.warning("audit records stay unsealed until the next start", error=str(error))

    def _turn(self) -> None:
        while self._waiting() and not self._turns.stopping:
            sealed = self.seal_batch()
            self._anchor_head(sealed.head)
            if sealed.count < BATCH:
                return
        self._anchor_head(None)

    def _waiting(self) -> bool:
        """Look without the write lock, which others need."""
        with self._database.begin(readonly=True) as unit:
            return unit.session.scalar(self._sealable().with_only_columns(AuditRow.id).limit(1)) is not None

    def _sealable(self) -> Select[int, str, str]:
        return _UNSEALED.where(AuditRow.key_id.not_in(self._unknown)) if self._unknown else _UNSEALED

    def _knows(self, key_id: str) -> bool:
        """Tell whether the key is there; a record without one stays unsealed and holds up no other."""
        try:
            self._chains.of(key_id)
        except UnknownKeyError as error:
            self._unknown.add(key_id)
            _log.error("audit records cannot be sealed", problem=str(error))
        return key_id not in self._unknown

    def _anchor_head(self, head: Head | None, *, at_once: bool = False) -> None:
        if self._anchored is None:
            last = self._anchor.last()
            self._anchored = (0.0, last.seq if last else 0)
        moment, seq = self._anchored
        if not at_once and time.monotonic() - moment < ANCHOR_EVERY_S:
            return
        if head is None:
            with self._database.begin(readonly=True) as unit:
                head = head_of(unit.session.connection())
        if head.seq > seq:
            self._anchor.append(head)
        self._anchored = (time.monotonic(), max(seq, head.seq))


def head_of(connection: Connection) -> Head:
    """Return the last sealed record, or the start of the chain."""
    row = connection.execute(_HEAD).first()
    return START if row is None else Head(int(row.seq or 0), str(row.seal))


def unsealed(connection: Connection) -> int:
    """Return how many records wait to be sealed."""
    return connection.scalar(select(func.count()).select_from(AuditRow).where(AuditRow.seq.is_(None))) or 0
