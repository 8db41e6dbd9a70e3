"""Events reach the table behind everybody's back, counted, without secrets; floods and outages cost what is told."""

import json
import sys
import threading
import time
import tracemalloc
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text

from host.data import Database
from host.data.access_tables import SecurityEventRow
from host.data.faults import DatabaseUnavailableError
from host.data.security.writer import DROPPED, EventWriter
from host.security.events import SecurityEvent, SecurityEvents

NOON = datetime(2026, 3, 4, 12, 0, 10, tzinfo=UTC)


def rows(database: Database) -> list[SecurityEventRow]:
    with database.begin(readonly=True) as unit:
        return list(unit.session.scalars(select(SecurityEventRow).order_by(SecurityEventRow.id)))


def failed(number: int = 0, at: datetime = NOON, **detail: object) -> SecurityEvent:
    return SecurityEvent("sign_in.failed", "warning", f"user{number}", "192.0.2.1", "s", "d", detail, at)


def test_events_are_written_with_everything_they_say(database: Database):
    events, writer = SecurityEvents(), EventWriter(database)
    events.listen(writer.take)
    events.note(failed(1, reason="wrong password", tries=[1, 2]))
    assert writer.flush() == 1
    (row,) = rows(database)
    assert (row.at, row.kind, row.severity, row.user_id) == (NOON, "sign_in.failed", "warning", "user1")
    assert (row.client, row.session, row.device, row.times) == ("192.0.2.1", "s", "d", 1)
    assert row.detail == {"reason": "wrong password", "tries": ["1", "2"]}
    assert writer.flush() == 0


def test_equal_events_of_a_minute_are_one_row_over_several_batches(database: Database):
    writer = EventWriter(database)
    now = datetime.now(UTC).replace(second=5)
    for batch in range(3):
        for second in range(10):
            writer.take(failed(at=now + timedelta(seconds=batch * 10 + second)))
        writer.flush()
    writer.take(failed(at=now, reason="another"))
    writer.take(failed(at=now + timedelta(minutes=1)))
    writer.flush()
    assert [(row.times, row.detail) for row in rows(database)] == [(30, {}), (1, {"reason": "another"}), (1, {})]


def test_no_secret_and_no_address_is_kept(database: Database):
    writer = EventWriter(database)
    writer.take(
        failed(password="hunter2", note="Bearer abcdefgh12345678", mail="ann@example.com", level="password=hunter2")
    )
    writer.flush()
    kept = json.dumps(rows(database)[0].detail)
    assert "hunter2" not in kept
    assert "abcdefgh" not in kept
    assert "ann@example.com" not in kept


def test_hostile_values_fit_the_columns(database: Database):
    writer = EventWriter(database)
    long = "x\0" * 5000
    writer.take(SecurityEvent(long, "warning", long, long, long, long, {long: long, "nested": {"a": [long]}}))
    assert writer.flush() == 1
    (row,) = rows(database)
    assert (len(row.kind), len(row.user_id), len(row.client)) == (60, 100, 64)
    assert "\0" not in json.dumps(row.detail)
    assert len(json.dumps(row.detail)) < 5000


def test_a_detail_may_bear_the_names_of_the_line_that_tells_it():
    events = SecurityEvents()
    heard: list[SecurityEvent] = []
    events.listen(heard.append)
    events.note(SecurityEvent("a.b", detail={"event": 1, "severity": 2, "user": 3, "client": 4}))
    assert len(heard) == 1


def test_a_flood_takes_bounded_memory_and_what_found_no_room_is_told(sqlite: Database):
    writer = EventWriter(sqlite, most=500, most_ordinary=400)
    tracemalloc.start()
    for number in range(500):
        writer.take(SecurityEvent("gate.seen", client=str(number), detail={"path": "p" * 5000}))
    half, _ = tracemalloc.get_traced_memory()
    for number in range(50_000):
        writer.take(SecurityEvent("gate.seen", client=f"more {number}", detail={"path": "p" * 5000}))
    whole, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    sys.stdout.write(f"waiting: {half / 1e6:.2f} MB after 500 events, {whole / 1e6:.2f} MB after 50,500\n")
    assert whole < half * 1.2
    writer.take(SecurityEvent("break_glass.used", "warning"))
    writer.flush()
    kinds = {row.kind: row.times for row in rows(sqlite)}
    assert kinds["break_glass.used"] == 1, "ordinary events must leave room for others"
    assert kinds[DROPPED] == 50_100


def test_while_the_database_is_away_events_wait_and_go_on_after(database: Database):
    writer = EventWriter(database, most=20, most_ordinary=20)
    with database.begin() as unit:
        unit.session.execute(text("ALTER TABLE host_security_event RENAME TO hidden"))
    for number in range(15):
        writer.take(failed(number))
    with pytest.raises(Exception, match="host_security_event"):
        writer.flush()
    assert writer.waiting == 15
    for number in range(15):
        writer.take(failed(number + 10))
    assert writer.waiting == 20
    with database.begin() as unit:
        unit.session.execute(text("ALTER TABLE hidden RENAME TO host_security_event"))
    writer.flush()
    found = rows(database)
    assert sum(row.times for row in found if row.kind != DROPPED) == 25
    assert [row.times for row in found if row.kind == DROPPED] == [5]


def test_the_thread_survives_an_outage(postgres: Database, monkeypatch: pytest.MonkeyPatch):
    writer, away = EventWriter(postgres), threading.Event()
    away.set()
    begin = postgres.begin

    def sometimes(*args: object, **options: object) -> object:
        if away.is_set():
            raise DatabaseUnavailableError("gone")
        return begin(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(postgres, "begin", sometimes)
    writer.start()
    writer.take(failed())
    time.sleep(1.5)
    assert writer.waiting == 1
    away.clear()
    deadline = time.monotonic() + 20
    while writer.waiting and time.monotonic() < deadline:
        time.sleep(0.05)
    writer.close()
    assert len(rows(postgres)) == 1


def test_closing_writes_what_waits_and_may_be_done_twice(database: Database):
    writer = EventWriter(database)
    writer.start()
    writer.take(failed())
    writer.close()
    writer.close()
    assert len(rows(database)) == 1


def test_threads_lose_no_count(database: Database):
    writer = EventWriter(database)
    at = datetime.now(UTC)

    def take() -> None:
        for number in range(500):
            writer.take(failed(number % 5, at))

    threads = [threading.Thread(target=take) for _ in range(8)]
    for each in threads:
        each.start()
    while any(each.is_alive() for each in threads):
        writer.flush()
    writer.flush()
    assert sum(row.times for row in rows(database)) == 4000
    assert len(rows(database)) == 5


def test_taking_an_event_waits_for_no_database(postgres: Database):
    writer = EventWriter(postgres)
    with postgres.begin() as unit:
        unit.session.execute(text("LOCK TABLE host_security_event IN ACCESS EXCLUSIVE MODE"))
        thread = threading.Thread(target=writer.flush)
        writer.take(failed())
        thread.start()
        time.sleep(0.2)
        began = time.perf_counter()
        for number in range(1000):
            writer.take(failed(number))
        took = time.perf_counter() - began
        assert thread.is_alive(), "the writer should wait for the lock by now"
    thread.join()
    sys.stdout.write(f"1,000 events taken in {took * 1000:.1f} ms while the table was locked\n")
    assert writer.waiting == 1000
