"""The audit as operators see it: personal data is masked before it leaves this module, whoever may restore is asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from typing import Final, final

from host import Database, authorize, current
from host.data.audit.exemptions import reason
from host.data.audit.mapped import mapped_tables
from host.data.audit.masking import masked_record
from host.data.audit.reading import AuditFilter, AuditPage, AuditRecord
from host.data.audit.restore import RestoreError
from host.data.audit.trail import AuditStatus, AuditTrail
from host.data.protection.reveal import SEE_PII
from plugins.admin.audit_params import AuditParams
from plugins.admin.audit_shown import keep_shown
from plugins.admin.permissions import AUDIT, AUDIT_RESTORE

ROWS: Final = 25
ACTIONS: Final = ("insert", "update", "delete", "soft_delete", "restore")
__all__ = ["ACTIONS", "Auditing", "RestoreError"]


@final
@dataclass(frozen=True, slots=True)
class Auditing:
    """One reader's view of the audit.

    Args:
        zone: in which days begin and end.
        told: ids of records whose personal data this session was shown; each is kept once.
    """

    trail: AuditTrail
    database: Database
    zone: tzinfo | None
    told: set[int]

    @property
    def sees_personal(self) -> bool:
        """Whether the reader may ask for personal data."""
        return current().principal.may(SEE_PII)

    def shows_personal(self, params: AuditParams) -> bool:
        """Whether personal data is asked for by somebody who may see it; only then values can be searched too."""
        return params.personal and self.sees_personal

    def page(self, params: AuditParams) -> AuditPage:
        """Return the records that the address asks for.

        Raises:
            PermissionDeniedError: the reader may not see them.
        """
        authorize(AUDIT)
        shown = self.shows_personal(params)
        page = self.trail.search(self._filter(params, values=shown), params.before, ROWS)
        if shown:
            keep_shown(self.database, page.records, mapped_tables(), self.told)
        return AuditPage(tuple(self._masked(record, shown=shown) for record in page.records), page.older)

    def preview(self, params: AuditParams, version: int) -> AuditRecord:
        """Return what restoring `version` would change.

        Raises:
            RestoreError: there is no such version, or it no longer fits.
        """
        authorize(AUDIT)
        return self._masked(self.trail.preview(params.table, params.key, version), shown=self.shows_personal(params))

    def restore(self, table: str, key: str, version: int) -> None:
        """Bring one record back.

        Raises:
            PermissionDeniedError: the reader may not.
            RestoreError: it cannot be brought back; the message says why.
        """
        authorize(AUDIT_RESTORE)
        self.trail.restore(table, key, version)

    def status(self) -> AuditStatus:
        """Return how far the chain is."""
        authorize(AUDIT)
        return self.trail.status()

    def tables(self) -> Sequence[str]:
        """Return the names of the tables that are recorded."""
        authorize(AUDIT)
        return sorted(name for name, table in mapped_tables().items() if reason(table) is None)

    def _masked(self, record: AuditRecord, *, shown: bool) -> AuditRecord:
        return record if shown else masked_record(record, mapped_tables())

    def _filter(self, params: AuditParams, *, values: bool) -> AuditFilter:
        until = params.until + timedelta(days=1) if params.until else None
        return AuditFilter(
            table=params.table,
            key=params.key,
            user=params.user,
            action=params.action,
            plugin=params.plugin,
            correlation_id=params.run,
            contains=params.q,
            since=datetime.combine(params.since, time(), self.zone) if params.since else None,
            until=datetime.combine(until, time(), self.zone) if until else None,
            values=values,
        )
