"""Sets of any size: one statement for 200,000 keys, and an export whose memory doesn't grow with its rows."""

from pathlib import Path

import pytest

from benchmarks.large_sets import FEW, filled, in_child
from benchmarks.tables import write
from host.config import DatabaseConfig
from tests.effort import effort

KEYS = 200_000
ROWS = effort(short=60_000, long=1_000_000)
MORE_MB = 30
"""That an export may take on top of what it takes for a few rows: portions of the result and the driver's buffers."""


@pytest.mark.timeout(effort(short=600, long=900))
def test_two_hundred_thousand_keys_are_one_statement(database_config: DatabaseConfig, tmp_path: Path) -> None:
    filled(database_config, tmp_path, KEYS)
    said = in_child("get_many", database_config, tmp_path, KEYS)
    assert (said["rows"], said["statements"]) == (KEYS // 2, 1)


@pytest.mark.timeout(effort(short=600, long=900))
@pytest.mark.parametrize("work", ["export", "export_objects"])
def test_an_export_needs_no_more_memory_for_more_rows(
    database_config: DatabaseConfig, tmp_path: Path, work: str
) -> None:
    filled(database_config, tmp_path, ROWS)
    few = in_child(work, database_config, tmp_path, FEW)
    many = in_child(work, database_config, tmp_path, ROWS)
    write(f"{work}: {few['peak_mb']:.0f} MB for {FEW:,} rows, {many['peak_mb']:.0f} MB for {ROWS:,}")
    assert (few["rows"], many["rows"]) == (FEW, ROWS)
    assert many["peak_mb"] - few["peak_mb"] < MORE_MB
