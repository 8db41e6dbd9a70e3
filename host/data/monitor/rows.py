"""Makes rows of what was counted and found, and adds them to what is there."""

import hashlib
import os
import socket
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from sqlalchemy import case
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from host.data.engines.pools import PoolFigures
from host.data.monitor.buckets import Figures, Key
from host.data.monitor.findings import NPlusOne
from host.data.monitor.shapes import Shape
from host.data.monitor.slow import SlowStatement
from host.data.monitor.tables import FindingRow, PoolRow

_MOST_HOLDERS: Final = 5


def figure(process: str, key: Key, figures: Figures) -> dict[str, Any]:
    """Return the row of one minute's figures."""
    counts = {name: getattr(figures, name) for name in ("count", "errors", "rows", "statements", "retries", "seconds")}
    return {**key._asdict(), **counts, "span": 1, "process": process, "histogram": figures.histogram.encode()}


def slow_row(shape: Shape, slow: SlowStatement) -> dict[str, Any]:
    """Return the row of a slow statement."""
    told = asdict(slow)
    del told["statement"]
    return told | {"fingerprint": shape.fingerprint}


def write_finding(session: Session, finding: NPlusOne, now: datetime) -> None:
    """Add a finding to what other runs and processes found of the same loop."""
    named = {name: getattr(finding, name) for name in ("kind", "site", "page", "plugin", "subject", "cure")}
    digest = hashlib.sha256("\n".join((finding.kind, finding.site, finding.page, finding.subject)).encode()).hexdigest()
    row = {"id": digest[:16], **named, "most": finding.count, "runs": 1, "first_seen": now, "last_seen": now}
    added = upsert(session, FindingRow).values(row)
    most = case((added.excluded.most > FindingRow.most, added.excluded.most), else_=FindingRow.most)
    later = {"most": most, "runs": FindingRow.runs + 1, "last_seen": now}
    session.execute(added.on_conflict_do_update(index_elements=[FindingRow.id], set_=later))


def write_pool(session: Session, process: str, pool: PoolFigures, now: datetime) -> None:
    """Replace what this process last said of a pool."""
    numbers = ("name", "size", "max_overflow", "checked_out", "waiting", "timeouts", "longest_held_s")
    row = {name: getattr(pool, name) for name in numbers}
    row |= {"at": now, "host_name": socket.gethostname(), "pid": os.getpid()}
    row["holders"] = "\n".join(map(str, pool.holders[:_MOST_HOLDERS]))
    key = [PoolRow.process, PoolRow.name]
    written = upsert(session, PoolRow).values(row | {"process": process})
    session.execute(written.on_conflict_do_update(index_elements=key, set_=row))


def upsert(session: Session, row: type[Any]) -> Any:
    """Return an insert that knows ``ON CONFLICT``, which each dialect has of its own."""
    return (sqlite if session.get_bind().dialect.name == "sqlite" else postgresql).insert(row)
