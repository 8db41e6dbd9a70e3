"""Writes audit rows: many at once, with one statement, in the transaction of what they tell."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from typing import Final, Protocol, final

from sqlalchemy import Connection, Table

from host.data.actor import Actor, ActorSource
from host.data.audit.change import Change
from host.data.audit.message import head, message, one_line
from host.data.audit.options import AUDITED
from host.data.audit.record_key import key_text
from host.data.audit.values import RowCodec
from host.security import Key, Purpose
from host.security.chain import Chain

CHUNK: Final = 2000
"""Records that are held as text at once; a larger write goes out in several statements of this size."""
_SEPARATOR: Final = "\x1e"
"""Cannot stand in what it separates: JSON escapes control characters, keys with one are JSON."""

_LAST_ID: Final = "holdfast.audit_last_id"

_Told = tuple[str, str, str, str]
"""Table, key, action, changes."""
_SQLITE_IDS: Final = "SELECT seq FROM sqlite_sequence WHERE name = 'host_audit'"
_SQLITE: Final = """
INSERT INTO host_audit (
    at, user_id, user_name, plugin, page, correlation_id, key_id, id, table_name, record_key, action, changes, mac
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_POSTGRESQL_IDS: Final = (
    "SELECT clock_timestamp(), array_agg(nextval('host_audit_id')) FROM generate_series(1, %s::integer)"
)
# One text a column instead of an array: neither the driver nor the server then looks at each element on the way.
_POSTGRESQL: Final = """
INSERT INTO host_audit (
    at, user_id, user_name, plugin, page, correlation_id, key_id, id, table_name, record_key, action, changes, mac
)
SELECT %s::timestamptz, %s::text, %s::text, %s::text, %s::text, %s::text, %s::text, record.*
FROM unnest(
    string_to_array(%s::text, chr(30))::bigint[], string_to_array(%s::text, chr(30)),
    string_to_array(%s::text, chr(30)), string_to_array(%s::text, chr(30)),
    string_to_array(%s::text, chr(30)), string_to_array(%s::text, chr(30))
) AS record
"""


class AuditKeys(Protocol):
    """Where the audit's keys come from."""

    def current(self, purpose: Purpose) -> Key:
        """Return the key that new records take."""

    def get(self, purpose: Purpose, key_id: str) -> Key:
        """Return the key of older records."""


@final
class AuditWriter:
    """Turns changes into rows.

    Args:
        keys: authenticate the rows.
        actor: says who acts.
    """

    def __init__(self, keys: AuditKeys, actor: ActorSource) -> None:
        self._keys = keys
        self._actor = actor
        self._codecs: dict[tuple[Table, str], RowCodec] = {}
        self._chain = ("", b"", Chain(b""))

    def write(self, connection: Connection, changes: Iterable[Change]) -> None:
        """Write `changes` with `connection`, in chunks; those that change nothing are left out."""
        told = self._told(connection, changes)
        while chunk := list(islice(told, CHUNK)):
            self._write(connection, chunk)

    def _told(self, connection: Connection, changes: Iterable[Change]) -> Iterator[_Told]:
        for change in changes:
            before, after = change.before, change.after
            if before is not None and after is not None:
                changed = [name for name, value in after.items() if name not in before or before[name] != value]
                if not changed:
                    continue
                before = {name: before.get(name) for name in changed}
                after = {name: after[name] for name in changed}
            codec = self._codec(connection, change.table)
            yield change.table.name, key_text(change.key), change.action, codec.text(before, after)

    def _codec(self, connection: Connection, table: Table) -> RowCodec:
        known = (table, connection.dialect.name)
        if known not in self._codecs:
            self._codecs[known] = RowCodec(table, connection.dialect)
        return self._codecs[known]

    def _write(self, connection: Connection, told: Sequence[_Told]) -> None:
        sqlite = connection.dialect.name == "sqlite"
        moment, ids = (_sqlite_ids if sqlite else _postgresql_ids)(connection, len(told))
        actor = _printable(self._actor())
        key = self._keys.current("audit")
        mac = self._chained(key).mac
        shared = head(moment, actor, key.id)
        own = [(number, *each, mac(message(shared, number, each))) for number, each in zip(ids, told, strict=True)]
        common = (actor.user_id, actor.name, actor.plugin, actor.page, actor.correlation_id, key.id)
        if sqlite:
            written = moment.strftime("%Y-%m-%d %H:%M:%S.%f")
            connection.exec_driver_sql(_SQLITE, [(written, *common, *each) for each in own], AUDITED)
            return
        columns = (_SEPARATOR.join(map(str, column)) for column in zip(*own, strict=True))
        connection.exec_driver_sql(_POSTGRESQL, (moment, *common, *columns), AUDITED)

    def _chained(self, key: Key) -> Chain:
        # One tuple, replaced whole: another thread sees the old chain or the new one.
        known_id, known_secret, chain = self._chain
        if (known_id, known_secret) != (key.id, key.secret):
            chain = Chain(key.secret)
            self._chain = (key.id, key.secret, chain)
        return chain


def _sqlite_ids(connection: Connection, count: int) -> tuple[datetime, Sequence[int]]:
    """The write lock is held, so nobody else takes an id until the end of the transaction: it is asked for once."""
    transaction = connection.get_transaction()
    known, last = connection.info.get(_LAST_ID, (None, 0))
    if transaction is None or known is not transaction:
        last = connection.exec_driver_sql(_SQLITE_IDS).scalar() or 0
    connection.info[_LAST_ID] = (transaction, last + count)
    return datetime.now(UTC), range(last + 1, last + 1 + count)


def _postgresql_ids(connection: Connection, count: int) -> tuple[datetime, Sequence[int]]:
    """Asked for after the row was locked, so that ids rise along the history of a record, whoever writes it."""
    moment, ids = connection.exec_driver_sql(_POSTGRESQL_IDS, (count,), AUDITED).one()
    return moment.astimezone(UTC), ids


def _printable(actor: Actor) -> Actor:
    name = one_line(actor.name) or ""
    return replace(
        actor,
        user_id=one_line(actor.user_id) or "",
        name=name,
        plugin=one_line(actor.plugin),
        page=one_line(actor.page),
        correlation_id=one_line(actor.correlation_id),
    )
