"""Writers are killed at any moment, again and again: pairs stay pairs, the audit tells exactly what is there."""

import random
import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import text

from host.config import DatabaseConfig
from host.data import Database
from tests.effort import effort
from tests.integration.data.campaigns.agreement import require_sound_chain, stored, told
from tests.integration.data.campaigns.conftest import Start, Worker

KILLS = effort(short=6, long=100)
AT_ONCE = 3


@pytest.mark.timeout(effort(short=600, long=1_200))
def test_no_half_pair_is_left_and_none_that_was_kept_is_lost(
    campaign: Database, database_config: DatabaseConfig, tmp_path: Path, start: Start
) -> None:
    chance = random.Random(7)
    said: set[str] = set()
    running: list[Worker] = []
    for number in range(KILLS + AT_ONCE):
        running.append(start("pairs", database_config, name=f"p{number}"))
        if len(running) > AT_ONCE:
            victim = running.pop(0)
            said.add(_first_line(victim))
            time.sleep(chance.uniform(0, 0.2))
            said |= _killed(victim)
    for worker in running:
        said |= _killed(worker)
    rows = stored(campaign)
    pairs = Counter(row["owner"] for row in rows.values())
    assert set(pairs.values()) == {2}
    # What was said to be kept is there; at most one more of each was kept and its process killed before it spoke.
    assert said <= set(pairs)
    assert len(set(pairs) - said) <= KILLS + AT_ONCE
    assert told(campaign) == rows
    assert require_sound_chain(campaign, tmp_path) == len(rows)
    if database_config.url.startswith("sqlite"):
        with campaign.begin(readonly=True) as unit:
            assert unit.session.scalar(text("PRAGMA integrity_check")) == "ok"


def _first_line(worker: Worker) -> str:
    assert worker.process.stdout is not None
    line = worker.process.stdout.readline().strip()
    assert line, worker.process.communicate()[1]
    return line


def _killed(worker: Worker) -> set[str]:
    worker.process.kill()
    assert worker.process.stdout is not None
    # Each line is written at once, so none is cut.
    said = set(worker.process.stdout.read().split())
    worker.process.wait()
    return said
