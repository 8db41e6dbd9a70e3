"""Encrypted fields in a repository: written by every path, found by their blind index only, never told in clear."""

import json
from pathlib import Path

import pytest
from sqlalchemy import String, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from host import BlindIndex, Encrypted
from host.config import DatabaseConfig
from host.data import Database, Migrator, host_target
from host.data.audit import AuditRecorder, WriteGuard
from host.data.audit.tables import AuditRow
from host.data.batches import in_any
from host.data.protection import EncryptedColumnError
from host.data.protection.extension import FieldProtection
from host.data.repository import Filter, Repository
from host.security import Keyring
from tests.integration.data.repository.conftest import anna


class Base(DeclarativeBase):
    """Tables of these tests."""


class Supplier(Base):
    """Its address is personal."""

    __tablename__ = "test_supplier"

    id: Mapped[int] = mapped_column(primary_key=True)
    mail: Mapped[str | None] = mapped_column(Encrypted(String(100), pii="email"))
    mail_index: Mapped[str | None] = mapped_column(BlindIndex("mail"), index=True)


@pytest.fixture
def suppliers(database_config: DatabaseConfig, tmp_path: Path):
    keyring = Keyring(tmp_path / "keys.json", make=True)
    extensions = [FieldProtection(keyring), AuditRecorder(keyring, anna), WriteGuard()]
    database = Database(database_config, tmp_path, extensions=extensions)
    Migrator(database, [host_target()]).upgrade()
    Base.metadata.create_all(database.single)
    yield Repository(database, Supplier), database
    database.dispose()


def test_every_write_encrypts_and_the_audit_holds_no_clear_text(suppliers: tuple[Repository[Supplier], Database]):
    repository, database = suppliers
    added = repository.add(Supplier(mail="ada@x.example"))
    first, second = repository.bulk_add([{"mail": "bob@x.example"}, {"mail": None}])
    repository.bulk_update({first: {"mail": "cyd@x.example"}})
    repository.bulk_upsert([{"id": second, "mail": "dan@x.example"}], on=["id"])
    repository.update(added.id, {"mail": "eve@x.example"})
    wanted = in_any(Supplier.mail_index, ["CYD@x.example", "dan@x.example", "eve@x.example", "ada@x.example"])
    assert [row.mail for row in repository.find(wanted)] == ["eve@x.example", "cyd@x.example", "dan@x.example"]
    repository.bulk_delete([first])
    with database.begin(readonly=True) as unit:
        rows = unit.session.scalars(select(AuditRow).where(AuditRow.table_name == "test_supplier")).all()
    assert len(rows) == 7
    assert not any("example" in json.dumps(row.changes) for row in rows)


@pytest.mark.parametrize(
    "ask",
    [
        lambda repository: repository.find(Filter("mail", "=", "ada@x.example")),
        lambda repository: repository.find(in_any(Supplier.mail, ["ada@x.example"])),
        lambda repository: repository.page(order=["mail"]),
    ],
)
def test_ciphertext_is_neither_compared_nor_sorted(suppliers: tuple[Repository[Supplier], Database], ask):
    with pytest.raises(EncryptedColumnError, match="BlindIndex"):
        ask(suppliers[0])
