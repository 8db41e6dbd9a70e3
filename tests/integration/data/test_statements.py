import logging

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from host.data import Database


def test_a_statement_is_logged_with_its_time_and_without_its_values(
    database: Database, caplog: pytest.LogCaptureFixture
):
    with caplog.at_level(logging.DEBUG, "host.data.sql"), database.begin() as unit:
        unit.session.execute(text("SELECT\n  :secret"), {"secret": "hunter2"})
    found = next(record.msg for record in caplog.records if record.msg["event"].startswith("SELECT"))
    assert found["duration_ms"] >= 0
    assert "\n" not in found["event"]
    assert "hunter2" not in caplog.text


def test_nothing_is_logged_above_debug(database: Database, caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.INFO, "host.data.sql"):
        database.check()
    assert caplog.records == []


def test_a_failed_statement_does_not_lend_its_start_to_the_next(database: Database, caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.DEBUG, "host.data.sql"):
        with pytest.raises(DBAPIError), database.begin() as unit:
            unit.session.execute(text("SELEKT 1"))
        database.check()
    assert [each for each in caplog.records if each.msg["event"] == "SELECT 1"]
