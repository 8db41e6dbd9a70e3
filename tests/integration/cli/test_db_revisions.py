"""``app db new``, ``check``, ``sql``, ``rollback`` and what ``migrate`` refuses, on a real project."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, inspect, text

from host.cli.root import run
from host.config import DatabaseConfig
from host.data import Database, ProcessTable
from host.data.migrate.safety import squawk
from host.testing.distributions import TemporaryDistributions

MANIFEST = '[plugin]\nhost = ">=1.0,<2"\ntables = "shop_"\n'
PLUGIN = """
from pathlib import Path
from host import Migrations, Plugin, hookimpl
from sqlalchemy import Column, Integer, MetaData, String, Table

models = MetaData()
rows = Table("shop_row", models, Column("id", Integer, primary_key=True), Column("n", Integer))
extra = Path(__file__).with_name("extra")
if extra.exists():
    rows.append_column(Column("m", String(20)))
if Path(__file__).with_name("stray").exists():
    Table("_".join(("store", "row")), models, Column("id", Integer, primary_key=True))

class Hooks:
    @hookimpl
    def migrations(self):
        return Migrations(folder=Path(__file__).parent / "migrations", metadata=models)

plugin = Plugin(hooks=Hooks)
"""
REVISION = """
import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

def upgrade():
    op.create_table("shop_row", sa.Column("id", sa.Integer, primary_key=True), sa.Column("n", sa.Integer))

def downgrade():
    op.drop_table("shop_row")
