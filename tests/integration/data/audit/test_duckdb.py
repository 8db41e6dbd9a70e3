"""Business tables in DuckDB are recorded and guarded too; their records lie in the SQLite file beside it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from host.config import DatabaseConfig
from host.data import Database, Migrator, host_target
from host.data.actor import Actor
from host.data.audit import AuditRecorder, UnauditedWriteError, WriteGuard
from host.security import Keyring
from tests.integration.data.audit.conftest import Audited
from tests.integration.data.audit.models import Base, Cell


@pytest.fixture
def audited(tmp_path: Path) -> Iterator[Audited]:
    keyring = Keyring(tmp_path / "keys.json", make=True)
    recorder = AuditRecorder(keyring, lambda: Actor("anna", "Anna"))
    config = DatabaseConfig(url="duckdb:///business.duckdb")
    database = Database(config, tmp_path, extensions=[recorder, WriteGuard()])
    Migrator(database, [host_target()]).upgrade()
    business = database.engines.business
    assert business is not None
    with business.write.begin() as connection:
        Base.metadata.create_all(connection, tables=[Cell.__table__])  # type: ignore[list-item]
    yield Audited(database, keyring)
    database.dispose()


def test_flushes_are_recorded_and_unaudited_statements_refused(audited: Audited) -> None:
    before = len(audited.rows())
    with audited.writing() as unit:
        unit.session.add(Cell(row=1, column="x", value=4))
    with audited.writing() as unit:
        unit.session.scalars(select(Cell)).one().value = 5
    assert [told[2:] for told in audited.told()[before:]] == [
        ("insert", {"new": {"row": 1, "column": "x", "value": 4}}),
        ("update", {"old": {"value": 4}, "new": {"value": 5}}),
    ]
    with pytest.raises(UnauditedWriteError, match="t_cell"), audited.writing() as unit:
        unit.session.execute(update(Cell).values(value=9))
