"""Encrypted columns and their blind indexes, on every way to write and read them."""

import traceback
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Column, Integer, MetaData, String, Table, bindparam, func, insert, literal, select, text
from sqlalchemy import update as update_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from host.config import DatabaseConfig
from host.data import Database
from host.data.protection.blind_index import BlindIndex
from host.data.protection.encrypted import Encrypted
from host.data.protection.faults import EncryptedColumnError, EncryptedValueError
from host.security import Keyring, UnknownKeyError, UnreadableTokenError
from tests.integration.data.protection.conftest import Person

ANN = {"name": "Ann", "email": "ann@example.com", "phone": "+49 30 1234", "born": date(1990, 2, 3), "notes": {"a": [1]}}
FIELDS = ("email", "phone", "born", "notes")


def add(database: Database, **changes: Any) -> int:
    person = Person(**{**ANN, **changes})
    with database.begin() as unit:
        unit.session.add(person)
    return person.id


def raw(database: Database, id_: int) -> Any:
    with database.begin(readonly=True) as unit:
        return unit.session.execute(text("SELECT * FROM test_person WHERE id = :id"), {"id": id_}).mappings().one()


def found(database: Database, *criteria: Any) -> list[str]:
    with database.begin(readonly=True) as unit:
        return list(unit.session.scalars(select(Person.name).where(*criteria).order_by(Person.id)))


def test_the_program_sees_values_and_the_database_tokens(guarded: Database, keyring: Keyring) -> None:
    id_ = add(guarded)
    with guarded.begin(readonly=True) as unit:
        person = unit.session.get_one(Person, id_)
        assert {field: getattr(person, field) for field in FIELDS} == {field: ANN[field] for field in FIELDS}
        row = unit.session.execute(select(*(getattr(Person, field) for field in FIELDS))).one()
        assert tuple(row) == tuple(ANN[field] for field in FIELDS)
    stored = raw(guarded, id_)
    for field in FIELDS:
        assert stored[field].startswith(f"hf1.{keyring.current('field').id}.")
    for secret in ("ann", "1234", "1990"):
        assert secret not in " ".join(str(stored[field]) for field in (*FIELDS, "email_index", "phone_index"))


def test_null_stays_null_and_can_be_asked_for(guarded: Database) -> None:
    id_ = add(guarded, email=None, notes=None)
    stored = raw(guarded, id_)
    assert (stored["email"], stored["email_index"], stored["notes"]) == (None, None, None)
    add(guarded, name="Bob")
    assert found(guarded, Person.email.is_(None)) == ["Ann"]
    assert found(guarded, Person.email != None) == ["Bob"]  # noqa: E711
    assert found(guarded, Person.email_index.is_(None)) == ["Ann"]


def test_equal_values_have_different_tokens(guarded: Database) -> None:
    one, two = add(guarded, email=None), add(guarded, email=None)
    assert raw(guarded, one)["phone"] != raw(guarded, two)["phone"]
    assert raw(guarded, one)["phone_index"] == raw(guarded, two)["phone_index"]


@pytest.mark.parametrize(
    "compare",
    [
        lambda column: column == "ann@example.com",
        lambda column: column != "ann@example.com",
        lambda column: column.in_(["ann@example.com"]),
        lambda column: column.like("ann%"),
        lambda column: column < "b",
        lambda column: "b" + column,
        lambda column: column.desc(),
        lambda column: column == Person.name,
        lambda column: column == aliased(Person).email,
        lambda column: column == {"a": 1},
    ],
)
def test_comparing_is_refused_and_names_the_blind_index(compare: Callable[[Any], Any]) -> None:
    with pytest.raises(EncryptedColumnError, match=r'test_person\.email is encrypted.*BlindIndex\("email"\)'):
        compare(Person.email)


def test_the_blind_index_finds_equal_values(guarded: Database) -> None:
    add(guarded)
    add(guarded, name="Bob", email="bob@example.com", phone="(030) 1234")
    assert found(guarded, Person.email_index == " ANN@Example.com ") == ["Ann"]
    assert found(guarded, Person.email_index.in_(["bob@example.com", "eve@example.com"])) == ["Bob"]
    assert found(guarded, Person.phone_index == "0049301234") == ["Ann"]
    assert found(guarded, Person.email_index == "eve@example.com") == []
    with pytest.raises(EncryptedColumnError, match="equality"):
        found(guarded, Person.email_index > "a")
    with pytest.raises(IntegrityError):
        add(guarded, name="Twin", email="Ann@example.com")


def _orm_flush(database: Database, id_: int, email: str) -> None:
    with database.begin() as unit:
        unit.session.get_one(Person, id_).email = email


def _orm_bulk_by_key(database: Database, id_: int, email: str) -> None:
    with database.begin() as unit:
        unit.session.execute(update_(Person), [{"id": id_, "email": email}])


