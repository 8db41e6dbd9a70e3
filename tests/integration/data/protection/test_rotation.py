"""Rotation: every value comes to the current keys and is readable throughout, whatever is killed meanwhile."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from host.config import DatabaseConfig
from host.data import Database
from host.data.protection.declared import protected_tables
from host.data.protection.faults import EqualValuesError
from host.data.protection.key_usage import key_usage, needed
from host.data.protection.rotation import NAME, Rotation
from host.data.protection.unreadable import unreadable_values
from host.data.tasks import TaskRow, TaskRunner, TaskStatus
from host.security import FieldCipher, Keyring
from tests.effort import effort
from tests.environments import CHECKOUT
from tests.integration.data.protection.conftest import Base, Person

TABLES = protected_tables([Base.metadata])
KILLS = effort(short=2, long=20)
PEOPLE = effort(short=120, long=2000)

_CHILD = """
import json, sys
from pathlib import Path
sys.path.insert(0, {checkout!r})
from sqlalchemy import select
from host.config import AppConfig, DatabaseConfig
from host.data import Database
from host.data.protection.declared import protected_tables
from host.data.protection.extension import FieldProtection
from host.data.protection.rotation import Rotation
from host.data.tasks import TaskRunner
from host.security import FieldCipher, Keyring
from tests.integration.data.protection.conftest import Base, Person

config, folder = json.loads(sys.argv[1])
keyring = Keyring.open(AppConfig(), Path(folder))
database = Database(DatabaseConfig(**config), Path(folder), extensions=[FieldProtection(keyring)])
tables = protected_tables([Base.metadata])
"""
ROTATING = """
def moved(status):
    print(status.done, flush=True)
TaskRunner(database).run(Rotation(keyring, tables, batch=7).task(), progress=moved, again=True)
print("done", flush=True)
"""
WORKING = """
number = 0
while True:
    number += 1
    mine = f"{who}-{number}@example.com"
    def write(unit):
        unit.session.add(Person(name=who, email=mine))
        someone = unit.session.scalars(select(Person).where(Person.name == "someone").order_by(Person.id)).first()
        assert someone.email == "0@example.com", someone.email
        someone.phone = f"+49 30 {number}"
    database.run_tx(write)
    with database.begin(readonly=True) as unit:
        assert unit.session.scalars(select(Person.name).where(Person.email_index == mine.upper())).all() == [who]
        emails = unit.session.scalars(select(Person.email).where(Person.name == "someone")).all()
        assert len(emails) == people and all(email.endswith("@example.com") for email in emails)
    print(number, flush=True)
"""


@pytest.fixture
def start(database_config: DatabaseConfig, tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start a process on the same database and keys."""
    started: list[subprocess.Popen[str]] = []

    def run(code: str, **names: Any) -> subprocess.Popen[str]:
        given = "".join(f"{name} = {value!r}\n" for name, value in names.items())
        program = _CHILD.format(checkout=str(CHECKOUT)) + given + code
        argument = json.dumps([database_config.model_dump(), str(tmp_path)])
        errors = (tmp_path / f"errors-{len(started)}").open("w")
        command = [sys.executable, "-c", program, argument]
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True))
        return started[-1]

    yield run
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture
def people(guarded: Database) -> int:
    """Rows under the first keys."""
    with guarded.begin() as unit:
        unit.session.add_all(Person(name="someone", email=f"{number}@example.com") for number in range(PEOPLE))
    return PEOPLE


def renew(keyring: Keyring) -> tuple[str, str]:
    """Make new keys current and return the ids of the old ones."""
    old = keyring.current("field").id, keyring.current("index").id
    keyring.change(lambda keys: keys.added("field")[0].added("index")[0])
    return old


def usage(database: Database, keyring: Keyring, tables: Any = TABLES) -> dict[str, int]:
    with database.begin(readonly=True) as unit:
        return dict(key_usage(unit.session, keyring.keys(), tables))


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def errors(tmp_path: Path) -> str:
    return "\n".join(path.read_text() for path in sorted(tmp_path.glob("errors-*")))


def test_every_value_comes_to_the_current_keys_and_the_old_ones_are_needed_no_more(
    guarded: Database, keyring: Keyring, people: int
) -> None:
    old = renew(keyring)
    assert usage(guarded, keyring) == {
        **{key.id: 0 for key in keyring.keys().all},
        old[0]: people,
        old[1]: people,
    }
    ended = TaskRunner(guarded).run(Rotation(keyring, TABLES).task())
    assert (ended.state, ended.done, ended.total) == ("done", people, people)
    used = usage(guarded, keyring)
    assert (used[old[0]], used[old[1]]) == (0, 0)
    assert (used[keyring.current("field").id], used[keyring.current("index").id]) == (people, people)
    assert needed(keyring.get("field", old[0]), key_usage_of(guarded, keyring)) == ""
    with guarded.begin(readonly=True) as unit:
        emails = list(unit.session.scalars(select(Person.email).order_by(Person.id)))
        assert emails == [f"{number}@example.com" for number in range(people)]
        assert unit.session.scalar(select(Person.id).where(Person.email_index == "7@example.com")) is not None


def key_usage_of(database: Database, keyring: Keyring) -> Any:
    with database.begin(readonly=True) as unit:
        return key_usage(unit.session, keyring.keys(), TABLES)


def test_keys_of_tables_that_nobody_loads_are_counted_too(guarded: Database, keyring: Keyring, people: int) -> None:
    assert usage(guarded, keyring, tables=[]) == usage(guarded, keyring)
    assert needed(keyring.current("field"), key_usage_of(guarded, keyring)) == "it is current"
    old = keyring.get("field", renew(keyring)[0])
    assert needed(keyring.get("field", old.id), key_usage_of(guarded, keyring)) == f"{people} values or records need it"


