"""Refuses to run what breaks a safety rule, with the safe way; in development it warns."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, inspect, text

from host.data.migrate.policy import Policy
from host.data.migrate.revisions import Revision
from host.data.migrate.safety.judge import Risk, judge
from host.data.migrate.targets import Target
from host.data.migrate.waiting import witnesses
from host.errors import SchemaError
from host.logs import get_logger

_log: Final = get_logger(__name__)
SMALL: Final = 10_000
"""Rows up to which no lock on a table lasts."""


def refuse_risks(connection: Connection, target: Target, pending: Sequence[Revision], policy: Policy) -> None:
    """Raise `SchemaError` with every risk of the pending revisions, unless the policy takes them."""
    dialect = connection.dialect.name
    risks = judge(target.id, pending, dialect, together=True, is_small=lambda table: is_small(connection, table))
    if not risks or policy.accept_risks:
        return
    running = witnesses(connection, target.id) if policy.warn_only else []
    if policy.warn_only and not (running and any(risk.harm == "breaks" for risk in risks)):
        for risk in risks:
            _log.warning("a migration is not safe where the app runs", risk=str(risk))
        return
    raise SchemaError(_message(target, risks, [str(each) for each in running]), remedy=_REMEDY)


_REMEDY: Final = (
    'Write it the safe way, or say why it is safe here by accepted_risks = {"<rule>": "<why>"} in the revision,'
    " or run: app db migrate --accept-risks"
)


def _message(target: Target, risks: Sequence[Risk], running: Sequence[str]) -> str:
    alive = f" while these run: {', '.join(running)}" if running else ""
    lines = "".join(f"\n  - {risk}" for risk in risks)
    return f"Schema of {target.id}: refused{alive}, because it is not safe:{lines}"


def is_small(connection: Connection, table: str) -> bool:
    """Tell whether a table has few rows, or is not there."""
    if not table or not inspect(connection).has_table(table):
        return bool(table)
    quoted = connection.dialect.identifier_preparer.quote(table)
    rows = connection.scalar(text(f"SELECT count(*) FROM (SELECT 1 FROM {quoted} LIMIT {SMALL}) AS first_rows"))  # noqa: S608
    return bool(rows < SMALL)
