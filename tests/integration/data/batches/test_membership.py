"""`in_any`: any number of values of any column type, anywhere in a statement, on every database."""

import enum
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Enum,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    String,
    Table,
    Time,
    Uuid,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.dialects import mysql

from host.data import Database, UtcDateTime
from host.data.batches import in_any
from host.errors import ValidationError
from plugins.warehouse.columns import Quantity
from tests.effort import effort

PAIRS = effort(short=4_000, long=20_000)


class Colour(enum.Enum):
    RED = "r"
    BLUE = "b"


METADATA = MetaData()
THINGS = Table(
    "test_thing",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("whole", BigInteger),
    Column("word", String(60)),
    Column("flag", Boolean),
    Column("real", Float),
    Column("amount", Numeric(12, 2)),
    Column("quantity", Quantity),
    Column("day", Date),
    Column("hour", Time),
    Column("naive", DateTime),
    Column("moment", UtcDateTime),
    Column("uuid", Uuid),
    Column("colour", Enum(Colour)),
    Column("bytes", LargeBinary),
    Column("json", JSON),
)
FIRST = datetime(2026, 3, 1, 12, 30, 15, 123456)  # noqa: DTZ001 -- a column without a zone
VALUES: dict[str, list[Any]] = {
    "whole": [2**62 + 1, -5, 0],
    "word": ['quote " and \\ and \u2028', "Grüße", "\U0001f600"],
    "flag": [True, False],
    "real": [0.1, 1e300, -1 / 3],
    "amount": [Decimal("10.10"), Decimal("-0.01"), Decimal(3)],
    "quantity": [Decimal("1.125"), Decimal(7)],
    "day": [date(2026, 1, 1), date(1999, 12, 31)],
    "hour": [time(1, 2, 3), time(23, 59, 59, 999999)],
    "naive": [FIRST, FIRST + timedelta(microseconds=1)],
    "moment": [FIRST.replace(tzinfo=UTC), datetime(2020, 2, 29, tzinfo=UTC)],
    "uuid": [UUID(int=5), uuid4()],
    "colour": [Colour.RED, Colour.BLUE],
    "bytes": [b"\x00\xff", b"", b"abc"],
}


@pytest.fixture
def things(empty_database: Database) -> Database:
    METADATA.create_all(empty_database.single)
    return empty_database


def _ids(database: Database, condition: Any) -> list[int]:
    with database.begin(readonly=True) as unit:
        return list(unit.session.scalars(select(THINGS.c.id).where(condition).order_by(THINGS.c.id)))


@pytest.mark.parametrize("name", VALUES)
def test_values_of_every_type_are_found(things: Database, name: str):
    values = VALUES[name]
    with things.begin() as unit:
        rows = [{"id": number, name: value} for number, value in enumerate(values)]
        unit.session.execute(THINGS.insert(), [*rows, {"id": 99, name: None}])
    column = THINGS.c[name]
    for number, value in enumerate(values):
        assert _ids(things, in_any(column, [value])) == [number]
    assert _ids(things, in_any(column, [*values, None])) == list(range(len(values)))
    assert _ids(things, ~in_any(column, values[1:])) == [0]


def test_none_at_all_is_never_true_and_not_in_none_is_always(things: Database):
    with things.begin() as unit:
        unit.session.execute(THINGS.insert(), [{"id": 1, "word": "x"}])
    assert _ids(things, in_any(THINGS.c.word, [])) == []
    assert _ids(things, in_any(THINGS.c.word, [None])) == []
    assert _ids(things, ~in_any(THINGS.c.word, [])) == [1]


def test_two_hundred_thousand_values_are_one_parameter(things: Database):
    with things.begin() as unit:
        unit.session.execute(THINGS.insert(), [{"id": number, "word": f"w{number}"} for number in range(50)])
    wanted = range(25, 200_025)
    assert _ids(things, in_any(THINGS.c.id, wanted)) == list(range(25, 50))
    assert _ids(things, in_any(THINGS.c.word, (f"w{number}" for number in wanted))) == list(range(25, 50))
    assert len(_ids(things, ~in_any(THINGS.c.id, wanted))) == 25


