"""The warehouse's endpoints against naive ones: the same answers, with far fewer statements and less work."""

from pathlib import Path

import pytest

from benchmarks.tables import write
from benchmarks.warehouse_pages import SCALES, acting, compare, seed
from host.config import DatabaseConfig
from tests.effort import effort

SIZE: str = effort(short="tiny", long="medium")
MOST_STATEMENTS = 6
"""Of any endpoint, however long its list."""


@pytest.mark.timeout(effort(short=600, long=1_800))
def test_every_endpoint_answers_the_same_for_less(database_config: DatabaseConfig, tmp_path: Path) -> None:
    with acting():
        seed(database_config, tmp_path, SCALES[SIZE])
        # Raises where an answer differs from the naive one.
        found = compare(database_config, tmp_path, rounds=1)
    for each in found:
        assert each.plugin[0].statements <= MOST_STATEMENTS, each.name
    naive = [sum(costs) for costs in zip(*((c.statements, c.cpu_s) for each in found for c in each.naive), strict=True)]
    own = [sum(costs) for costs in zip(*((c.statements, c.cpu_s) for each in found for c in each.plugin), strict=True)]
    statements, cpu = (mine / theirs for mine, theirs in zip(own, naive, strict=True))
    write(f"statements {statements:.3f}, processor time {cpu:.3f} of the naive ones'")
    assert statements < 0.4
    assert cpu < 0.7
