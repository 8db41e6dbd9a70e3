"""What a start does about the schema: in development it goes ahead and warns, elsewhere it looks and refuses."""

import logging
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, inspect, text

from host.config import AppConfig, load_config
from host.contributions import Migrations
from host.data import Database, ProcessTable
from host.errors import PluginError
from host.kernel.active import ActivePlugin
from host.kernel.registry import Contributions
from host.kernel.schema import SchemaStage

HEAD = "import sqlalchemy as sa\nfrom alembic import op\n"
CREATE = 'op.create_table("shop_a", sa.Column("id", sa.Integer, primary_key=True), sa.Column("n", sa.Integer))'
DROP = 'op.drop_column("shop_a", "n")'
CONTRACT = 'phase = "contract"'

Revise = Callable[..., None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "revisions"
    made.mkdir()
    return made


@pytest.fixture
def revise(folder: Path) -> Revise:
    """Add a revision to the plugin `shop`."""

    def write(number: int, upgrade: str, head: str = "") -> None:
        before = f'"{number - 1:04}"' if number > 1 else None
        body = f"def upgrade():\n    {upgrade}\ndef downgrade():\n    pass\n"
        chain = f'revision = "{number:04}"\ndown_revision = {before}\n'
        (folder / f"{number:04}_step.py").write_text(f"{HEAD}{chain}{head}\n{body}")

    write(1, CREATE)
    return write


@pytest.fixture
def config(project: Path) -> AppConfig:
    return load_config(project)


def started(
    database: Database, config: AppConfig, folder: Path, *, env: str = "dev", migrate: str = "auto", **models: Any
) -> SchemaStage:
    """Take the plugin through a start of its own."""
    section = config.database.model_copy(update={"migrate": migrate})
    stage = SchemaStage(database, config.model_copy(update={"env": env, "database": section}), enabled=True)
    stage.plugin(active("shop", "shop_"), Contributions(migrations=Migrations(folder=folder, **models)))
    return stage


def active(id_: str, prefix: str) -> ActivePlugin:
    return cast("ActivePlugin", SimpleNamespace(id=id_, manifest=SimpleNamespace(tables=prefix)))


def columns(database: Database) -> set[str]:
    return {str(each["name"]) for each in inspect(database.single).get_columns("shop_a")}


def add_row(database: Database) -> None:
    with database.begin() as unit:
        unit.session.execute(text("INSERT INTO shop_a (id) VALUES (1)"))


def test_development_goes_ahead_with_a_warning_and_a_snapshot(
    database: Database, config: AppConfig, folder: Path, revise: Revise, caplog: pytest.LogCaptureFixture
):
    started(database, config, folder)
    add_row(database)
    revise(2, DROP)
    with caplog.at_level(logging.WARNING, "host.data"):
        started(database, config, folder)
    assert columns(database) == {"id"}
    [told] = [record.msg["risk"] for record in caplog.records if "risk" in record.msg]
    assert "drop-column-early" in told
    assert 'phase = "contract"' in told or "contract step" in told
    assert len(list((config.data_dir / "snapshots").glob("*.json"))) == 1


def test_a_step_that_would_break_a_running_process_is_refused_also_in_development(
    database: Database, config: AppConfig, folder: Path, revise: Revise
):
    started(database, config, folder)
    ProcessTable(database).register("web", "1.0", "h", {"shop": "0001"})
    revise(2, DROP)
    with pytest.raises(PluginError, match=r"refused while these run: web process \d+ .*drop-column-early") as refused:
        started(database, config, folder)
    assert "\n" not in refused.value.message
    assert columns(database) == {"id", "n"}


@pytest.mark.parametrize("migrate", ["auto", "check"])
def test_elsewhere_a_start_refuses_what_is_not_safe_or_still_to_run(
    database: Database, config: AppConfig, folder: Path, revise: Revise, migrate: str
):
    started(database, config, folder)
    revise(2, DROP)
    with pytest.raises(PluginError, match="drop-column-early" if migrate == "auto" else "lacks 0002"):
        started(database, config, folder, env="prod", migrate=migrate)
    assert columns(database) == {"id", "n"}


@pytest.mark.parametrize("migrate", ["auto", "check"])
def test_a_contract_step_that_waits_keeps_nothing_from_starting_and_health_tells(
    database: Database, config: AppConfig, folder: Path, revise: Revise, migrate: str
):
    started(database, config, folder)
    ProcessTable(database).register("web", "1.0", "h", {"shop": "0001"})
    revise(2, DROP, CONTRACT)
    stage = started(database, config, folder, env="prod", migrate=migrate)
    assert columns(database) == {"id", "n"}
    assert stage.heads == {"shop": "0002"}
    health = stage.health()
    assert health.status == "ok"
    assert "contract 0002 waits for web process" in health.detail


def test_a_process_that_was_not_waited_for_says_that_the_tables_have_gone_on(
    database: Database, config: AppConfig, folder: Path, revise: Revise
):
    stage = started(database, config, folder, env="prod")
    revise(2, DROP, CONTRACT)
    started(database, config, folder)
    (folder / "0002_step.py").unlink()
    assert stage.health().status == "ok"
    stage.look_again()
    health = stage.health()
    assert health.status == "failed"
    assert "at revision 0002, which is not among the files" in health.detail


def test_models_that_differ_from_the_tables_degrade_health_in_development_until_they_agree(
    database: Database, config: AppConfig, folder: Path, revise: Revise
):
    models = MetaData()
    table = Table("shop_a", models, Column("id", Integer, primary_key=True), Column("n", Integer))
    table.append_column(Column("m", Integer))
    stage = started(database, config, folder, metadata=models)
    health = stage.health()
    assert health.status == "degraded"
    assert "shop: column shop_a.m: the models have it, the database has not" in health.detail
    assert "app db check" in health.detail
    assert started(database, config, folder, env="prod", metadata=models).health().status == "ok"
    revise(2, 'op.add_column("shop_a", sa.Column("m", sa.Integer, nullable=True))')
    started(database, config, folder, metadata=models)
    assert stage.health().status == "ok"


@pytest.mark.parametrize("prefix", ["shop_extra_", "sho", "shop_", "host_x_"])
def test_a_prefix_that_overlaps_with_an_earlier_one_is_refused(
    database: Database, config: AppConfig, folder: Path, revise: Revise, prefix: str
):
    stage = started(database, config, folder)
    stage.host()
    with pytest.raises(PluginError, match=f"its table prefix {prefix} and .* overlap"):
        stage.plugin(active("club", prefix), Contributions(migrations=Migrations(folder=folder)))
    # The same plugin again, as a second start of it, is no other one.
    stage.plugin(active("shop", "shop_"), Contributions(migrations=Migrations(folder=folder)))