"""


@pytest.fixture
def distributions(tmp_path: Path) -> Iterator[TemporaryDistributions]:
    folder = tmp_path / "site"
    folder.mkdir()
    with TemporaryDistributions(folder).on_path() as made:
        yield made


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, distributions: TemporaryDistributions) -> Path:
    """A project with a plugin that has one table, migrated, with a row in it."""
    root = tmp_path / "project"
    root.mkdir()
    (root / "plugins.toml").write_text("[plugins.shop]\n")
    monkeypatch.setenv("HOLDFAST_ROOT", str(root))
    files = {"plugin.toml": MANIFEST, "plugin.py": PLUGIN, "migrations/0001_row.py": REVISION}
    distributions.add("acme-shop", {"shop": files})
    assert run(["db", "migrate"]) == 0
    with opened(root) as connection, connection.begin():
        connection.execute(text("INSERT INTO shop_row (id, n) VALUES (1, 7)"))
    return root


@contextmanager
def opened(project: Path) -> Iterator[Connection]:
    database = Database(DatabaseConfig(), project / "var")
    with database.single.connect() as connection:
        yield connection
    database.dispose()


def columns(project: Path) -> list[str]:
    with opened(project) as connection:
        return [str(each["name"]) for each in inspect(connection).get_columns("shop_row")]


def folder(tmp_path: Path) -> Path:
    [found] = (tmp_path / "site").rglob("migrations")
    return found


NEW_COLUMN = ["db", "new", "shop", "Count it", "--template", "add_column", "--table", "shop_row", "--column", "k"]


def test_a_revision_is_written_checked_shown_run_and_rolled_back(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert run([*NEW_COLUMN, "--type", "sa.Integer()"]) == 0
    [path] = folder(tmp_path).glob("0002*")
    assert path.name == "0002_count_it.py"
    assert run(["db", "sql", "shop", "--from", "0001"]) == 0
    shown = capsys.readouterr().out
    assert "ALTER TABLE shop_row ADD COLUMN k INTEGER;" in shown
    assert "SET LOCAL lock_timeout = '2000ms';" in shown
    assert "UPDATE alembic_version_shop SET version_num = '0002';" in shown
    assert run(["db", "migrate", "shop"]) == 0
    assert columns(project) == ["id", "n", "k"]
    assert len(list((project / "var" / "snapshots").glob("*.db"))) == 1
    assert run(["db", "check", "shop"]) == 2
    assert "shop: column shop_row.k: only the database has it" in capsys.readouterr().out
    assert run(["db", "rollback", "shop"]) == 0
    said = capsys.readouterr().out
    assert "shop: rolled back 0002" in said
    assert "The next start runs them again" in said
    assert columns(project) == ["id", "n"]


def test_the_difference_between_models_and_tables_becomes_a_revision(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    folder(tmp_path).with_name("extra").touch()
    forget_plugin()
    assert run(["db", "check", "shop"]) == 2
    assert "column shop_row.m: the models have it, the database has not" in capsys.readouterr().out
    assert run(["db", "new", "shop", "What came", "--autogenerate"]) == 0
    assert run(["db", "migrate"]) == 0
    assert columns(project) == ["id", "n", "m"]
    assert run(["db", "check", "shop"]) == 0
    assert "nothing to object to" in capsys.readouterr().out


def test_the_same_on_postgresql(
    project: Path,
    tmp_path: Path,
    postgres_config: DatabaseConfig,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    monkeypatch.setenv("DATABASE_URL", postgres_config.url)
    index = ["--template", "add_index", "--table", "shop_row", "--column", "n"]
    assert run(["db", "migrate"]) == 0
    assert run(["db", "new", "shop", "Find by n", *index]) == 0
    assert run(["db", "sql", "shop", "--from", "0001"]) == 0
    assert "CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_shop_row_n ON shop_row (n);" in capsys.readouterr().out
    assert run(["db", "migrate"]) == 0
    assert run(["db", "check", "shop"]) == 2
    assert "index ix_shop_row_n of shop_row: only the database has it" in capsys.readouterr().out
    assert run(["db", "rollback", "shop", "base"]) == 0
    assert "shop: rolled back 0002, 0001" in capsys.readouterr().out


def forget_plugin() -> None:
    """Let the next command read the plugin anew, as another process would."""
    for name in [name for name in sys.modules if name.startswith("acme_shop")]:
        del sys.modules[name]


def test_a_table_of_the_models_outside_the_prefix_is_told_also_where_its_name_is_computed(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    folder(tmp_path).with_name("stray").touch()
    forget_plugin()
    assert run(["db", "check", "shop"]) == 2
    assert "shop: table store_row: the models have it, but it does not begin with shop_" in capsys.readouterr().out


def risky(tmp_path: Path, head: str = "") -> None:
    text_ = REVISION.replace('"0001"', '"0002"').replace("= None", '= "0001"')
    body = text_[: text_.index("def upgrade")]
    (folder(tmp_path) / "0002_risky.py").write_text(
        f'{body}{head}\ndef upgrade():\n    op.drop_column("shop_row", "n")\n\ndef downgrade():\n    pass\n'
    )


def test_what_would_break_the_older_version_is_refused_with_the_safe_way(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    risky(tmp_path)
    assert run(["db", "migrate"]) == 1
    said = capsys.readouterr().err
    assert "shop 0002 (0002_risky.py:10)" in said
    assert "app db new shop MESSAGE --template contract" in said
    assert columns(project) == ["id", "n"]
    assert run(["db", "check", "shop", "--json"]) == 1
    [risk] = json.loads(capsys.readouterr().out)["risks"]
    assert (risk["rule"], risk["line"], risk["harm"]) == ("drop-column-early", 10, "breaks")
    assert run(["db", "migrate", "--accept-risks"]) == 0
    assert columns(project) == ["id"]


def test_a_contract_step_waits_and_is_told(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    database = Database(DatabaseConfig(), project / "var")
    old = ProcessTable(database).register("web", "0.9", "h", {"shop": "0001"})
    risky(tmp_path, 'phase = "contract"')
    assert run(["db", "migrate"]) == 2
    said = capsys.readouterr()
    assert "shop: contract 0002 waits for web process" in said.err
    assert "(version 0.9)" in said.err
    assert run(["db", "status", "--json"]) == 2
    states = {row["id"]: row["state"] for row in json.loads(capsys.readouterr().out)["targets"]}
    assert states == {"host": "at head", "shop": "waits"}
    ProcessTable(database).remove(old)
    database.dispose()
    assert run(["db", "migrate"]) == 0
    assert columns(project) == ["id"]


def test_a_rollback_that_loses_data_is_refused(project: Path, capsys: pytest.CaptureFixture[str]):
    assert run(["db", "rollback", "shop"]) == 1
    said = capsys.readouterr().err
    assert "would lose 0001: 1 rows of shop_row" in said
    assert "--accept-data-loss" in said
    assert columns(project) == ["id", "n"]
    assert run(["db", "rollback", "shop", "--accept-data-loss"]) == 0
    assert run(["db", "rollback", "shop"]) == 0
    assert "nothing to roll back" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["new", "nowhere", "It"], "There are no tables of 'nowhere' to migrate"),
        (["new", "shop", "It", "--template", "nothing"], "There is no template 'nothing'"),
        ([*NEW_COLUMN[1:], "--autogenerate"], "--autogenerate fills an empty revision"),
        (["sql", "shop", "--from", "0009"], "shop has no revision 0009"),
        (["migrate", "nowhere"], "There are: host, shop"),
        (["rollback", "shop", "0009"], "never had revision 0009"),
    ],
)
@pytest.mark.usefixtures("project")
def test_what_is_not_there_is_told(capsys: pytest.CaptureFixture[str], words: list[str], says: str):
    assert run(["db", *words]) in (1, 3)
    assert says in capsys.readouterr().err


@pytest.mark.usefixtures("project")
def test_without_squawk_it_is_said_how_to_get_it(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(squawk, "executable", lambda: None)
    assert run(["db", "check"]) == 0
    assert "pip install 'holdfast[check]'" in capsys.readouterr().err


@pytest.mark.usefixtures("project")
def test_every_revision_of_the_host_is_shown(capsys: pytest.CaptureFixture[str]):
    for dialect in ("postgresql", "sqlite"):
        assert run(["db", "sql", "host", "--dialect", dialect]) == 0
        assert "CREATE TABLE host_migration" in capsys.readouterr().out
