"""The scan finds planted undeclared personal data, names it without a value, and leaves what is declared alone."""

from typing import Any

import pytest
from sqlalchemy import JSON, Column, Date, Integer, MetaData, String, Table, Text, insert

from host.data import Database
from host.data.protection import Encrypted
from host.data.protection.scan import owned_tables, scan

METADATA = MetaData()
PLANTED = Table(
    "planted_customer",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("remark", Text),
    Column("reach", String(40)),
    Column("account", String(40)),
    Column("paid_with", String(40)),
    Column("extra", JSON),
    Column("last_name", String(40)),
    Column("date_of_birth", Date),
    Column("barcode", String(20)),
    Column("title", String(40)),
    Column("email", String(80), info={"pii": "email"}),
    Column("phone", Encrypted(String, pii="phone")),
    Column("mail", String(80), info={"pii": "none"}),
)


@pytest.fixture
def planted(guarded: Database) -> Database:
    """Fifty customers, most of whose data nobody declared."""
    rows: list[dict[str, Any]] = [
        {
            "remark": f"ask ann{n}@example.com" if n % 10 == 0 else "nothing",
            "reach": f"+49 30 12345{n:02}",
            "account": "DE89 3704 0044 0532 0130 00" if n % 2 else None,
            "paid_with": "4111 1111 1111 1111",
            "extra": {"contact": f"bob{n}@example.com"},
            "barcode": f"40063813339{n:02}",
            "title": f"Article {n}",
            "email": f"ann{n}@example.com",
            "phone": "+49 30 1",
            "mail": f"shop{n}@example.com",
        }
        for n in range(50)
    ]
    with guarded.begin() as unit:
        METADATA.create_all(unit.session.connection())
        unit.session.execute(insert(PLANTED), rows)
    return guarded


def test_planted_data_is_found_and_named(planted: Database) -> None:
    with planted.begin(readonly=True) as unit:
        found = {each.column: each for each in scan(unit.session, [PLANTED])}
    assert {column: (each.kind, each.share) for column, each in found.items()} == {
        "remark": ("email", 0.1),
        "reach": ("phone", 1.0),
        "account": ("iban", 1.0),
        "paid_with": ("card", 1.0),
        "extra": ("email", 1.0),
        "last_name": ("name", None),
        "date_of_birth": ("birth", None),
    }
    assert found["reach"].line == 'reach = mapped_column(String(length=40), info={"pii": "phone"})'
    assert found["account"].sampled == 25
    assert "@" not in repr(found)


def test_what_no_model_names_is_looked_at_as_the_database_has_it(planted: Database) -> None:
    with planted.begin(readonly=True) as unit:
        [table] = owned_tables(unit.session, "planted_", None)
        found = {each.column: each.kind for each in scan(unit.session, [table])}
    assert {"email": "email", "mail": "email", "reach": "phone"}.items() <= found.items()
    assert "phone" in found  # by its name: what stands in it is encrypted
    assert "title" not in found


def test_an_empty_or_missing_table_is_judged_by_names(guarded: Database) -> None:
    with guarded.begin(readonly=True) as unit:
        assert scan(unit.session, [PLANTED]) == []
    with guarded.begin() as unit:
        METADATA.create_all(unit.session.connection())
    with guarded.begin(readonly=True) as unit:
        assert [each.column for each in scan(unit.session, [PLANTED])] == ["last_name", "date_of_birth"]
