"""What the monitor costs: a fast select by primary key with and without it, in turns.

Run it with ``python -m benchmarks.monitor``.
"""

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from sqlalchemy import Column, Integer, MetaData, String, Table, insert, select

from benchmarks.databases import DIALECTS, Dialect, place
from benchmarks.measure import Figures, Prepare, Ratio, Work, interleaved, milliseconds, ratio
from host.config import DatabaseConfig
from host.data import Database, Migrator, host_target
from host.data.monitor import Monitor

ROWS: Final = 10_000
RUNS: Final = 25
STATEMENTS_PER_RUN: Final = 20
ROUNDS: Final = 15
WITH, WITHOUT = "with the monitor", "without it"
GOOD: Final = Table(
    "bench_good",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("name", String(40)),
    info={"audit_exempt": "rows of a benchmark"},
)


def overhead(dialect: Dialect, *, rounds: int = ROUNDS) -> dict[str, Figures]:
    """Measure `RUNS` runs of a page, each with `STATEMENTS_PER_RUN` selects in units of work of their own."""
    with place(dialect) as (config, folder), ExitStack() as stack:
        plain, _ = pair = _watched(config, folder, stack, on=False)
        Migrator(plain, [host_target()]).upgrade()
        with plain.begin() as unit:
            GOOD.create(unit.session.connection())
            unit.session.execute(insert(GOOD), [{"id": number, "name": f"good {number}"} for number in range(ROWS)])
        variants = {WITHOUT: _runs(*pair), WITH: _runs(*_watched(config, folder, stack, on=True))}
        return interleaved(variants, rounds=rounds)


def wall_ratio(figures: dict[str, Figures]) -> Ratio:
    """Return how many times as long the same work takes with the monitor."""
    return ratio(figures[WITH].wall_s, figures[WITHOUT].wall_s)


def cpu_ratio(figures: dict[str, Figures]) -> Ratio:
    """Return how many times as much processor time this process takes; steadier on a machine that others use."""
    return ratio(figures[WITH].cpu_s, figures[WITHOUT].cpu_s)


def _watched(config: DatabaseConfig, folder: Path, stack: ExitStack, *, on: bool) -> tuple[Database, Monitor]:
    config = config.model_copy(update={"monitor": on})
    monitor = Monitor(config)
    database = Database(config, folder, extensions=[monitor])
    stack.callback(database.dispose)
    return database, monitor


def _runs(database: Database, monitor: Monitor) -> Prepare:
    def work() -> None:
        for number in range(RUNS):
            with monitor.run("bench/goods", "bench"):
                _run(database, number)

    def prepare() -> Work:
        # What was collected is written between the rounds, as it is in the background of an app.
        monitor.flush()
        return work

    return prepare


def _run(database: Database, number: int) -> None:
    for offset in range(STATEMENTS_PER_RUN):
        with database.begin(readonly=True) as unit:
            unit.session.execute(select(GOOD.c.name).where(GOOD.c.id == number * STATEMENTS_PER_RUN + offset)).one()


def main() -> None:
    """Write a table."""
    say = sys.stdout.write
    say(f"{RUNS * STATEMENTS_PER_RUN} selects by primary key a round, {ROUNDS} rounds; ms without and with, ratios\n")
    for dialect in DIALECTS:
        found = overhead(dialect)
        took = "  ".join(milliseconds(found[name].wall_s) for name in (WITHOUT, WITH))
        say(f"{dialect:<12}{took}  time {wall_ratio(found)}  processor {cpu_ratio(found)}\n")


if __name__ == "__main__":
    main()
