"""Eight processes write at once through the repository: nothing is lost or unrecorded, and nobody is locked out."""

from collections import Counter
from pathlib import Path

import pytest

from host.config import DatabaseConfig
from host.data import Database
from host.data.repository import Repository
from tests.effort import effort
from tests.integration.data.campaigns.accounts import Account
from tests.integration.data.campaigns.agreement import require_sound_chain, stored, told
from tests.integration.data.campaigns.conftest import Start

PROCESSES = 8
WRITES = effort(short=60, long=1_000)


@pytest.mark.timeout(effort(short=600, long=1_800))
def test_rows_are_right_and_the_audit_tells_each_step(
    campaign: Database, database_config: DatabaseConfig, tmp_path: Path, start: Start
) -> None:
    accounts: Repository[Account] = Repository(campaign, Account)
    shared = [accounts.add(Account(owner="everybody")).id for _ in range(3)]
    workers = [
        start("writing", database_config, name=f"w{number}", writes=WRITES, shared=shared)
        for number in range(PROCESSES)
    ]
    results = [worker.result() for worker in workers]
    rows = stored(campaign)
    counted = sum((Counter({int(key): count for key, count in each["counted"].items()}) for each in results), Counter())
    # No update is lost: each counter shows exactly the successes, and its version as many edits.
    assert {key: rows[key]["amount"] for key in shared} == {key: counted[key] for key in shared}
    assert {key: rows[key]["version"] for key in shared} == {key: counted[key] + 1 for key in shared}
    assert sorted(rows) == sorted([*shared, *(key for each in results for key in each["mine"])])
    assert told(campaign) == rows
    assert require_sound_chain(campaign, tmp_path) == PROCESSES * WRITES + len(shared)
