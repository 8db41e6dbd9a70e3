"""Alerts over what all processes wrote: raised once a subject and window, told after the commit, answered once."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select

from host.config import DatabaseConfig, DetectionConfig
from host.data import Database
from host.data.access_tables import AlertAnswerRow, SecurityEventRow
from host.data.actor import Actor
from host.data.protection.tables import RevealRow
from host.data.security.answering import Answers
from host.data.security.detector import Detector
from host.data.security.reading import EventFilter, SecurityReader
from host.data.security.report import sections
from host.data.security.writer import EventWriter
from host.errors import ValidationError
from host.security.events import SecurityEvent, SecurityEvents

LIMITS = DetectionConfig()


def ago(minutes: float) -> datetime:
    return datetime.now(UTC) - timedelta(minutes=minutes)


def fill(database: Database, *events: SecurityEvent) -> None:
    writer = EventWriter(database)
    for each in events:
        writer.take(each)
    writer.flush()


def failures(count: int, user: str = "ann", minutes: float = 1) -> list[SecurityEvent]:
    return [
        SecurityEvent("sign_in.failed", "warning", user, "192.0.2.1", detail={"try": number}, at=ago(minutes))
        for number in range(count)
    ]


def detector(database: Database, limits: DetectionConfig = LIMITS) -> tuple[Detector, list[SecurityEvent]]:
    events, heard = SecurityEvents(), []
    events.listen(heard.append)
    return Detector(database, events, limits), heard


def kinds(database: Database) -> list[str]:
    return [each.kind for each in SecurityReader(database).alerts(answered=True)]


def test_an_attack_that_two_processes_saw_half_each_is_one_alert(database: Database):
    fill(database, *failures(8))
    fill(database, *failures(7))
    looking, heard = detector(database)
    (raised,) = looking.look()
    assert heard == [raised]
    (alert,) = SecurityReader(database).alerts()
    assert (alert.kind, alert.severity, alert.user_id) == ("detection.guessing", "alert", "ann")
    assert alert.detail == {"subject": "ann", "failures": 15, "networks": 1}


def test_it_is_raised_once_a_subject_and_again_when_the_time_is_over(database: Database):
    fill(database, *failures(15))
    looking, heard = detector(database)
    looking.look()
    fill(database, *failures(20))
    assert looking.look() == []
    fill(database, *failures(15, "bob"))
    assert [each.user_id for each in looking.look()] == ["bob"]
    assert len(heard) == 2
    impatient, _ = detector(database, DetectionConfig(repeat_minutes=1))
    with database.begin() as unit:
        old = SecurityEventRow.kind == "detection.guessing"
        for row in unit.session.scalars(select(SecurityEventRow).where(old)):
            row.at = ago(2)
    assert sorted(each.user_id for each in impatient.look()) == ["ann", "bob"]


def test_several_processes_at_once_raise_one_alert(database: Database):
    fill(database, *failures(15))
    lookers = [detector(database)[0] for _ in range(6)]
    threads = [threading.Thread(target=each.look) for each in lookers]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert kinds(database) == ["detection.guessing"]


def test_reveals_of_the_log_of_reveals_count(database: Database):
    rows = [
        {
            "at": ago(1), "user_id": "ann", "user_name": "Ann", "table_name": "t", "row_key": str(number),
            "field": "mail", "kind": "email", "reason": "r",
        }
        for number in range(100)
    ]  # fmt: skip
    with database.begin() as unit:
        unit.session.add_all([RevealRow(**row) for row in rows])
    looking, _ = detector(database)
    assert [each.kind for each in looking.look()] == ["detection.mass_read"]


def test_nothing_to_find_takes_no_write_lock(sqlite: Database, sqlite_config: DatabaseConfig):
    fill(sqlite, *failures(3))
    looking, _ = detector(sqlite)
    with sqlite.begin() as unit:
        unit.session.execute(insert(SecurityEventRow), [{
            "at": ago(500), "kind": "x.y", "severity": "info", "user_id": "", "client": "", "session": "",
            "device": "", "times": 1, "detail": {},
        }])  # fmt: skip
        thread = threading.Thread(target=looking.look)
        thread.start()
        thread.join(timeout=4)
        assert not thread.is_alive()


def test_an_answer_closes_an_alert_once(database: Database):
    fill(database, *failures(15))
    detector(database)[0].look()
    reader = SecurityReader(database)
    (alert,) = reader.alerts()
    answers = Answers(database, lambda: Actor("olga", "Olga"))
    for note in ("", "   ", "x" * 1001):
        with pytest.raises(ValidationError, match="1 to 1000"):
            answers.give(alert.id, note)
    answers.give(alert.id, " a forgotten password ")
    assert reader.alerts() == []
    (closed,) = reader.alerts(answered=True)
    assert closed.answer is not None
    assert (closed.answer.user_id, closed.answer.user_name, closed.answer.note) == (
        "olga", "Olga", "a forgotten password",
    )  # fmt: skip
    with pytest.raises(ValidationError, match="answered already"):
        answers.give(alert.id, "me too")
    with pytest.raises(ValidationError, match="no alert"):
        answers.give(alert.id - 1, "an event that is no alert")


def test_two_answers_at_once_are_one(database: Database):
    fill(database, *failures(15))
    detector(database)[0].look()
    (alert,) = SecurityReader(database).alerts()
    refused: list[Exception] = []

    def answer(number: int) -> None:
        try:
            Answers(database, lambda: Actor(f"u{number}", f"U{number}")).give(alert.id, "looked into it")
        except ValidationError as error:
            refused.append(error)

    threads = [threading.Thread(target=answer, args=(number,)) for number in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(refused) == 5
    with database.begin(readonly=True) as unit:
        assert len(unit.session.scalars(select(AlertAnswerRow)).all()) == 1


def test_reading_filters_pages_and_counts(database: Database):
    fill(database, *failures(5, "ann", 30), *failures(4, "bob", 90))
    fill(database, SecurityEvent("sign_in.ok", "info", "ann", "10.1.2.3", at=ago(3)))
    reader = SecurityReader(database)
    assert len(reader.page(EventFilter()).events) == 10
    assert {each.user_id for each in reader.page(EventFilter(user="bob")).events} == {"bob"}
    assert len(reader.page(EventFilter(kind="sign_in.")).events) == 10
    assert len(reader.page(EventFilter(kind="sign_in_")).events) == 0
    assert len(reader.page(EventFilter(kind="sign_in.ok")).events) == 1
    assert len(reader.page(EventFilter(network="10.1.")).events) == 1
    assert len(reader.page(EventFilter(severity="warning")).events) == 9
    assert len(reader.page(EventFilter(since=ago(60))).events) == 6
    assert len(reader.page(EventFilter(until=ago(60))).events) == 4
    first = reader.page(EventFilter(), rows=6)
    rest = reader.page(EventFilter(), before=first.older, rows=6)
    assert [len(first.events), len(rest.events), rest.older] == [6, 4, None]
    assert len({each.id for each in (*first.events, *rest.events)}) == 10
    counts = reader.counts()
    assert {kind: sum(hours) for kind, hours in counts.items()} == {"sign_in.failed": 9, "sign_in.ok": 1}
    assert counts["sign_in.failed"][23] == 5
    assert counts["sign_in.failed"][22] == 4
    assert reader.kinds() == ["sign_in.failed", "sign_in.ok"]


def test_the_report_counts_what_happened_between_two_moments(database: Database):
    fill(database, *failures(15, "ann", 30), SecurityEvent("sign_in.ok", user_id="ann", at=ago(29)))
    fill(database, SecurityEvent("sign_in.ok", user_id="ann", at=ago(120)))
    fill(database, SecurityEvent("role.changed", user_id="bob", detail={"by": "ann"}, at=ago(5)))
    detector(database, DetectionConfig(window_minutes=60))[0].look()
    found = {each.name: each for each in sections(database, ago(60), datetime.now(UTC))}
    counts = {name: each.count for name, each in found.items() if each.count}
    assert counts == {"sign_ins": 1, "failures": 15, "access_changes": 1, "alerts": 1}
    assert found["access_changes"].entries[0]["detail"] == {"by": "ann"}
    assert [each["times"] for each in found["failures"].entries] == [1] * 15
