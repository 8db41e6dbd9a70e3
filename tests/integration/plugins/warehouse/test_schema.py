"""The tables: what the revision makes is what the models say; taken away, nothing is left."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from host import Database
from host.data import Migrator
from plugins.warehouse import import_models, order_models
from plugins.warehouse.base import Base
from tests.integration.plugins.warehouse.house import TARGET

TABLES = {each.__tablename__ for each in (import_models.Import, order_models.Order)}


def test_revision_and_models_agree(empty_database: Database) -> None:
    Migrator(empty_database, [TARGET]).upgrade()
    assert Base.metadata.tables.keys() >= TABLES
    with empty_database.single.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_name": lambda name, kind, _: kind != "table" or name.startswith("warehouse_")}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_up_down_up(empty_database: Database) -> None:
    migrator = Migrator(empty_database, [TARGET])
    migrator.upgrade()
    migrator.downgrade_all("warehouse")
    assert [name for name in inspect(empty_database.single).get_table_names() if name.startswith("warehouse_")] == []
    migrator.upgrade()
    assert migrator.is_at_head("warehouse")
