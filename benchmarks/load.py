"""What a call costs: statements, time, and processor time of this process and of the database server's."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import event, text

from host import Database

TICKS: Final = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Cost:
    """What one call took.

    Args:
        cpu_s: seconds of processor time, of this process and of the PostgreSQL processes that served it; the latter
            are known to a hundredth of a second.
    """

    statements: int
    wall_s: float
    cpu_s: float


class Meter:
    """Measures reading calls on one database; a PostgreSQL server must run on this machine."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._statements = 0
        event.listen(database.engines.read, "before_cursor_execute", self._count)

    def call(self, work: Callable[[], Any]) -> tuple[Any, Cost]:
        """Run `work` and return its answer and cost."""
        server = self._server_s()
        self._statements = 0
        cpu, wall = time.process_time(), time.perf_counter()
        answer = work()
        wall_s, cpu_s = time.perf_counter() - wall, time.process_time() - cpu
        statements = self._statements
        return answer, Cost(statements, wall_s, cpu_s + self._server_s() - server)

    def _count(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        # SQLite's engine begins by a statement of its own.
        self._statements += not statement.startswith("BEGIN")

    def _server_s(self) -> float:
        if self._database.dialect == "sqlite":
            return 0.0
        mine = "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
        with self._database.begin(readonly=True) as unit:
            return sum(_cpu_s(pid) for pid in unit.session.scalars(text(mine)))


def _cpu_s(pid: int) -> float:
    """Return the processor time of another process on this machine, user and system."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS
