from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select
from sqlalchemy.exc import StatementError

from host.data import Database, UtcDateTime

moments = Table("test_moment", MetaData(), Column("id", Integer, primary_key=True), Column("at", UtcDateTime))


@pytest.fixture
def made(database: Database) -> Database:
    with database.begin() as unit:
        moments.create(unit.session.connection())
    return database


def test_a_moment_comes_back_in_utc_whatever_zone_it_was_given_in(made: Database):
    local = datetime(2026, 3, 1, 1, 30, 0, 123456, tzinfo=timezone(timedelta(hours=2)))
    with made.begin() as unit:
        unit.session.execute(insert(moments), [{"at": local}, {"at": None}])
    with made.begin(readonly=True) as unit:
        first, second = unit.session.scalars(select(moments.c.at).order_by(moments.c.id))
    assert first == local
    assert first.tzinfo is UTC
    assert second is None


def test_a_moment_without_a_zone_is_refused(made: Database):
    with pytest.raises(StatementError, match="has no time zone"), made.begin() as unit:
        unit.session.execute(insert(moments), [{"at": datetime(2026, 3, 1)}])  # noqa: DTZ001
