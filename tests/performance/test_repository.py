"""What the repository with audit costs beside plain SQLAlchemy: ratios of processor time in one interleaved run."""

import statistics
from pathlib import Path

import pytest

from benchmarks.measure import ratio
from benchmarks.repository import OPERATIONS, Bench, Operation
from benchmarks.tables import write
from host.config import DatabaseConfig
from tests.effort import effort

# Goals are 2.0 at one row and 1.5 at 10,000; what is above them here is room for a busy machine.
LIMITS = {1: 2.6, effort(short=2_000, long=10_000): 1.7}
ROUNDS = effort(short=3, long=9)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("rows", LIMITS)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_it_costs_little_more_than_the_orm_alone(
    database_config: DatabaseConfig, tmp_path: Path, operation: Operation, rows: int
) -> None:
    bench = Bench(database_config, tmp_path)
    figures = bench.run(operation, rows, ROUNDS)
    bench.close()
    found = ratio(figures["repository"].cpu_s, figures["orm"].cpu_s)
    write(f"{operation} of {rows}: {found} × the ORM's, {statistics.median(figures['repository'].cpu_s) * 1000:.1f} ms")
    assert found.median <= LIMITS[rows], str(found)
