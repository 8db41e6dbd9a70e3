"""The one list of tables that the audit doesn't record, each with its reason."""

from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import Table

EXEMPT: Final = "audit_exempt"
"""Key of `Table.info` under which a table gives the reason for its exemption."""

HOST: Final[Mapping[str, str]] = {
    "host_change": "the change feed: says only that something changed, kept for a day",
    "host_process": "the process table: heartbeats of running processes",
}
"""The host's that give no reason themselves. The audit's own isn't among them: nobody else may write to it."""


def reason(table: Table) -> str | None:
    """Return why `table` is exempt, or ``None`` for an audited one."""
    given = table.info.get(EXEMPT)
    return str(given) if given else HOST.get(table.name)


def exemptions(tables: Iterable[Table]) -> dict[str, str]:
    """Return the exempt ones among `tables`, by name."""
    found = ((table.name, reason(table)) for table in tables)
    return {name: why for name, why in sorted(found) if why}
