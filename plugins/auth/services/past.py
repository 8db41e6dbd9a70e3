"""What happened to an account, read from the audit, and when somebody was last there."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, final

from sqlalchemy import func, select

from host import AuditRecord, AuditTrail, Database, authorize, in_any
from host.data.audit.mapped import mapped_tables
from host.data.audit.masking import masked_record
from host.data.audit.reading import AuditFilter
from host.data.audit.record_key import key_values
from plugins.auth.models import SignInSession, User, UserPermission, UserRole
from plugins.auth.permissions import USERS_READ

NEWEST: Final = 30
_OF_PERSON: Final = (UserRole.__tablename__, UserPermission.__tablename__)
"""Tables whose key begins with the person's id."""
_BOOKKEEPING: Final = frozenset(
    {"id", "version", "epoch", "login_key", "email_index", "totp_step", "password_changed_at", "created_at", "user_id"}
)


@dataclass(frozen=True, slots=True)
class Past:
    """One change of an account.

    Args:
        what: the table's last word: ``user``, ``user_role``, ``user_permission``.
        subject: the role or permission; empty for the person.
        columns: column → its value before and after, personal data masked; without bookkeeping.
    """

    id: int
    at: datetime
    by: str
    what: str
    action: str
    subject: str
    columns: Mapping[str, tuple[Any, Any]]


@final
class PastOfPeople:
    """Reads accounts' past."""

    def __init__(self, database: Database, audit_trail: AuditTrail) -> None:
        self._database = database
        self._trail = audit_trail

    def of(self, user_id: str) -> list[Past]:
        """Return the newest changes of a person's account, personal data masked."""
        authorize(USERS_READ)
        found = list(self._trail.history(User.__tablename__, user_id, limit=NEWEST).records)
        for table in _OF_PERSON:
            wanted = AuditFilter(table=table, contains=user_id, values=False)
            found += self._trail.search(wanted, limit=NEWEST).records
        newest = sorted(found, key=lambda record: record.id, reverse=True)[:NEWEST]
        return [past for past in map(_past, newest) if past.columns or past.action != "update"]

    def last_seen(self, user_ids: Collection[str]) -> Mapping[str, datetime]:
        """Return person → when they last did something, for those who ever did."""
        authorize(USERS_READ)
        newest = select(SignInSession.user_id, func.max(SignInSession.seen_at)).group_by(SignInSession.user_id)
        with self._database.begin(readonly=True) as unit:
            rows = unit.session.execute(newest.where(in_any(SignInSession.user_id, list(user_ids)))).all()
        return dict(rows)


def _past(record: AuditRecord) -> Past:
    tables = mapped_tables()
    masked = masked_record(record, tables)
    before, after = masked.before or {}, masked.after or {}
    columns = {
        column: (before.get(column), after.get(column))
        for column in record.columns
        if column not in _BOOKKEEPING and before.get(column) != after.get(column)
    }
    subject = str(key_values(tables[record.table], record.key)[1]) if record.table in _OF_PERSON else ""
    what = record.table.removeprefix("auth_")
    return Past(record.id, record.at, record.user_name, what, record.action, subject, columns)