def test_an_unreadable_value_is_named_and_stops_nobody(guarded: Database, keyring: Keyring, people: int) -> None:
    with guarded.begin() as unit:
        first = unit.session.scalar(select(func.min(Person.id)))
        unit.session.execute(text("UPDATE test_person SET email = 'nonsense' WHERE id = :id"), {"id": first})
    renew(keyring)
    ended = TaskRunner(guarded).run(Rotation(keyring, TABLES, batch=50).task())
    assert (ended.state, ended.done) == ("done", people - 1)
    with guarded.begin(readonly=True) as unit:
        assert unit.session.get_one(TaskRow, NAME).cursor["unreadable"] == [["test_person.email", str(first)]]
        assert unreadable_values(unit.session, keyring, TABLES) == [("test_person.email", str(first))]


def test_a_value_that_came_twice_meanwhile_is_named_and_what_to_do(guarded: Database, keyring: Keyring) -> None:
    with guarded.begin() as unit:
        unit.session.add(Person(id=1, name="Ann", email="ann@example.com"))
    renew(keyring)
    with guarded.begin() as unit:
        unit.session.add(Person(id=2, name="Ann", email="ann@example.com"))
    with pytest.raises(EqualValuesError, match="The row 1 of test_person") as raised:
        TaskRunner(guarded).run(Rotation(keyring, TABLES).task())
    assert "app keys rotate" in raised.value.remedy
    with guarded.begin() as unit:
        unit.session.execute(text("UPDATE test_person SET email = NULL, email_index = NULL WHERE id = 2"))
    assert TaskRunner(guarded).run(Rotation(keyring, TABLES).task()).state == "done"


def test_a_missing_index_is_filled(guarded: Database, keyring: Keyring, people: int) -> None:
    with guarded.begin() as unit:
        unit.session.execute(text("UPDATE test_person SET email_index = NULL"))
    TaskRunner(guarded).run(Rotation(keyring, TABLES).task())
    with guarded.begin(readonly=True) as unit:
        assert unit.session.scalar(select(Person.name).where(Person.email_index == "3@example.com")) == "someone"


def test_rotation_survives_kills_with_readers_and_writers_at_work(
    guarded: Database, keyring: Keyring, people: int, start: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    # These processes run before the new keys exist.
    workers = [start(WORKING, who=f"worker{number}", people=people) for number in range(2)]
    for worker in workers:
        assert line(worker), errors(tmp_path)
    old = renew(keyring)
    for kill in range(KILLS):
        if kill == KILLS // 2:
            renew(keyring)  # once more, in the middle
        rotating = start(ROTATING)
        for _ in range(2 + kill % 3):
            assert line(rotating), errors(tmp_path)
        rotating.send_signal(signal.SIGKILL)
        rotating.wait(30)
        for worker in workers:
            assert worker.poll() is None, errors(tmp_path)
    rotating = start(ROTATING)
    assert [word for word in iter(lambda: line(rotating), "") if word == "done"] == ["done"], errors(tmp_path)
    for worker in workers:
        assert worker.poll() is None, errors(tmp_path)
        worker.kill()
        worker.wait()
    _end(guarded, keyring, people, old)


def _end(guarded: Database, keyring: Keyring, people: int, old: tuple[str, str]) -> None:
    TaskRunner(guarded).run(Rotation(keyring, TABLES).task(), again=True)
    used = usage(guarded, keyring)
    current = {keyring.current("field").id, keyring.current("index").id}
    assert {id_ for id_, count in used.items() if count} == current
    assert not current & set(old)
    with guarded.begin(readonly=True) as unit:
        assert unreadable_values(unit.session, keyring, TABLES) == []
        stored = list(unit.session.scalars(select(Person.email).where(Person.name == "someone").order_by(Person.id)))
        assert stored == [f"{number}@example.com" for number in range(people)]
        mine = unit.session.scalars(select(Person.email).where(Person.name != "someone")).all()
        assert len(set(mine)) == len(mine) > 0


def test_a_running_process_writes_with_a_key_made_after_its_start(
    guarded: Database, keyring: Keyring, start: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    with guarded.begin() as unit:
        unit.session.add(Person(name="someone", email="0@example.com"))
    worker = start(WORKING, who="worker", people=1)
    line(worker)
    renew(keyring)
    head = f"hf1.{keyring.current('field').id}."
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        line(worker)
        with guarded.begin(readonly=True) as unit:
            last = unit.session.execute(text("SELECT email FROM test_person ORDER BY id DESC LIMIT 1")).scalar_one()
        if last.startswith(head):
            return
    pytest.fail(f"never written with the new key: {errors(tmp_path)}")


def test_what_was_written_with_the_older_key_behind_the_pass_is_caught(
    guarded: Database, keyring: Keyring, people: int, tmp_path: Path
) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "keys.json").write_text(keyring.path.read_text())
    late = FieldCipher(Keyring(tmp_path / "old" / "keys.json", make=False))
    old = renew(keyring)[0]
    written: list[int] = []

    def write_late(status: TaskStatus) -> None:
        if status.done >= 50 and not written:
            with guarded.begin() as unit:
                first = unit.session.scalar(select(func.min(Person.id)))
                values = {"id": first, "token": late.encrypt(b"0@example.com", "test_person.email")}
                unit.session.execute(text("UPDATE test_person SET email = :token WHERE id = :id"), values)
                written.append(first)

    ended = TaskRunner(guarded).run(Rotation(keyring, TABLES, batch=10).task(), progress=write_late)
    assert (ended.state, ended.done, len(written)) == ("done", people + 1, 1)
    assert usage(guarded, keyring)[old] == 0
