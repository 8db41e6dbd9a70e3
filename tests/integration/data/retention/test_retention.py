"""Retention: what goes, what is kept by holds and by other rows, and that a dry run says exactly what a run does."""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from host.config import AppConfig, DatabaseConfig
from host.contributions import RetentionPolicy
from host.data import Database, HostBase, Migrator, UtcDateTime, host_target
from host.data.actor import nobody
from host.data.audit import AuditRecorder, WriteGuard
from host.data.audit.tables import AuditRow
from host.data.protection import BlindIndex, Encrypted, FieldProtection
from host.data.retention import Cleaner, HoldBook, Policy, in_order
from host.data.retention import cleaner as cleaning
from host.data.retention.cleaner import NAME
from host.data.tasks import TaskRow, TaskRunner
from host.errors import ConfigError, ValidationError
from host.security import Keyring

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
YEAR = timedelta(days=365)


class Base(DeclarativeBase):
    """Tables of these tests."""


class Customer(Base):
    """Somebody who orders."""

    __tablename__ = "test_customer"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), info={"pii": "name"})
    email: Mapped[str | None] = mapped_column(Encrypted(String(200), pii="email"))
    email_index: Mapped[str | None] = mapped_column(BlindIndex("email"))
    city: Mapped[str | None] = mapped_column(String(80))
    left: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Order(Base):
    """What somebody ordered."""

    __tablename__ = "test_order"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("test_customer.id"))
    placed: Mapped[date]
    state: Mapped[str] = mapped_column(String(10), default="open")


KNOWN = [HostBase.metadata, Base.metadata]
OLD_ORDERS = RetentionPolicy(
    name="orders", table=Order, age="placed", keep=2 * YEAR, condition=Order.__table__.c.state == "done"
)
GONE_CUSTOMERS = RetentionPolicy(name="customers", table=Customer, age="left", keep=YEAR)
NAMELESS = RetentionPolicy(
    name="nameless",
    table=Customer.__table__,
    age="left",
    keep=timedelta(days=30),
    action="anonymise",
    values={"name": "(removed)", "email": None},
)


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    return Keyring.open(AppConfig(), tmp_path)


@pytest.fixture
def store(database_config: DatabaseConfig, tmp_path: Path, keyring: Keyring) -> Iterator[Database]:
    """Each database with keys, audit and the guard that refuses unaudited writes."""
    extensions = [FieldProtection(keyring), AuditRecorder(keyring, nobody), WriteGuard()]
    database = Database(database_config, tmp_path, extensions=extensions)
    Migrator(database, [host_target()]).upgrade()
    with database.single.begin() as connection:
        Base.metadata.create_all(connection)
    yield database
    database.dispose()


def days_ago(days: float) -> datetime:
    return MOMENT - timedelta(days=days)


def add(database: Database, *rows: Any) -> None:
    for row in rows:
        with database.begin() as unit:
            unit.session.add(row)


def customer(id_: int, left: float | None, **more: Any) -> Customer:
    given = {"name": f"Ann {id_}", "email": f"{id_}@example.com", "city": "Ulm", **more}
    return Customer(id=id_, left=None if left is None else days_ago(left), **given)


def order(id_: int, of: int, days: float, state: str = "done") -> Order:
    return Order(id=id_, customer_id=of, placed=days_ago(days).date(), state=state)


def cleaner(database: Database, *policies: RetentionPolicy, batch: int = 500) -> Cleaner:
    return Cleaner(database, in_order([("shop", policy) for policy in policies], KNOWN), KNOWN, batch=batch)


def planned(made: Cleaner) -> dict[str, tuple[int, int, int, int]]:
    _, found = made.due(MOMENT)
    return {each.policy.declared.name: (each.expired, each.held, each.needed, each.due) for each in found}


def run(database: Database, made: Cleaner) -> dict[str, int]:
    TaskRunner(database).run(made.task(MOMENT), again=True)
    with database.begin(readonly=True) as unit:
        done: dict[str, int] = unit.session.get_one(TaskRow, NAME).cursor["done"]
    return {name.partition(".")[2]: count for name, count in done.items()}


def ids(database: Database, model: Any) -> list[int]:
    with database.begin(readonly=True) as unit:
        return list(unit.session.scalars(select(model.id).order_by(model.id)))


def changes(database: Database) -> list[AuditRow]:
    with database.begin(readonly=True) as unit:
        return list(unit.session.scalars(select(AuditRow).where(AuditRow.action != "insert").order_by(AuditRow.id)))


