"""Finds the running processes that a step would break: those whose code does not know it yet, or knows it already."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import final

from sqlalchemy import Connection, inspect, select
from sqlalchemy.orm import Session

from host.data.clock import now
from host.data.processes import ALIVE_S
from host.data.tables import ProcessRow


@final
@dataclass(frozen=True, slots=True)
class Witness:
    """A process that is alive, and what its code knows of one target.

    Args:
        knows: the newest revision that its code knows; ``None`` when it did not say, as old versions don't.
    """

    role: str
    pid: int
    host_name: str
    version: str
    started: datetime
    knows: str | None

    def __str__(self) -> str:
        return f"{self.role} process {self.pid} on {self.host_name} (version {self.version})"


def witnesses(connection: Connection, target: str) -> list[Witness]:
    """Return the processes that are alive and use a target's tables; those that said they don't are left out."""
    inspector = inspect(connection)
    if not inspector.has_table(ProcessRow.__tablename__):
        return []
    says = any(column["name"] == "heads" for column in inspector.get_columns(ProcessRow.__tablename__))
    columns = (ProcessRow.role, ProcessRow.pid, ProcessRow.host_name, ProcessRow.version, ProcessRow.started)
    youngest_dead = now(Session(connection)) - timedelta(seconds=ALIVE_S)
    query = select(*columns, *([ProcessRow.heads] if says else [])).order_by(ProcessRow.started)
    found = []
    for row in connection.execute(query.where(ProcessRow.heartbeat > youngest_dead)):
        heads = row.heads if says else None
        if heads is None or target in heads:
            knows = heads[target] if heads else None
            found.append(Witness(row.role, row.pid, row.host_name, row.version, row.started, knows))
    return found


def older(found: Sequence[Witness], revision: str, known: Sequence[str]) -> list[Witness]:
    """Return those whose code does not know `revision`.

    Args:
        found: the processes.
        revision: the step.
        known: every revision of the files here, oldest first; a head that is not among them belongs to a newer version.
    """
    return [each for each in found if _position(each.knows, known) < known.index(revision)]


def newer(found: Sequence[Witness], revision: str, known: Sequence[str]) -> list[Witness]:
    """Return those whose code needs `revision`; one that did not say is older than the question."""
    outdated = older(found, revision, known)
    return [each for each in found if each not in outdated]


def _position(head: str | None, known: Sequence[str]) -> int:
    if head is None:
        return -1
    return known.index(head) if head in known else len(known)