def _orm_where(database: Database, id_: int, email: str) -> None:
    with database.begin() as unit:
        unit.session.execute(update_(Person).where(Person.id == id_).values(email=email))


def _core_where(database: Database, id_: int, email: str) -> None:
    with database.begin() as unit:
        statement = (
            update_(Person.__table__).where(Person.__table__.c.id == id_).values({Person.__table__.c.email: email})
        )
        unit.session.connection().execute(statement)


def _core_many(database: Database, id_: int, email: str) -> None:
    with database.begin() as unit:
        statement = update_(Person.__table__).where(Person.__table__.c.id == bindparam("key"))
        unit.session.connection().execute(
            statement.values(email=bindparam("new")), [{"key": id_, "new": email}, {"key": -1, "new": "x"}]
        )


def _upsert(database: Database, id_: int, email: str) -> None:
    kind = sqlite if database.dialect == "sqlite" else postgresql
    with database.begin() as unit:
        statement = kind.insert(Person)
        statement = statement.on_conflict_do_update(index_elements=["id"], set_={"email": statement.excluded.email})
        unit.session.execute(statement, [{"id": id_, "name": "Ann", "email": email}])


def _upsert_value(database: Database, id_: int, email: str) -> None:
    kind = sqlite if database.dialect == "sqlite" else postgresql
    with database.begin() as unit:
        statement = kind.insert(Person).values(id=id_, name="Ann", email="other@example.com")
        unit.session.execute(statement.on_conflict_do_update(index_elements=["id"], set_={"email": email}))


@pytest.mark.parametrize(
    "write", [_orm_flush, _orm_bulk_by_key, _orm_where, _core_where, _core_many, _upsert, _upsert_value]
)
def test_every_way_to_update_keeps_the_index_in_step(
    guarded: Database, write: Callable[[Database, int, str], None]
) -> None:
    id_ = add(guarded)
    write(guarded, id_, "new@example.com")
    assert raw(guarded, id_)["email"].startswith("hf1.")
    with guarded.begin(readonly=True) as unit:
        assert unit.session.scalar(select(Person.email)) == "new@example.com"
    assert found(guarded, Person.email_index == "new@example.com") == ["Ann"]
    assert found(guarded, Person.email_index == "ann@example.com") == []


def _rows() -> list[dict[str, Any]]:
    return [{"name": name, "email": f"{name}@example.com"} for name in ("a", "b", "c")]


@pytest.mark.parametrize(
    "write",
    [
        lambda unit: unit.session.execute(insert(Person), _rows()),
        lambda unit: unit.session.execute(insert(Person).values(_rows())),
        lambda unit: unit.session.connection().execute(insert(Person.__table__).values(_rows())),
        lambda unit: unit.session.connection().execute(insert(Person.__table__), _rows()),
        lambda unit: [unit.session.execute(insert(Person).values(**row)) for row in _rows()],
        lambda unit: unit.session.add_all(Person(**row) for row in _rows()),
        lambda unit: list(unit.session.scalars(insert(Person).returning(Person.id), _rows())),
    ],
)
def test_every_way_to_insert_fills_the_index(guarded: Database, write: Callable[[Any], Any]) -> None:
    with guarded.begin() as unit:
        write(unit)
    assert found(guarded, Person.email_index == "B@example.com") == ["b"]
    with guarded.begin(readonly=True) as unit:
        assert list(unit.session.scalars(select(Person.email).order_by(Person.id))) == [row["email"] for row in _rows()]


def test_an_update_of_something_else_leaves_value_and_index(guarded: Database) -> None:
    id_ = add(guarded)
    before = raw(guarded, id_)
    with guarded.begin() as unit:
        unit.session.get_one(Person, id_).name = "Anna"
    after = raw(guarded, id_)
    assert {**before, "name": "Anna"} == after


@pytest.mark.parametrize(
    "values",
    [{"email": func.lower("X")}, {"email": Person.name}, {"email": literal("X", String)}],
    ids=["function", "column", "literal of another type"],
)
def test_what_would_go_past_the_encryption_is_refused(guarded: Database, values: dict[str, Any]) -> None:
    add(guarded)
    with guarded.begin() as unit, pytest.raises(EncryptedColumnError, match="email is encrypted"):
        unit.session.execute(update_(Person).values(**values))
    with guarded.begin() as unit, pytest.raises(EncryptedColumnError, match="email is encrypted"):
        copied = select(Person.name, Person.name)
        unit.session.execute(insert(Person.__table__).from_select(["name", "email"], copied))