def test_several_columns_are_compared_as_a_row(things: Database):
    rows = [{"id": number, "word": f"w{number % 3}", "whole": number % 5} for number in range(30)]
    with things.begin() as unit:
        unit.session.execute(THINGS.insert(), rows)
    both = [THINGS.c.word, THINGS.c.whole]
    assert _ids(things, in_any(both, [("w1", 4), ("w0", 0), ("w2", None)])) == [0, 4, 15, 19]
    assert _ids(things, in_any(both, [])) == []
    many = [(f"w{number}", number) for number in range(PAIRS)]
    assert _ids(things, in_any(both, many)) == [0, 1, 2, 15, 16, 17]


def test_it_stands_anywhere_in_a_statement(things: Database):
    with things.begin() as unit:
        unit.session.execute(THINGS.insert(), [{"id": number, "whole": number} for number in range(10)])
        other = THINGS.alias()
        inner = select(other.c.id).where(in_any(other.c.whole, [3, 4])).correlate(None)
        query = select(func.count()).where(THINGS.c.id.in_(inner) | in_any(THINGS.c.id, [9]), THINGS.c.id > 0)
        assert unit.session.scalar(query) == 3
        unit.session.execute(update(THINGS).where(in_any(THINGS.c.id, [1, 2])).values(word="x"))
        unit.session.execute(delete(THINGS).where(~in_any(THINGS.c.word, ["x"]) | THINGS.c.word.is_(None)))
        labelled = select(in_any(THINGS.c.id, [2]).label("found")).order_by(THINGS.c.id)
        assert [bool(found) for found in unit.session.scalars(labelled)] == [False, True]


def test_lists_of_every_length_share_one_statement(things: Database):
    seen = set()
    with things.begin(readonly=True) as unit:
        for length in (0, 1, 7, 5_000):
            query = select(THINGS.c.id).where(in_any(THINGS.c.id, range(length)))
            seen.add(str(query.compile(unit.session.get_bind())))
            key = query._generate_cache_key()
            assert key is not None
            seen.add(key.key)
            assert len(unit.session.scalars(query).all()) == 0
    assert len(seen) == 2


def test_two_lists_in_one_statement_keep_apart(things: Database):
    with things.begin() as unit:
        unit.session.execute(THINGS.insert(), [{"id": number, "whole": number * 2} for number in range(10)])
    for low in (2, 6):
        condition = in_any(THINGS.c.id, range(low, low + 3)) & in_any(THINGS.c.whole, [low * 2, 99])
        assert _ids(things, condition) == [low]


def test_another_database_gets_the_values_written_out():
    query = select(THINGS.c.id).where(in_any(THINGS.c.id, [1, 2]))
    compiled = query.compile(dialect=mysql.dialect(), compile_kwargs={"render_postcompile": True})
    assert "IN (1, 2)" in str(compiled).replace("\n", " ")


def test_a_text_that_sqlite_would_cut_is_refused(sqlite: Database):
    METADATA.create_all(sqlite.single)
    with pytest.raises(Exception, match="NUL character") as caught:
        _ids(sqlite, in_any(THINGS.c.word, ["a\x00b"]))
    assert isinstance(caught.value, ValidationError) or isinstance(caught.value.__cause__, ValidationError)


def test_sqlite_finds_the_rows_by_their_index(sqlite: Database):
    METADATA.create_all(sqlite.single)
    with sqlite.begin(readonly=True) as unit:
        query = select(THINGS.c.word).where(in_any(THINGS.c.id, [1, 2]))
        sql = str(query.compile(unit.session.get_bind()))
        plan = unit.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", ("[1, 2]",)).all()
    assert "SEARCH test_thing USING INTEGER PRIMARY KEY" in str(plan)
