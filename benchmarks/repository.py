"""Repository with audit against plain SQLAlchemy: add, update and delete of 1, 100 and 10,000 rows.

Run it: ``python -m benchmarks.repository [--rounds 9] [--dialect sqlite] [--rows 1 100 10000]``.
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Final, Literal

from sqlalchemy import insert

from benchmarks.databases import DIALECTS, Dialect, place
from benchmarks.goods import Base, Kept, Plain, values
from benchmarks.kept import Bulk, Single, audited
from benchmarks.measure import Figures, Prepare, interleaved, milliseconds, ratio
from benchmarks.plain import PlainCore, PlainOrm
from benchmarks.tables import show, surroundings, write
from host.config import DatabaseConfig
from host.data import Database, Migrator, host_target

Operation = Literal["add", "update", "delete"]
OPERATIONS: Final[Sequence[Operation]] = ("add", "update", "delete")
ROWS: Final = (1, 100, 10_000)
REPEATS: Final = {1: 40, 100: 8}
"""Calls in one measured round, so that short ones can be told from noise; one of what isn't named."""
_numbers = count(1)


@dataclass(frozen=True)
class Measured:
    """What one operation took on each side, a call."""

    dialect: Dialect
    operation: Operation
    rows: int
    figures: Mapping[str, Figures]

    def line(self) -> list[str]:
        """Return it as a row of the table."""
        kept, orm, core = (self.figures[name] for name in ("repository", "orm", "core"))
        repeats = REPEATS.get(self.rows, 1)
        times = [milliseconds([each / repeats for each in figures.wall_s]) for figures in (orm, core, kept)]
        ratios = [ratio(kept.wall_s, orm.wall_s), ratio(kept.cpu_s, orm.cpu_s), ratio(kept.wall_s, core.wall_s)]
        return [self.dialect, self.operation, f"{self.rows:,}", *times, *map(str, ratios)]


HEADS: Final = (
    "database", "operation", "rows", "ORM ms", "Core ms", "repository ms",
    "× ORM, wall", "× ORM, CPU", "× Core, wall",
)  # fmt: skip


def measure(dialect: Dialect, sizes: Sequence[int], rounds: int) -> Iterator[Measured]:
    """Measure every operation in every size on an empty database."""
    with place(dialect) as (config, folder):
        bench = Bench(config, folder)
        for rows in sizes:
            for operation in OPERATIONS:
                yield Measured(dialect, operation, rows, bench.run(operation, rows, rounds))
        bench.close()


class Bench:
    """Both sides on one database, each with a table of its own."""

    def __init__(self, config: DatabaseConfig, folder: Path) -> None:
        self._plain = Database(config, folder)
        self._kept = audited(config, folder)
        Migrator(self._plain, [host_target()]).upgrade()
        Base.metadata.create_all(self._plain.single)

    def run(self, operation: Operation, rows: int, rounds: int) -> dict[str, Figures]:
        """Measure one operation on `rows` rows a call."""
        sides = {
            "orm": self._prepared(PlainOrm(self._plain.writing), Plain, operation, rows),
            "core": self._prepared(PlainCore(self._plain.writing), Plain, operation, rows),
            "repository": self._prepared(_side(self._kept, rows), Kept, operation, rows),
        }
        return interleaved(sides, rounds=rounds)

    def close(self) -> None:
        """Close the connections."""
        self._plain.dispose()
        self._kept.dispose()

    def _prepared(self, side: Any, model: type[Plain | Kept], operation: Operation, rows: int) -> Prepare:
        """Return what makes the rows of one round, and then does the work on them."""

        def prepare() -> Any:
            sets = [[values(next(_numbers)) for _ in range(rows)] for _ in range(REPEATS.get(rows, 1))]
            work = sets if operation == "add" else [self._stored(model, each) for each in sets]
            return lambda: [getattr(side, operation)(each) for each in work]

        return prepare

    def _stored(self, model: type[Plain | Kept], rows: Sequence[dict[str, Any]]) -> list[int]:
        with self._plain.writing.begin() as session:
            return list(session.scalars(insert(model).returning(model.id), rows))


def _side(database: Database, rows: int) -> Single | Bulk:
    return Single(database) if rows == 1 else Bulk(database)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=9)
    options.add_argument("--dialect", choices=DIALECTS, action="append")
    options.add_argument("--rows", type=int, nargs="+", default=ROWS)
    chosen = options.parse_args()
    surroundings()
    found = []
    for dialect in chosen.dialect or DIALECTS:
        for each in measure(dialect, chosen.rows, chosen.rounds):
            write("  ".join(each.line()))
            found.append(each.line())
    show("Repository with audit against plain SQLAlchemy", HEADS, found)


if __name__ == "__main__":
    main()
