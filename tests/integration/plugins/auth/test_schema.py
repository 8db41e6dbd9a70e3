"""The tables: the revision makes what the models say, with the roles; taken away, nothing stays."""

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from host import Database
from host.data import Migrator, Target
from plugins.auth.models import Base

TARGET = Target("auth", Path(__file__).parents[4] / "plugins/auth/migrations", "auth_", Base.metadata)


def test_revision_and_models_agree(empty_database: Database) -> None:
    Migrator(empty_database, [TARGET]).upgrade()
    with empty_database.single.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_name": lambda name, kind, _: kind != "table" or name.startswith("auth_")}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_up_down_up(empty_database: Database) -> None:
    migrator = Migrator(empty_database, [TARGET])
    migrator.upgrade()
    migrator.downgrade_all("auth")
    assert [name for name in inspect(empty_database.single).get_table_names() if name.startswith("auth_")] == []
    migrator.upgrade()
    assert migrator.is_at_head("auth")


def test_roles_come_along_and_only_admin_holds_everything(empty_database: Database) -> None:
    Migrator(empty_database, [TARGET]).upgrade()
    with empty_database.single.connect() as connection:
        roles = set(connection.scalars(text("SELECT name FROM auth_role WHERE builtin")))
        parents = set(map(tuple, connection.execute(text("SELECT role, parent FROM auth_role_parent"))))
        grants = list(map(tuple, connection.execute(text("SELECT role, permission, effect FROM auth_role_permission"))))
    assert roles == {"viewer", "editor", "operator", "admin"}
    assert parents == {("editor", "viewer"), ("operator", "viewer")}
    assert grants == [("admin", "*", "grant")]
