"""Large sets: 200,000 keys in one ``get_many``, a million rows exported, each in a process of its own for its memory.

Run it: ``python -m benchmarks.large_sets [--dialect sqlite] [--rows 1000000] [--keys 200000]``.
"""

import argparse
import csv
import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from sqlalchemy import event, select, text

from benchmarks.databases import DIALECTS, Dialect, place
from benchmarks.goods import Base, Plain
from benchmarks.tables import show, surroundings
from host import Repository
from host.config import DatabaseConfig
from host.data import Database
from host.data.batches.stream import streaming

CHECKOUT: Final = Path(__file__).parents[1]
FEW: Final = 1_000
"""Rows that the same work is done on to tell what the program itself takes."""
Said = dict[str, Any]

_SERIES: Final[Mapping[Dialect, str]] = {
    "postgresql": "SELECT n FROM generate_series(1, {rows}) AS series (n)",
    "sqlite": "WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < {rows}) "
    "SELECT n FROM series",
}
_FILL: Final = (
    "INSERT INTO bench_plain (id, number, name, category, unit, note, price_cents, stock, active, changed_at) "
    "SELECT n, 'A-' || n, 'Grüntee Sencha, Bio, lose ' || n, 'Gruppe ' || (n % 40), 'kg', 'Bitte kühl lagern', "
    "n % 900, n % 500, n % 2 = 0, '2026-01-15 08\\:00\\:00' FROM ({series}) AS numbers"
)


def filled(config: DatabaseConfig, folder: Path, rows: int) -> None:
    """Fill the table of the measurements with `rows` rows."""
    database = Database(config, folder)
    Base.metadata.create_all(database.single)
    with database.single.begin() as connection:
        connection.execute(text(_FILL.format(series=_SERIES[database.dialect].format(rows=rows))))
    database.dispose()


def export(database: Database, rows: int, path: Path) -> Said:
    """Stream the first `rows` rows into a CSV file."""
    statement = select(*Plain.__table__.columns).where(Plain.id <= rows).order_by(Plain.id)
    with streaming(database, statement) as result, path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        count = 0
        for row in result:
            writer.writerow(row)
            count += 1
    return {"rows": count, "bytes": path.stat().st_size}


def export_objects(database: Database, rows: int, path: Path) -> Said:
    """Stream the first `rows` rows as objects of the model."""
    statement = select(Plain).where(Plain.id <= rows).order_by(Plain.id)
    with streaming(database, statement) as result, path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        count = 0
        for row in result.scalars():
            writer.writerow((row.number, row.name, row.stock))
            count += 1
    return {"rows": count, "bytes": path.stat().st_size}


def export_at_once(database: Database, rows: int, path: Path) -> Said:
    """Do the same naively: all rows in a list, then into the file."""
    with database.begin(readonly=True) as unit:
        found = unit.session.execute(select(*Plain.__table__.columns).where(Plain.id <= rows).order_by(Plain.id)).all()
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(found)
    return {"rows": len(found), "bytes": path.stat().st_size}


def get_many(database: Database, rows: int, _path: Path) -> Said:
    """Ask for `rows` keys, every other one of a row that isn't there, in one call."""
    statements: list[str] = []
    event.listen(database.engines.read, "before_cursor_execute", lambda *call: statements.append(call[2]))
    keys = [key if key % 2 else -key for key in range(1, rows + 1)]
    found = Repository(database, Plain).get_many(keys)
    assert list(found) == keys[::2]
    assert all(row.number == f"A-{key}" for key, row in found.items())
    return {"rows": len(found), "statements": sum(not each.startswith("BEGIN") for each in statements)}


WORKS: Final[Mapping[str, Callable[[Database, int, Path], Said]]] = {
    each.__name__: each for each in (export, export_objects, export_at_once, get_many)
}


def in_child(work: str, config: DatabaseConfig, folder: Path, rows: int) -> Said:
    """Run one of `WORKS` in a process of its own; says what it did, its seconds, and its peak memory in MB."""
    told = json.dumps([work, config.model_dump(mode="json"), str(folder), rows])
    command = [sys.executable, "-m", "benchmarks.large_sets", "--child", told]
    ended = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)  # noqa: S603 -- ourselves
    if ended.returncode:
        raise RuntimeError(ended.stderr)
    said: Said = json.loads(ended.stdout)
    return said


def _child(told: str) -> None:
    work, config, folder, rows = json.loads(told)
    database = Database(DatabaseConfig(**config), Path(folder))
    begun = time.perf_counter()
    said = WORKS[work](database, rows, Path(folder) / "export.csv")
    sys.stdout.write(json.dumps({**said, "seconds": time.perf_counter() - begun, "peak_mb": _peak_mb()}))


def _peak_mb() -> float:
    """Return the most memory this program has held; `resource.getrusage` would count who started it, too."""
    status = Path("/proc/self/status").read_text("utf-8")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def measure(dialect: Dialect, rows: int, keys: int) -> list[list[str]]:
    """Return the rows of the table for one database."""
    lines = []
    with place(dialect) as (config, folder):
        filled(config, folder, max(rows, keys))
        for work in WORKS:
            many = keys if work == "get_many" else rows
            few, all_ = (in_child(work, config, folder, count) for count in (FEW, many))
            peaks = (f"{few['peak_mb']:.0f}", f"{all_['peak_mb']:.0f}", f"{all_['peak_mb'] - few['peak_mb']:.0f}")
            lines.append([dialect, work, f"{all_['rows']:,}", f"{all_['seconds']:.1f}", *peaks])
    return lines


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--dialect", choices=DIALECTS, action="append")
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--keys", type=int, default=200_000)
    options.add_argument("--child")
    chosen = options.parse_args()
    if chosen.child:
        _child(chosen.child)
        return
    surroundings()
    lines = [line for dialect in chosen.dialect or DIALECTS for line in measure(dialect, chosen.rows, chosen.keys)]
    heads = ("database", "work", "rows", "s", f"peak MB, {FEW:,} rows", "peak MB, all", "MB more")
    show("Large sets", heads, lines)


if __name__ == "__main__":
    main()
