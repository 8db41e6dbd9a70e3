"""How the audit is, as a health check tells it."""

from datetime import UTC, datetime, timedelta
from typing import Final

from host.contributions import Health
from host.data import ProcessTable
from host.data.audit.trail import AuditTrail

LATE: Final = timedelta(minutes=5)
"""How long a record may wait for its seal while a process runs that could seal it."""


def audit_health(trail: AuditTrail, processes: ProcessTable) -> Health:
    """Tell whether the keys are there, the chain is what was anchored and checked, and somebody seals."""
    status = trail.status()
    if status.missing_key:
        lost = f"the key file lacks {status.missing_key}, which records were written with"
        return Health("failed", f"{lost}: put back a copy of it, or what was encrypted can't be read either")
    if not status.holds:
        return Health("failed", f"the chain is not what was anchored at record {status.anchored}: app audit verify")
    checked = status.checked
    if checked is not None and checked.fault_count:
        return Health("failed", f"{checked.fault_count} faults were found on {checked.at}: app audit verify")
    counts = f"{status.sealed} records sealed, {status.unsealed} unsealed"
    oldest = status.oldest_unsealed
    if oldest is None or datetime.now(UTC) - oldest < LATE or not processes.alive():
        return Health("ok", counts)
    return Health("degraded", f"{counts}, the oldest since {oldest.isoformat(timespec='seconds')}")
