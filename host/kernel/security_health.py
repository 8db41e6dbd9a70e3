"""How security is, as a health check tells it: alerts that nobody has answered, events that found no room."""

from datetime import UTC, datetime, timedelta
from typing import Final

from host.contributions import Health
from host.data.security.reading import SecurityReader
from host.data.security.writer import EventWriter

RECENT: Final = timedelta(hours=24)
"""How long an unanswered alert keeps the health degraded; older ones stay open on the page."""


def security_health(reader: SecurityReader, writer: EventWriter) -> Health:
    """Tell which alerts of the last day are open."""
    found = reader.alerts(since=datetime.now(UTC) - RECENT)
    waiting = f"{writer.waiting} events wait to be written"
    if not found:
        return Health("ok", waiting if writer.waiting else "no open alert")
    kinds = ", ".join(sorted({each.kind for each in found}))
    return Health("degraded", f"{len(found)} alerts wait for an answer ({kinds}): app security alerts")
