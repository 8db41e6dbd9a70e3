"""Who changed the schema stands in the audit trail."""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import text

from host.config import DatabaseConfig, load_config
from host.data import Database, Migrator, Target, host_target
from host.data.actor import SYSTEM, Actor
from host.data.audit import AuditRecorder, WriteGuard
from host.data.migrate.policy import Policy
from host.security import Keyring

CREATE_A = 'op.create_table("shop_a", sa.Column("id", sa.Integer, primary_key=True))'
FILL = """
phase = "backfill"
def backfill(connection, cursor):
    if cursor:
        return None
    connection.execute(sa.text("UPDATE shop_a SET id = id + 10"))
    return 1, 1
"""


def test_upgrades_and_rollbacks_are_recorded_and_backfills_pass_the_guard(
    database_config: DatabaseConfig, revise: Callable[..., Target], tmp_path: Path
):
    keyring = Keyring.open(load_config(tmp_path), tmp_path)
    recorder = AuditRecorder(keyring, lambda: SYSTEM)
    database = Database(database_config, tmp_path, extensions=[recorder, WriteGuard()])
    shop = revise(1, CREATE_A, 'op.drop_table("shop_a")')
    migrator = Migrator(database, [host_target(), shop], Policy(actor=Actor("system", "olga")))
    migrator.upgrade()
    with database.single.begin() as connection:
        connection.execute(text("INSERT INTO shop_a (id) VALUES (1)"))
    revise(2, "pass", head=FILL)
    migrator.upgrade()
    assert migrator.rollback("shop", "base", accept_loss=True) == ["0002", "0001"]
    with database.begin(readonly=True) as unit:
        query = "SELECT record_key, action, changes FROM host_audit WHERE table_name = 'host_migration' ORDER BY id"
        told = [row for row in unit.session.execute(text(query)).all() if "shop" in row.record_key]
    assert [(row.action, row.record_key.count("0002")) for row in told] == [
        ("insert", 0),
        ("insert", 1),
        ("delete", 1),
        ("delete", 0),
    ]
    assert all("olga" in str(row.changes) for row in told)
    database.dispose()