def test_rows_older_than_the_period_go_and_only_those(store: Database) -> None:
    add(store, customer(1, 366), customer(2, 365), customer(3, None), customer(4, 1000))
    made = cleaner(store, GONE_CUSTOMERS)
    assert planned(made) == {"customers": (2, 0, 0, 2)}
    assert ids(store, Customer) == [1, 2, 3, 4]
    assert run(store, made) == {"customers": 2}
    assert ids(store, Customer) == [2, 3]
    assert planned(made) == {"customers": (0, 0, 0, 0)}


def test_a_condition_and_a_column_of_days(store: Database) -> None:
    add(store, customer(1, None), order(1, 1, 731), order(2, 1, 729), order(3, 1, 731, "open"))
    assert run(store, cleaner(store, OLD_ORDERS)) == {"orders": 1}
    assert ids(store, Order) == [2, 3]


def test_anonymised_rows_stay_without_their_personal_data_and_are_done_once(store: Database) -> None:
    add(store, customer(1, 40), customer(2, 10))
    made = cleaner(store, NAMELESS)
    assert run(store, made) == {"nameless": 1}
    with store.begin(readonly=True) as unit:
        gone = unit.session.get_one(Customer, 1)
        assert (gone.name, gone.email, gone.email_index, gone.city) == ("(removed)", None, None, "Ulm")
        assert unit.session.get_one(Customer, 2).email == "2@example.com"
    assert run(store, made) == {"nameless": 0}


def test_what_a_row_that_stays_refers_to_stays_and_what_goes_with_it_goes(store: Database) -> None:
    add(store, customer(1, 400), customer(2, 400), order(1, 1, 800), order(2, 2, 800), order(3, 2, 10))
    made = cleaner(store, GONE_CUSTOMERS, OLD_ORDERS)
    assert planned(made) == {"orders": (2, 0, 0, 2), "customers": (2, 0, 1, 1)}
    assert run(store, made) == {"orders": 2, "customers": 1}
    assert (ids(store, Customer), ids(store, Order)) == ([2], [3])


def test_held_rows_stay_until_they_are_released(store: Database) -> None:
    add(store, *(customer(number, 400) for number in (1, 2, 3)), order(1, 3, 800))
    holds = HoldBook(store, nobody)
    [held] = holds.place(Customer.__table__, ["1"], "file 7")
    [whole] = holds.place(Order.__table__, [], "file 8")
    made = cleaner(store, GONE_CUSTOMERS, OLD_ORDERS)
    assert planned(made) == {"orders": (1, 1, 0, 0), "customers": (3, 1, 1, 1)}
    assert run(store, made) == {"orders": 0, "customers": 1}
    assert ids(store, Customer) == [1, 3]
    holds.release(held.id)
    holds.release(whole.id)
    assert [each.reason for each in holds.list()] == []
    assert [(each.reason, each.placed_by, each.released_by) for each in holds.list(ended=True)] == [
        ("file 7", "system", "system"),
        ("file 8", "system", "system"),
    ]
    assert run(store, made) == {"orders": 1, "customers": 2}
    assert [row.action for row in changes(store) if row.table_name == "host_legal_hold"] == ["update", "update"]


