"""Several processes write and seal at once and are killed again and again: the chain stays gapless and complete."""

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from host.config import DatabaseConfig
from host.data.audit.anchor import Anchor
from host.data.audit.sealer import Sealer
from host.data.audit.tables import AuditRow
from host.data.audit.verify import verify
from tests.effort import effort
from tests.integration.data.audit.conftest import Audited, audited_database
from tests.integration.data.audit.models import Cell

WRITER = """
import itertools, json, sys
from pathlib import Path
from host.config import DatabaseConfig
from host.data import Database
from host.data.actor import Actor
from host.data.audit import AuditRecorder, WriteGuard, sealer
from host.data.audit.anchor import Anchor
from host.security import Keyring
from tests.integration.data.audit.models import Cell

config, folder, number = json.loads(sys.argv[1])
sealer.EVERY_S, sealer.ANCHOR_EVERY_S = 0.02, 0.1
keyring = Keyring(Path(folder) / "keys.json", make=False)
recorder = AuditRecorder(keyring, lambda: Actor(f"writer-{number}", "Writer"))
database = Database(DatabaseConfig(**config), Path(folder), extensions=[recorder, WriteGuard()])
sealer.Sealer(database, keyring, Anchor(Path(folder) / "audit.jsonl", keyring)).start()
for turn in itertools.count():
    def write(unit):
        unit.session.add_all(Cell(row=number, column=f"{turn}-{each}", value=each) for each in range(3))
    database.run_tx(write)
    print(turn, flush=True)
"""


class Writers:
    """Processes that write until they are killed."""

    def __init__(self, config: DatabaseConfig, folder: Path) -> None:
        self._arguments = [config.model_dump(mode="json"), str(folder)]
        self._started = 0
        self.running: list[subprocess.Popen[str]] = []

    def start(self) -> None:
        """Start one more."""
        self._started += 1
        argument = json.dumps([*self._arguments, self._started])
        command = [sys.executable, "-c", WRITER, argument]
        pipe = subprocess.PIPE
        self.running.append(subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True))

    def kill(self, number: int) -> int:
        """Kill one in the middle of its work and return how many transactions it told of."""
        process = self.running.pop(number)
        assert process.poll() is None, process.communicate()[1]
        process.kill()
        return len(process.communicate()[0].splitlines())


@pytest.fixture
def audited(database_config: DatabaseConfig, tmp_path: Path) -> Iterator[Audited]:
    made = audited_database(database_config, tmp_path)
    made.keyring.keys()
    yield made
    made.database.dispose()


def test_killed_writers_and_sealers_leave_a_gapless_chain(
    audited: Audited, database_config: DatabaseConfig, tmp_path: Path
) -> None:
    writers = Writers(database_config, tmp_path)
    told = 0
    for _ in range(3):
        writers.start()
    for process in writers.running:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "0"
    told += 3
    for _ in range(effort(short=4, long=30)):
        time.sleep(random.uniform(0.2, 0.8))
        told += writers.kill(random.randrange(3))
        writers.start()
    time.sleep(1.0)
    while writers.running:
        process = writers.running[0]
        # One that was started last may not have got as far as its first transaction.
        told += writers.kill(0) if process.poll() is None else 0

    with audited.database.begin(readonly=True) as unit:
        rows = unit.session.scalar(select(func.count()).select_from(Cell)) or 0
        records = unit.session.scalar(select(func.count()).select_from(AuditRow)) or 0
        sealed_before = unit.session.scalar(select(func.count(AuditRow.seq))) or 0
        sealers = unit.session.scalar(select(func.count(func.distinct(AuditRow.user_id)))) or 0
    assert rows == records
    assert rows >= 3 * told
    assert sealers >= 3
    assert sealed_before > 0
    anchor = Anchor(tmp_path / "audit.jsonl", audited.keyring)
    Sealer(audited.database, audited.keyring, anchor).seal_all()
    found = verify(audited.database, audited.keyring, anchor)
    assert found.sound, found.faults
    assert (found.head, found.unsealed) == (records, 0)
    assert found.anchors >= 2
