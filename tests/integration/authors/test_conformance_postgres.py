"""The suite takes revisions up, down and up on PostgreSQL too, where a server is named."""

from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, Table

from host.data import Target
from host.testing.conformance.postgres import VARIABLE, postgres_faults

REVISION = """
import sqlalchemy as sa
from alembic import op
revision = "0001"
down_revision = None
def upgrade():
    op.create_table("shop_a", sa.Column("id", sa.Integer, primary_key=True), sa.Column("n", sa.Integer))
    MORE
def downgrade():
    op.drop_table("shop_a")
"""


@pytest.fixture
def named(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server of this run is named."""
    monkeypatch.setenv(VARIABLE, postgres_url)


def shop(folder: Path, more: str = "") -> Target:
    (folder / "0001_a.py").write_text(REVISION.replace("MORE", more))
    models = MetaData()
    Table("shop_a", models, Column("id", Integer, primary_key=True), Column("n", Integer))
    return Target("shop", folder, "shop_", models)


@pytest.mark.usefixtures("named")
def test_a_sound_plugin_passes(tmp_path: Path) -> None:
    assert postgres_faults(shop(tmp_path)) == []


@pytest.mark.usefixtures("named")
def test_the_plugins_that_ship_with_the_host_pass() -> None:
    from plugins.warehouse.plugin import WarehouseHooks

    told = WarehouseHooks().migrations()
    assert told.metadata is not None
    assert postgres_faults(Target("warehouse", told.folder, "warehouse_", told.metadata)) == []


@pytest.mark.usefixtures("named")
@pytest.mark.parametrize(
    ("more", "says"),
    [
        ('op.execute("INSERT OR IGNORE INTO shop_a VALUES (1, 1)")', "syntax error"),
        ('op.execute("CREATE TYPE shop_mood AS ENUM ()")', "already exists"),
        ('op.add_column("shop_a", sa.Column("m", sa.Integer))', "column shop_a.m: only the database has it"),
    ],
)
def test_what_fails_on_postgresql_only_is_told(tmp_path: Path, more: str, says: str) -> None:
    [fault] = postgres_faults(shop(tmp_path, more))
    assert fault.startswith("on PostgreSQL: ")
    assert says in fault


def test_without_a_server_nothing_is_tried_and_one_that_is_away_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert postgres_faults(shop(tmp_path)) == []
    monkeypatch.setenv(VARIABLE, "postgresql://nobody@127.0.0.1:1/nothing")
    [fault] = postgres_faults(shop(tmp_path))
    assert "does not answer" in fault