def test_a_row_whose_hold_has_begun_is_not_removed_by_a_step_that_runs(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(store, *(customer(number, 400) for number in (1, 2)))
    holds, there_when_held, threads = HoldBook(store, nobody), [], []
    made, looked_at = cleaner(store, GONE_CUSTOMERS), cleaning.held_rows

    def hold() -> None:
        holds.place(Customer.__table__, ["1"], "file 7")
        there_when_held.append(1 in ids(store, Customer))

    def looking(session: Session) -> Any:
        found = looked_at(session)
        if threading.current_thread() is threading.main_thread() and not threads and session.info.get("step"):
            threads.append(threading.Thread(target=hold))
            threads[0].start()
            time.sleep(0.5)
        return found

    batch_of = Cleaner._batch_of

    def step(self: Cleaner, session: Session, *more: Any) -> int:
        session.info["step"] = True
        return batch_of(self, session, *more)

    monkeypatch.setattr(cleaning, "held_rows", looking)
    monkeypatch.setattr(Cleaner, "_batch_of", step)
    run(store, made)
    threads[0].join(30)
    assert there_when_held == [1 in ids(store, Customer)]


def test_a_hold_needs_a_reason_and_a_key_of_the_table(store: Database) -> None:
    holds = HoldBook(store, nobody)
    with pytest.raises(ValidationError, match="reason"):
        holds.place(Customer.__table__, ["1"], " ")
    with pytest.raises(ValidationError, match="no key of test_customer"):
        holds.place(Customer.__table__, ["one"], "file 7")
    with pytest.raises(ValidationError, match="no hold 5"):
        holds.release(5)


def test_what_went_is_recorded_without_what_was_personal(store: Database) -> None:
    add(store, customer(1, 400), customer(2, 40))
    run(store, cleaner(store, NAMELESS))
    run(store, cleaner(store, GONE_CUSTOMERS))
    rows = [row for row in changes(store) if row.table_name == "test_customer"]
    assert Counter((row.record_key, row.action) for row in rows) == {
        ("1", "update"): 1,
        ("1", "delete"): 1,
        ("2", "update"): 1,
    }
    for row in rows:
        assert "Ann" not in row.changes
        assert "example.com" not in row.changes
    assert all("(removed)" in row.changes for row in rows if row.action == "update")
    assert "Ulm" in next(row.changes for row in rows if row.action == "delete")


def test_a_dry_run_says_exactly_what_a_run_does(store: Database) -> None:
    chance = random.Random(7)
    for round_ in range(6):
        base = 1000 * (round_ + 1)
        people = [customer(base + n, chance.choice([None, 10, 40, 400])) for n in range(12)]
        bought = [
            order(base + n, base + chance.randrange(12), chance.choice([1, 800]), chance.choice(["open", "done"]))
            for n in range(15)
        ]
        with store.begin() as unit:
            unit.session.add_all(people)
            unit.session.flush()
            unit.session.add_all(bought)
        HoldBook(store, nobody).place(Customer.__table__, [str(base + chance.randrange(12))], "file")
        made = cleaner(store, GONE_CUSTOMERS, OLD_ORDERS, NAMELESS, batch=chance.choice([1, 4, 100]))
        expected = {name: due for name, (_, _, _, due) in planned(made).items()}
        before = len(ids(store, Customer)), len(ids(store, Order))
        # Rows of after the dry run don't belong to its moment.
        add(store, Customer(id=base + 999, name="Late", left=MOMENT + timedelta(seconds=1)))
        assert run(store, made) == expected
        after = len(ids(store, Customer)) - 1, len(ids(store, Order))
        assert (before[0] - after[0], before[1] - after[1]) == (expected["customers"], expected["orders"])


def test_stopped_anywhere_it_goes_on_with_the_moment_it_began_with(store: Database) -> None:
    add(store, *(customer(number, 400) for number in range(1, 10)))
    runner, made = TaskRunner(store), cleaner(store, GONE_CUSTOMERS, batch=2)
    status = runner.run(made.task(MOMENT), progress=lambda at: runner.pause(at.name) if at.done == 4 else None)
    assert (status.state, len(ids(store, Customer))) == ("paused", 5)
    add(store, customer(20, -1))
    later = runner.run(made.task(MOMENT + 5 * YEAR), again=True)
    assert (later.state, later.done, ids(store, Customer)) == ("done", 9, [20])


@pytest.mark.parametrize(
    ("policy", "fault"),
    [
        ({"age": "name"}, "no column with a moment"),
        ({"age": "nothing"}, "no column with a moment"),
        ({"keep": timedelta(days=-1)}, "not be negative"),
        ({"values": {"name": "x"}}, "values belong to the action anonymise"),
        ({"action": "anonymise"}, "values belong to the action anonymise"),
        ({"action": "anonymise", "values": {"id": 1}}, "can be anonymised"),
        ({"action": "anonymise", "values": {"name": None}}, "may not be empty"),
        ({"action": "anonymise", "values": {"email": "x"}}, "is encrypted"),
        ({"table": "test_customer"}, "neither a mapped class nor a Table"),
    ],
)
def test_a_policy_that_cannot_work_is_named(policy: dict[str, Any], fault: str) -> None:
    given: dict[str, Any] = {"name": "bad", "table": Customer, "age": "left", "keep": YEAR, **policy}
    with pytest.raises(ConfigError, match=fault) as raised:
        in_order([("shop", RetentionPolicy(**given))], KNOWN)
    assert "shop.bad" in str(raised.value)


def test_children_come_before_those_they_refer_to() -> None:
    made: list[Policy] = in_order([("a", GONE_CUSTOMERS), ("b", OLD_ORDERS), ("c", NAMELESS)], KNOWN)
    assert [each.name for each in made] == ["b.orders", "a.customers", "c.nameless"]
