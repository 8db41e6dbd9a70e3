"""``app security`` on a real project: events found, alerts answered once, the report counted and readable."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from host.cli.root import run
from host.config import load_config
from host.data import Database, FolderBlobs, Migrator, host_target
from host.data.access_tables import AlertAnswerRow, FileRow, SecurityEventRow
from host.data.actor import Actor
from host.data.security.detector import Detector
from host.data.security.writer import EventWriter
from host.files import FileStore
from host.security.events import SecurityEvent, SecurityEvents


def now() -> datetime:
    """Return the moment when it is asked for: the module may have been imported a long run ago."""
    return datetime.now(UTC)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A project in which somebody guessed a password, and one event is a hundred days old."""
    (tmp_path / "plugins.toml").write_text("")
    monkeypatch.setenv("HOLDFAST_ROOT", str(tmp_path))
    config = load_config(tmp_path)
    database = Database(config.database, config.data_dir)
    Migrator(database, [host_target()]).upgrade()
    writer = EventWriter(database)
    for number in range(16):
        detail = {"try": number}
        at = now() - timedelta(minutes=2)
        writer.take(SecurityEvent("sign_in.failed", "warning", "ann", "192.0.2.1", detail=detail, at=at))
    writer.take(SecurityEvent("sign_in.ok", user_id="bob", client="10.0.0.1", at=now() - timedelta(days=100)))
    writer.take(SecurityEvent("break_glass.used", "warning", "root", detail={"reason": "lost phone"}, at=now()))
    writer.flush()
    Detector(database, SecurityEvents(), config.detection).look()
    return database


def answer(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> dict[str, object]:
    assert run(["security", *words, "--json"]) == code
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def test_events_are_found_and_read_on(store: Database, capsys: pytest.CaptureFixture[str]):
    failed = answer(capsys, "events", "--kind", "sign_in.failed", "--limit", "10")
    assert len(failed["events"]) == 10  # type: ignore[arg-type]
    rest = answer(capsys, "events", "--kind", "sign_in.failed", "--before", str(failed["older"]))
    assert len(rest["events"]) == 6  # type: ignore[arg-type]
    assert len(answer(capsys, "events", "--user", "bob")["events"]) == 1  # type: ignore[arg-type]
    assert len(answer(capsys, "events", "--network", "10.")["events"]) == 1  # type: ignore[arg-type]
    assert run(["security", "events", "--severity", "alert"]) == 0
    assert "detection.guessing" in capsys.readouterr().out


def test_an_alert_is_answered_once(store: Database, capsys: pytest.CaptureFixture[str]):
    found = answer(capsys, "alerts", code=2)
    assert found["open"] == 2
    for each in found["alerts"]:  # type: ignore[attr-defined]
        answer(capsys, "ack", str(each["id"]), "--note", "Ann forgot it")
    first = found["alerts"][0]["id"]  # type: ignore[index]
    assert run(["security", "ack", str(first), "--note", "again"]) == 3
    assert "answered already" in capsys.readouterr().err
    assert answer(capsys, "alerts")["open"] == 0
    (told, _) = answer(capsys, "alerts", "--all")["alerts"]  # type: ignore[misc]
    assert told["answer"]["note"] == "Ann forgot it"
    assert told["answer"]["user_id"] == "command-line"


def test_the_report_as_json_and_as_text(store: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    begin = (now() - timedelta(days=1)).strftime("%Y-%m-%d")
    sections = answer(capsys, "report", "--from", begin)["sections"]
    counts = {name: each["count"] for name, each in sections.items() if each["count"]}  # type: ignore[attr-defined]
    assert counts == {"failures": 16, "break_glass": 1, "alerts": 2}
    file = tmp_path / "report.txt"
    assert run(["security", "report", "--from", begin, "--file", str(file)]) == 0
    text = file.read_text(encoding="utf-8")
    assert re.search(r"^failures +16$", text, re.MULTILINE)
    assert "user=root reason=lost phone" in text
    assert run(["security", "report", "--from", "2026-02-01", "--to", "2026-01-01"]) == 3
    assert "later than --from" in capsys.readouterr().err


def test_clean_removes_old_events_answers_and_files(
    store: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    files = FileStore(store, FolderBlobs(tmp_path / "var" / "blobs"), lambda: Actor("ann", "Ann"))
    old, young = files.offer("old.txt", [b"old"], "text/plain"), files.offer("young.txt", [b"young"], "text/plain")
    with store.begin() as unit:
        unit.session.get_one(FileRow, old.id).expires_at = now() - timedelta(hours=1)
        long_ago = now() - timedelta(days=91)
        unit.session.add(AlertAnswerRow(event_id=1, at=long_ago, user_id="o", user_name="O", note="n"))
    for words, kept in ((["--dry-run"], 19 + 1), ([], 19)):
        assert run(["clean", *words, "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        removed = {each["table"]: each["rows"] for each in told["policies"]} | told["files"]
        assert removed["host_security_event"] == 1
        assert removed["host_alert_answer"] == 1
        assert removed["files made for somebody"] == 1
        with store.begin(readonly=True) as unit:
            assert unit.session.scalar(select(func.count()).select_from(SecurityEventRow)) == kept
    assert files.find(young.id) is not None
    assert len([path for path in (tmp_path / "var" / "blobs").rglob("*") if path.is_file()]) == 1
