"""The chain as rows have it: which text a stored record's mac covers, and under which key."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, final

from sqlalchemy import Row

from host.data.actor import Actor
from host.data.audit.message import head, message
from host.data.audit.writer import AuditKeys
from host.security.chain import Chain

GENESIS: Final = ""
"""What stands before the first seal."""

StoredRecord = Row[Any]
"""All columns of one audit row."""


@final
@dataclass(frozen=True, slots=True)
class Head:
    """The last sealed record."""

    seq: int
    seal: str


START: Final = Head(0, GENESIS)


@final
class Chains:
    """The chains of every key that the rows name, each made once.

    Args:
        keys: where the keys are.
    """

    def __init__(self, keys: AuditKeys) -> None:
        self._keys = keys
        self._made: dict[str, Chain] = {}

    def of(self, key_id: str) -> Chain:
        """Return the chain of one key.

        Raises:
            KeyringError: the key isn't there.
        """
        if key_id not in self._made:
            self._made[key_id] = Chain(self._keys.get("audit", key_id).secret)
        return self._made[key_id]

    def mac(self, row: StoredRecord) -> str:
        """Return the mac that the row's content calls for.

        Raises:
            KeyringError: the row's key isn't there.
            ValueError: its moment is none.
        """
        actor = Actor(row.user_id, row.user_name, row.plugin, row.page, row.correlation_id)
        told = (row.table_name, row.record_key, row.action, row.changes)
        return self.of(row.key_id).mac(message(head(_moment(row.at), actor, row.key_id), row.id, told))


def _moment(at: datetime | str) -> datetime:
    # SQLite's moments are read as the text they are, in UTC, so that one that is none becomes a finding.
    return at if isinstance(at, datetime) else datetime.fromisoformat(at).replace(tzinfo=UTC)