def test_a_changed_token_is_told_and_the_other_rows_are_read(guarded: Database) -> None:
    bad, good = add(guarded), add(guarded, name="Bob", email="bob@example.com")
    with guarded.begin() as unit:
        unit.session.execute(text("UPDATE test_person SET email = replace(email, 'hf1.', 'hf1.0') WHERE id = 1"))
        unit.session.execute(text("UPDATE test_person SET phone = email WHERE id = 2"))
    with guarded.begin(readonly=True) as unit:
        assert unit.session.scalar(select(Person.email).where(Person.id == good)) == "bob@example.com"
        with pytest.raises(UnknownKeyError):
            unit.session.scalar(select(Person.email).where(Person.id == bad))
        with pytest.raises(UnreadableTokenError, match=r"test_person\.phone .* copied from another column") as raised:
            unit.session.scalar(select(Person.phone).where(Person.id == good))
    assert "app keys verify" in raised.value.remedy


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"email": 5}, "takes str, not int"),
        ({"email": "x" * 201}, "200 characters, not 201"),
        ({"born": "1990"}, "date"),
        ({"email": "xxxxxxxxxxxxxxxxxxxxxxxx\udc80"}, "half a character"),
        ({"notes": {"a": "xxxxxxxxxxxxxxxxxxxxxxxx\udc80"}}, "half a character"),
    ],
)
def test_what_does_not_fit_is_told_without_the_value(guarded: Database, values: dict[str, Any], problem: str) -> None:
    with pytest.raises(EncryptedValueError, match=problem) as raised:
        add(guarded, **values)
    assert "x" * 20 not in repr(raised.value) + repr(raised.value.__cause__) + repr(raised.value.__context__)


def test_errors_hold_no_values(guarded: Database) -> None:
    with pytest.raises(IntegrityError) as raised:
        add(guarded, name=None)
    assert "ann@example.com" not in str(raised.value)


def test_errors_hold_no_values_of_the_rows_that_the_database_quotes(guarded: Database) -> None:
    with guarded.begin() as unit:
        unit.session.execute(text("CREATE UNIQUE INDEX uq_test_person_name ON test_person (name)"))
        unit.session.execute(
            text("CREATE TABLE test_visit (id INTEGER PRIMARY KEY, of VARCHAR(80), day INTEGER NOT NULL)")
        )
    add(guarded, name="Ann Smith")
    with pytest.raises(IntegrityError) as twice:
        add(guarded, name="Ann Smith", email=None, phone=None)
    with pytest.raises(IntegrityError) as incomplete, guarded.begin() as unit:
        unit.session.execute(text("INSERT INTO test_visit (id, of) VALUES (1, :of)"), {"of": "Ann Smith"})
    for raised, told in ((twice, "name"), (incomplete, "day")):
        shown = "".join(traceback.format_exception(raised.value))
        assert told in str(raised.value)
        assert "Ann Smith" not in shown.split("The above exception")[0] + str(raised.value)


def test_without_keys_nothing_is_written(database_config: DatabaseConfig, guarded: Database, tmp_path: Path) -> None:
    bare = Database(database_config, tmp_path)
    with pytest.raises(EncryptedColumnError, match="FieldProtection"):
        add(bare)
    bare.dispose()


def test_new_keys_are_taken_up_and_old_values_stay_readable(guarded: Database, keyring: Keyring) -> None:
    old = add(guarded)
    for purpose in ("field", "index"):
        keyring.change(lambda keys, purpose=purpose: keys.added(purpose)[0])
    new = add(guarded, name="Bob", email="bob@example.com")
    assert raw(guarded, new)["email"].startswith(f"hf1.{keyring.current('field').id}.")
    assert raw(guarded, old)["email"].split(".")[1] != keyring.current("field").id
    assert found(guarded, Person.email_index == "ann@example.com") == ["Ann"]
    assert found(guarded, Person.email_index == "bob@example.com") == ["Bob"]


def test_a_type_serves_one_column() -> None:
    shared = Encrypted(String)
    with pytest.raises(EncryptedColumnError, match="share one type"):
        Table("t", MetaData(), Column("a", shared), Column("b", shared))


def test_statements_of_two_columns_share_no_cache(guarded: Database) -> None:
    metadata = MetaData()
    tables = [
        Table(f"test_twin_{name}", metadata, Column("id", Integer, primary_key=True), Column("v", Encrypted(JSON)))
        for name in ("a", "b")
    ]
    with guarded.begin() as unit:
        metadata.create_all(unit.session.connection())
        for table in tables:
            unit.session.execute(insert(table).values(v={"of": table.name}))
        for table in tables:
            assert unit.session.scalar(select(table.c.v)) == {"of": table.name}
            assert unit.session.scalar(select(literal({"of": table.name}, table.c.v.type))) == {"of": table.name}


def test_a_blind_index_finds_texts_only(guarded: Database) -> None:
    table = Table("t", MetaData(), Column("a", Encrypted(JSON)), Column("i", BlindIndex("a")))
    with guarded.begin() as unit, pytest.raises(EncryptedColumnError, match="texts only"):
        unit.session.execute(insert(table).values(a={}))
