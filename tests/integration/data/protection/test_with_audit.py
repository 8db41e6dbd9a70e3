"""Encrypted columns beside the audit and the repository: tokens in the records, values nowhere, indexes in step."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from host.config import DatabaseConfig
from host.data import Database, Migrator, host_target
from host.data.actor import nobody
from host.data.audit import AuditRecorder, WriteGuard
from host.data.audit.tables import AuditRow
from host.data.protection import FieldProtection
from host.data.protection.declared import protected_tables
from host.data.protection.key_usage import key_usage
from host.data.protection.rotation import Rotation
from host.data.repository import Repository
from host.data.tasks import TaskRunner
from host.security import FieldCipher, Keyring
from tests.integration.data.protection.conftest import Base, Person

TABLES = protected_tables([Base.metadata])


@pytest.fixture
def audited(database_config: DatabaseConfig, tmp_path: Path, keyring: Keyring) -> Iterator[Database]:
    """As the host opens it."""
    extensions = [FieldProtection(keyring), AuditRecorder(keyring, nobody), WriteGuard()]
    database = Database(database_config, tmp_path, extensions=extensions)
    Migrator(database, [host_target()]).upgrade()
    Base.metadata.create_all(database.single)
    yield database
    database.dispose()


def records(database: Database) -> list[AuditRow]:
    with database.begin(readonly=True) as unit:
        return list(unit.session.scalars(select(AuditRow).order_by(AuditRow.id)))


def email_of(database: Database, wanted: str) -> list[str]:
    with database.begin(readonly=True) as unit:
        return list(unit.session.scalars(select(Person.email).where(Person.email_index == wanted)))


def test_records_hold_tokens_and_no_values(audited: Database, keyring: Keyring) -> None:
    people = Repository(audited, Person)
    one = people.add(Person(name="Ann", email="ann@example.com", notes={"health": "fine"}))
    people.update(one.id, {"email": "new@example.com"})
    keys = people.bulk_add({"name": f"P{n}", "email": f"{n}@example.com"} for n in range(3))
    people.bulk_update({key: {"email": f"changed{key}@example.com"} for key in keys})
    people.bulk_delete(keys[:1])
    found = records(audited)
    assert [row.action for row in found] == ["insert", "update", *["insert"] * 3, *["update"] * 3, "delete"]
    kept = " ".join(row.changes for row in found)
    assert "example.com" not in kept
    assert "health" not in kept
    assert f"hf1.{keyring.current('field').id}." in kept
    token = json.loads(found[1].changes)["new"]["email"]["$stored"]
    assert FieldCipher(keyring).decrypt(token, "test_person.email") == b"new@example.com"


def test_bulk_writes_keep_the_index_in_step(audited: Database) -> None:
    people = Repository(audited, Person)
    keys = people.bulk_add([{"name": "A", "email": "a@example.com"}, Person(name="B", email="b@example.com")])
    assert email_of(audited, "A@example.com") == ["a@example.com"]
    assert email_of(audited, "b@example.com") == ["b@example.com"]
    people.bulk_update({keys[0]: {"email": "c@example.com"}, keys[1]: {"name": "Bea"}})
    assert email_of(audited, "a@example.com") == []
    assert email_of(audited, "c@example.com") == ["c@example.com"]
    assert email_of(audited, "b@example.com") == ["b@example.com"]
    people.bulk_upsert([{"name": "Bea", "email": "d@example.com"}, {"name": "New", "email": "e@example.com"}], ["name"])
    assert email_of(audited, "d@example.com") == ["d@example.com"]
    assert email_of(audited, "e@example.com") == ["e@example.com"]
    assert email_of(audited, "b@example.com") == []


def test_an_unchanged_value_leaves_no_record(audited: Database) -> None:
    people = Repository(audited, Person)
    one = people.add(Person(name="Ann", email="ann@example.com"))
    before = len(records(audited))
    people.update(one.id, {"email": "ann@example.com"})
    assert people.bulk_update({one.id: {"email": "ann@example.com"}}) == 0
    assert len(records(audited)) == before


def test_records_keep_their_keys_needed_and_rotation_leaves_none(audited: Database, keyring: Keyring) -> None:
    people = Repository(audited, Person)
    people.add(Person(name="Ann", email="ann@example.com"))
    old = keyring.current("field").id
    keyring.change(lambda keys: keys.added("field")[0])
    before = len(records(audited))
    assert TaskRunner(audited).run(Rotation(keyring, TABLES).task()).done == 1
    assert len(records(audited)) == before
    with audited.begin(readonly=True) as unit:
        used: dict[str, Any] = dict(key_usage(unit.session, keyring.keys(), TABLES))
    assert (used[old], used[keyring.current("field").id]) == (1, 1)
    assert used[keyring.current("audit").id] == before
