"""`app clean` removes what has expired and leaves everything else."""

import json
import os
import socket
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from host.cli.root import run
from host.config import DatabaseConfig, load_config
from host.data import ChangeFeed, Database, Migrator, ProcessTable, host_target
from host.data.tables import ChangeRow, ProcessRow

LONG_AGO = datetime.now(UTC) - timedelta(days=3)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database_config: DatabaseConfig) -> Path:
    """A project on each database."""
    (tmp_path / "plugins.toml").write_text("")
    monkeypatch.setenv("HOLDFAST_ROOT", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", database_config.url)
    return tmp_path


@pytest.fixture
def store(root: Path) -> Database:
    """Its database, with an old and a young process and two old changes and a young one."""
    database = Database(load_config(root).database, root / "var")
    Migrator(database, [host_target()]).upgrade()
    processes, changes = ProcessTable(database), ChangeFeed(database)
    processes.register("web", "0.1.0", "young")
    old = processes.register("web", "0.1.0", "old")
    for key in ("one", "two"):
        with database.begin():
            changes.publish("topic", key)
    with database.begin() as unit:
        unit.session.execute(update(ProcessRow).where(ProcessRow.id == old).values(heartbeat=LONG_AGO))
        unit.session.execute(update(ChangeRow).values(at=LONG_AGO))
    with database.begin():
        changes.publish("topic", "three")
    return database


def _left(database: Database) -> tuple[list[str], list[str]]:
    with database.begin(readonly=True) as unit:
        changes = unit.session.scalars(select(ChangeRow.key).order_by(ChangeRow.seq)).all()
        return list(unit.session.scalars(select(ProcessRow.plan_hash))), list(changes)


def _removed(capsys: pytest.CaptureFixture[str]) -> dict[str, int]:
    answer = json.loads(capsys.readouterr().out)
    return {each["table"]: each["rows"] for each in answer["policies"]} | answer["files"]


def test_expired_rows_go_and_the_newest_change_stays(
    root: Path, store: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["clean", "--json"]) == 0
    removed = _removed(capsys)
    assert (removed["host_process"], removed["host_change"]) == (1, 2)
    assert _left(store) == (["young"], ["three"])
    with store.begin() as unit:
        unit.session.execute(update(ChangeRow).values(at=LONG_AGO))
    run(["clean"])
    assert _left(store) == (["young"], ["three"])


def test_a_dry_run_counts_and_keeps(root: Path, store: Database, capsys: pytest.CaptureFixture[str]) -> None:
    logs = _old_log(root)
    assert run(["clean", "--dry-run", "--json"]) == 0
    removed = _removed(capsys)
    assert (removed["host_process"], removed["host_change"], removed["old log files"]) == (1, 2, 1)
    assert _left(store) == (["young", "old"], ["one", "two", "three"])
    assert logs.exists()


def _old_log(root: Path) -> Path:
    folder = root / "var" / "log"
    folder.mkdir(parents=True, exist_ok=True)
    old = folder / "app-1-aa.jsonl"
    old.write_text("{}\n")
    _age(old, days=31)
    return old


def _age(path: Path, *, days: float) -> None:
    moment = time.time() - days * 86400
    os.utime(path, (moment, moment))


def test_old_log_files_go_and_the_current_one_stays(root: Path, store: Database) -> None:
    old = _old_log(root)
    young, current = old.with_name("app-2-bb.jsonl"), old.with_name("app.jsonl")
    for path in (young, current):
        path.write_text("{}\n")
    _age(current, days=40)
    assert run(["clean"]) == 0
    assert (old.exists(), young.exists(), current.exists()) == (False, True, True)
    assert run(["clean", "--log-days", "0"]) == 0
    assert (young.exists(), current.exists()) == (False, True)


def test_what_ended_processes_left_half_written_goes(root: Path, store: Database) -> None:
    gone = 2**22 + 5
    leftovers = [root / "var" / name for name in (f"toggles.{gone}", f".probe-{gone}", f"report.{gone}")]
    kept = [root / "var" / name for name in (f"toggles.{os.getppid()}", f"own.{gone}")]
    for path in (*leftovers, *kept):
        path.write_text("")
    assert run(["clean"]) == 0
    assert [path.exists() for path in leftovers] == [False] * 3
    assert [path.exists() for path in kept] == [True] * 2


def test_markers_of_this_machine_are_evidence_and_become_quarantine(root: Path, store: Database) -> None:
    folder = root / "var" / "boot"
    folder.mkdir(parents=True, exist_ok=True)
    note = json.dumps({"plugin": "warehouse", "stage": "load", "started": "1"})
    own, foreign, young = (folder / f"{name}-{2**22 + 5}.json" for name in (socket.gethostname(), "gone", "young"))
    for path in (own, foreign, young):
        path.write_text(note)
    _age(foreign, days=2)
    assert run(["clean"]) == 0
    assert (own.exists(), foreign.exists(), young.exists()) == (False, False, True)
    assert "warehouse" in json.loads((folder / "quarantine.json").read_text())
