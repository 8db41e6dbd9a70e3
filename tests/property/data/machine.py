"""Any sequence of repository operations, in nested units that end well or badly, against the model."""

import json
from collections import Counter
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from sqlalchemy import func, inspect, select
from sqlalchemy.exc import IntegrityError

from host.data import Database, UnitOfWork
from host.data.audit.tables import AuditRow
from host.data.repository import NotFoundError, Repository, RestoreConflictError, StaleVersionError
from tests.integration.data.repository.models import Article, Base, Line, Order
from tests.property.data.ledger import ACTOR, SEEN, Ledger, Told, told

NUMBERS = st.sampled_from([f"A-{number}" for number in range(6)])
NAMES = st.sampled_from(["Screw", "Bolt", "Nut"])
CHANGES = st.fixed_dictionaries({}, optional={"name": NAMES, "stock": st.integers(0, 2)}).filter(bool)
DEEPEST = 3


class Rerun(BaseException):
    """Control flow that is no Exception, as Streamlit's rerun and stop."""


class Machine(RuleBasedStateMachine):
    """One example: a fresh set of rows in a database that is used for all of them."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.database = database
        self.articles, self.orders = Repository(database, Article), Repository(database, Order)
        self.lines = Repository(database, Line)
        self.ledgers = [Ledger()]
        self.units: list[tuple[AbstractContextManager[UnitOfWork], UnitOfWork]] = []
        self.held: dict[int, Article] = {}
        self.batches: list[UUID] = []
        self.fired: list[int] = []
        self.expected_fired: list[int] = []
        self.counter = 0
        with database.single.begin() as connection:
            for table in reversed(Base.metadata.sorted_tables):
                connection.execute(table.delete())
            self.begun = connection.scalar(select(func.max(AuditRow.id))) or 0

    @property
    def ledger(self) -> Ledger:
        return self.ledgers[-1]

    @initialize(lines=st.integers(0, 2), opened=st.booleans(), deleted=st.booleans())
    def begin_with_something(self, lines: int, opened: bool, deleted: bool) -> None:
        """Most sequences from nothing would do little."""
        for number in ("A-0", "A-1"):
            self.add(number, "Screw")
        self.order(lines)
        if deleted:
            self._mark("test_article", min(self.ledger.live("test_article")))
            self._mark("test_order", min(self.ledger.live("test_order")))
        if opened:
            self.open()
            self._hold(max(self.ledger.live("test_article")), "Bolt")
            self.call_later()

    # Units of work

    @precondition(lambda self: len(self.units) < DEEPEST)
    @rule()
    def open(self) -> None:
        manager = self.database.begin()
        self.units.append((manager, manager.__enter__()))
        self.ledgers.append(self.ledger.copy())

    @precondition(lambda self: self.units)
    @rule()
    def close(self) -> None:
        manager, _ = self.units.pop()
        manager.__exit__(None, None, None)
        self._ended(self.ledgers.pop())

    def _ended(self, ledger: Ledger) -> None:
        self.ledgers[-1] = ledger
        if not self.units:
            self.expected_fired += ledger.called
            ledger.called = []
            self._compare_held()
            self.held = {}

    @precondition(lambda self: self.units)
    @rule(kind=st.sampled_from([ValueError, Rerun]))
    def fail(self, kind: type[BaseException]) -> None:
        manager, _ = self.units.pop()
        assert not manager.__exit__(kind, kind("no"), None), "the error was swallowed"
        self.ledgers.pop()
        # A row that was added in the lost unit is gone, and its number may be another's next.
        live = self.ledger.live("test_article") if self.units else {}
        self.held = {key: row for key, row in self.held.items() if key in live}

    @precondition(lambda self: self.units)
    @rule()
    def call_later(self) -> None:
        self.counter += 1
        token = self.counter
        self.units[-1][1].after_commit(lambda: self.fired.append(token))
        self.ledger.called.append(token)

    # Single rows

    @rule(number=NUMBERS, name=NAMES)
    def add(self, number: str, name: str) -> None:
        row = Article(number=number, name=name)
        if number in self.ledger.numbers():
            with pytest.raises(IntegrityError), self.database.begin():
                self.articles.add(row)
            assert row.id is None
            return
        self.articles.add(row)
        self.ledger.insert("test_article", row.id, number=number, name=name, stock=0)

    @rule(number=NUMBERS, name=NAMES)
    def lose_and_add_again(self, number: str, name: str) -> None:
        """The same object, first in a unit that fails."""
        if number in self.ledger.numbers():
            return
        row = Article(number=number, name=name)
        with pytest.raises(Rerun), self.database.begin():
            self.articles.add(row)
            raise Rerun
        assert inspect(row).transient
        self.articles.add(row)
        self.ledger.insert("test_article", row.id, number=number, name=name, stock=0)

    @precondition(lambda self: self.ledger.live("test_article"))
    @rule(data=st.data(), changes=CHANGES)
    def update_by_key(self, data: Any, changes: dict[str, Any]) -> None:
        key = self._pick(data, "test_article")
        self.articles.update(key, changes)
        self.ledger.update("test_article", key, changes)

    @precondition(lambda self: self.ledger.live("test_article"))
    @rule(data=st.data(), name=NAMES)
    def two_editors(self, data: Any, name: str) -> None:
        """Both read the row before the unit; the second must be stopped if the first changed something."""
        key = self._pick(data, "test_article")
        version = self.ledger.tables["test_article"][key]["version"]
        self.articles.update(key, {"name": name}, version=version)
        if self.ledger.update("test_article", key, {"name": name}):
            with pytest.raises(StaleVersionError):
                self.articles.update(key, {"name": "other"}, version=version)

    @precondition(lambda self: self.units and self.ledger.live("test_article"))
    @rule(data=st.data(), name=NAMES)
    def change_held(self, data: Any, name: str) -> None:
        self._hold(self._pick(data, "test_article"), name)

    def _hold(self, key: int, name: str) -> None:
        row = self.held[key] = self.articles.get(key)
        row.name = name
        self.articles.update(row)
        self.ledger.update("test_article", key, {"name": name})

    @precondition(lambda self: self.held)
    @rule(data=st.data(), name=NAMES)
    def write_past_held(self, data: Any, name: str) -> None:
        key = data.draw(st.sampled_from(sorted(self.held)))
        self.articles.bulk_update({key: {"name": name}})
        self.ledger.update("test_article", key, {"name": name})

    @precondition(lambda self: self.units)
    @rule(data=st.data(), name=NAMES, kind=st.sampled_from([ValueError, Rerun]), bulk=st.booleans())
    def lose(self, data: Any, name: str, kind: type[BaseException], bulk: bool) -> None:
        """A nested unit changes a held row and fails: nothing of it is left, in memory either."""
        with pytest.raises(kind), self.database.begin() as inner:
            inner.after_commit(lambda: self.fired.append(-1))
            if self.held:
                key = data.draw(st.sampled_from(sorted(self.held)))
                if bulk:
                    self.articles.bulk_update({key: {"name": name}})
                else:
                    self.articles.update(self.held[key], {"name": name})
            raise kind

    @precondition(lambda self: self.ledger.tables["test_article"])
    @rule(data=st.data())
    def delete(self, data: Any) -> None:
        key = data.draw(st.sampled_from(sorted(self.ledger.tables["test_article"])))
        self.held.pop(key, None)
        self.articles.delete(key)
        self.ledger.delete("test_article", key)

    # Many rows

    @rule(numbers=st.lists(NUMBERS, min_size=1, max_size=4), name=NAMES)
    def bulk_add(self, numbers: list[str], name: str) -> None:
        rows = [{"number": number, "name": name} for number in numbers]
        if len(set(numbers)) < len(numbers) or self.ledger.numbers().keys() & set(numbers):
            with pytest.raises(IntegrityError):
                self.articles.bulk_add(rows)
            return
        for key, number in zip(self.articles.bulk_add(rows), numbers, strict=True):
            self.ledger.insert("test_article", key, number=number, name=name, stock=0)

    @rule(data=st.data())
    def bulk_update(self, data: Any) -> None:
        live = sorted(self.ledger.live("test_article"))
        keys = data.draw(st.lists(st.sampled_from([*live, 0]), unique=True, max_size=4))
        changes = {key: data.draw(CHANGES) for key in keys}
        if 0 in keys:
            with pytest.raises(NotFoundError):
                self.articles.bulk_update(changes)
            return
        expected = [self.ledger.update("test_article", key, fields) for key, fields in changes.items()]
        assert self.articles.bulk_update(changes) == sum(expected)

    @rule(wanted=st.dictionaries(NUMBERS, CHANGES, max_size=4))
    def bulk_upsert(self, wanted: dict[str, dict[str, Any]]) -> None:
        known = self.ledger.numbers()
        done = self.articles.bulk_upsert([{"number": number, **row} for number, row in wanted.items()], on=["number"])
        new = [number for number in wanted if number not in known]
        for number, key in zip(new, done.inserted, strict=True):
            self.ledger.insert("test_article", key, **{"number": number, "name": "", "stock": 0, **wanted[number]})
        there = [(known[number], changes) for number, changes in wanted.items() if number in known]
        changed = [self.ledger.update("test_article", key, changes) for key, changes in there]
        assert (done.updated, done.unchanged) == (sum(changed), len(changed) - sum(changed))

    @rule(data=st.data())
    def bulk_delete(self, data: Any) -> None:
        keys = data.draw(st.lists(st.sampled_from([*sorted(self.ledger.tables["test_article"]), 0]), max_size=2))
        there = [key for key in dict.fromkeys(keys) if key]
        assert self.articles.bulk_delete(keys) == len(there)
        for key in there:
            self.held.pop(key, None)
            self.ledger.delete("test_article", key)

    # Orders with their lines

    @rule(count=st.integers(0, 3))
    def order(self, count: int) -> None:
        order = self.orders.add(Order(customer="Ada", lines=[Line(text=f"l{number}") for number in range(count)]))
        self.ledger.insert("test_order", order.id, customer="Ada")
        for line in self.lines.find(Line.order_id == order.id):
            self.ledger.insert("test_line", line.id, order_id=order.id, text=line.text)

    @precondition(lambda self: any(self.ledger.live(table) for table in self.ledger.tables))
    @rule(data=st.data())
    def soft_delete(self, data: Any) -> None:
        table = data.draw(st.sampled_from([table for table in self.ledger.tables if self.ledger.live(table)]))
        self._mark(table, self._pick(data, table))

    def _mark(self, table: str, key: int) -> None:
        repository = {"test_article": self.articles, "test_order": self.orders, "test_line": self.lines}[table]
        batch = repository.soft_delete(key)
        self.ledger.mark(table, key, batch)
        self.batches.append(batch)
        if table == "test_article":
            self.held.pop(key, None)
        with pytest.raises(NotFoundError):
            repository.get(key)

    @precondition(lambda self: self.batches)
    @rule(data=st.data())
    def restore(self, data: Any) -> None:
        batch = data.draw(st.sampled_from(self.batches))
        rows = [row for rows in self.ledger.tables.values() for row in rows.values() if row["batch"] == batch]
        articles = any("number" in row for row in rows)
        repository = self.articles if articles else self.lines
        if not rows:
            with pytest.raises(NotFoundError):
                repository.restore(batch)
        elif any(row.get("number") in self.ledger.numbers() for row in rows):
            with pytest.raises(RestoreConflictError):
                repository.restore(batch)
        else:
            assert repository.restore(batch) == len(rows)
            self.ledger.unmark(batch)

    @precondition(lambda self: self.ledger.tables["test_order"])
    @rule(data=st.data())
    def delete_order(self, data: Any) -> None:
        key = data.draw(st.sampled_from(sorted(self.ledger.tables["test_order"])))
        hidden = self.ledger.tables["test_line"].keys() - self.ledger.live("test_line").keys()
        if any(self.ledger.tables["test_line"][line]["order_id"] == key for line in hidden):
            return
        self.orders.bulk_delete([key])
        self.ledger.delete("test_order", key)

    # What must always hold

    def _pick(self, data: Any, table: str) -> int:
        return int(data.draw(st.sampled_from(sorted(self.ledger.live(table)))))

    def check_invariants(self, *arguments: Any, **options: Any) -> None:
        """Compare after every step, inside the open unit if there is one."""
        super().check_invariants(*arguments, **options)
        with self.database.begin(readonly=True) as unit:
            for model, table in ((Article, "test_article"), (Order, "test_order"), (Line, "test_line")):
                rows = unit.session.execute(select(model.__table__)).mappings()
                stored = {row["id"]: _comparable(dict(row)) for row in rows}
                assert stored == self.ledger.tables[table]
            query = select(AuditRow.__table__).where(AuditRow.id > self.begun)
            assert Counter(map(_audit, unit.session.execute(query))) == Counter(self.ledger.audit)
        assert self.fired == self.expected_fired
        if self.units:
            self._compare_held()

    def _compare_held(self) -> None:
        for key, row in self.held.items():
            expected = self.ledger.tables["test_article"].get(key)
            if expected is not None and expected["batch"] is None:
                assert (row.name, row.stock, row.version) == (expected["name"], expected["stock"], expected["version"])

    def teardown(self) -> None:
        while self.units:
            manager, _ = self.units.pop()
            manager.__exit__(Rerun, Rerun(), None)


def _comparable(row: dict[str, Any]) -> dict[str, Any]:
    deleted_at = row.pop("deleted_at")
    row["batch"] = row.pop("delete_batch_id")
    assert (deleted_at is None) == (row["batch"] is None)
    return {name: value for name, value in row.items() if name in SEEN or name == "batch"}


def _audit(row: Any) -> Told:
    sides = json.loads(row.changes)
    assert row.user_id == ACTOR
    return told(row.table_name, row.record_key, row.action, sides.get("old"), sides.get("new"))
