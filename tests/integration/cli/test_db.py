"""``app db`` on a real project with throw-away plugins."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, inspect, text

from host.cli.root import run
from host.config import DatabaseConfig
from host.data import Database
from host.testing.distributions import TemporaryDistributions

MANIFEST = '[plugin]\nhost = ">=1.0,<2"\ntables = "{id}_"\n'
PLUGIN = """
from pathlib import Path
from host import AUDITED, Plugin, hookimpl
from host.contributions import Migrations, Seed
from host.data import Database
from dependency_injector import containers, providers
from sqlalchemy import text

class Services(containers.DeclarativeContainer):
    database = providers.Dependency()
    store = providers.ThreadSafeSingleton(lambda database: database, database)

class Hooks:
    @hookimpl
    def migrations(self):
        return Migrations(folder=Path(__file__).parent / "migrations")

    @hookimpl
    def seeds(self, services):
        def rows():
            with services.store.begin() as unit:
                statement = text("INSERT INTO {id}_row (id) VALUES (1) ON CONFLICT DO NOTHING")
                unit.session.execute(statement, execution_options=AUDITED)
            yield "one row"

        def broken():
            yield "beginning"
            raise ValueError("of mine")

        return [Seed(name="rows", title="A row", run=rows), Seed(name="broken", title="Breaks", run=broken)]

plugin = Plugin(services=Services, hooks=Hooks)
"""
REVISION = """
import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

def upgrade():
    op.create_table("{id}_row", sa.Column("id", sa.Integer, primary_key=True))

def downgrade():
    op.drop_table("{id}_row")
"""


def files(id_: str, **changed: str) -> dict[str, str]:
    """A plugin with one table and two seeds."""
    made = {"plugin.toml": MANIFEST, "plugin.py": PLUGIN, "migrations/0001_row.py": REVISION}
    return {name: text.replace("{id}", id_) for name, text in made.items()} | changed


@pytest.fixture
def distributions(tmp_path: Path) -> Iterator[TemporaryDistributions]:
    folder = tmp_path / "site"
    folder.mkdir()
    with TemporaryDistributions(folder).on_path() as made:
        yield made


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, distributions: TemporaryDistributions) -> Path:
    """A project that lists `shop`, which is fine, and `club`, which each test installs or not."""
    root = tmp_path / "project"
    root.mkdir()
    (root / "plugins.toml").write_text("[plugins.shop]\n")
    monkeypatch.setenv("HOLDFAST_ROOT", str(root))
    distributions.add("acme-shop", {"shop": files("shop")})
    return root


def add_club(project: Path, distributions: TemporaryDistributions, **changed: str) -> None:
    distributions.add("acme-club", {"club": files("club") | changed})
    (project / "plugins.toml").write_text("[plugins.shop]\n[plugins.club]\n")


@contextmanager
def opened(project: Path) -> Iterator[Connection]:
    database = Database(DatabaseConfig(), project / "var")
    with database.single.connect() as connection:
        yield connection
    database.dispose()


def tables(project: Path) -> set[str]:
    with opened(project) as connection:
        return set(inspect(connection).get_table_names())


def shown(capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, object]]:
    return {row["id"]: row for row in json.loads(capsys.readouterr().out)["targets"]}


@pytest.mark.parametrize("surroundings", [{}, {"APP_DATABASE__MIGRATE": "check"}, {"FEATURE_MIGRATIONS": "false"}])
def test_migrate_brings_host_and_plugins_to_head_whatever_a_start_would_do(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, surroundings: dict[str, str]
):
    for name, value in surroundings.items():
        monkeypatch.setenv(name, value)
    assert run(["db", "status", "--json"]) == 2
    assert {row["state"] for row in shown(capsys).values()} == {"behind"}
    assert "shop_row" not in tables(project)
    assert run(["db", "migrate", "--json"]) == 0
    found = shown(capsys)
    assert [(each, row["state"], row["ran"]) for each, row in found.items()] == [
        ("host", "at head", [f"{number:04}" for number in range(1, 8)]),
        ("shop", "at head", ["0001"]),
    ]
    assert {"host_change", "shop_row"} <= tables(project)
    assert run(["db", "status", "--json"]) == 0
    assert run(["db", "migrate"]) == 0


def test_a_broken_revision_is_named_and_the_others_are_migrated(
    project: Path, distributions: TemporaryDistributions, capsys: pytest.CaptureFixture[str]
):
    broken = REVISION.replace("{id}", "club").replace(
        "def downgrade", "    raise ValueError('of mine')\n\ndef downgrade"
    )
    add_club(project, distributions, **{"migrations/0001_row.py": broken})
    assert run(["db", "migrate"]) == 1
    said = capsys.readouterr()
    assert "Schema of club, revision 0001: ValueError: of mine" in said.err
    assert "Fix: " in said.err
    assert "shop_row" in tables(project)
    assert "club_row" not in tables(project)
    assert run(["db", "status"]) == 2


def test_a_plugin_that_cannot_be_loaded_makes_it_degraded(
    project: Path, distributions: TemporaryDistributions, capsys: pytest.CaptureFixture[str]
):
    add_club(project, distributions, **{"plugin.py": "raise ValueError('of mine')"})
    assert run(["db", "migrate", "--json"]) == 2
    found = shown(capsys)
    assert found["shop"]["state"] == "at head"
    assert found["club"]["state"] == "unknown"
    assert "of mine" in str(found["club"]["fault"])


def test_a_plugin_whose_package_is_gone_stops_nobody_and_goes_on_when_it_is_back(
    project: Path, distributions: TemporaryDistributions, capsys: pytest.CaptureFixture[str]
):
    add_club(project, distributions)
    assert run(["db", "migrate"]) == 0
    with opened(project) as connection, connection.begin():
        connection.execute(text("INSERT INTO shop_row (id) VALUES (7)"))
    for name in ("acme-shop", "acme-club"):
        distributions.remove(name)
    second = REVISION.replace('"0001"', '"0002"').replace("= None", '= "0001"').replace("_row", "_more")
    distributions.add(
        "acme-club", {"club": files("club", **{"migrations/0002_more.py": second.replace("{id}", "club")})}
    )
    capsys.readouterr()
    assert run(["db", "migrate", "--json"]) == 2
    found = shown(capsys)
    assert {each: row["state"] for each, row in found.items()} == {
        "host": "at head",
        "club": "at head",
        "shop": "unknown",
    }
    assert found["club"]["ran"] == ["0002"]
    distributions.add(
        "acme-shop", {"shop": files("shop", **{"migrations/0002_more.py": second.replace("{id}", "shop")})}
    )
    assert run(["db", "migrate", "--json"]) == 0
    assert shown(capsys)["shop"]["ran"] == ["0002"]
    with opened(project) as connection:
        assert connection.scalar(text("SELECT id FROM shop_row")) == 7


def test_a_broken_plugin_without_tables_does_not_matter_here(project: Path, distributions: TemporaryDistributions):
    manifest = MANIFEST.replace('tables = "{id}_"\n', "")
    add_club(project, distributions, **{"plugin.toml": manifest, "plugin.py": "raise ValueError('of mine')"})
    assert run(["db", "migrate"]) == 0


def test_seeds_are_run_as_somebody_once_each_and_a_failing_one_stops_no_other(
    project: Path, distributions: TemporaryDistributions, capsys: pytest.CaptureFixture[str]
):
    add_club(project, distributions)
    for _ in range(2):
        assert run(["db", "seed"]) == 1
    said = capsys.readouterr()
    assert said.out.count("one row") == 4
    assert "ValueError: of mine" in said.err
    with opened(project) as connection:
        assert connection.scalar(text("SELECT count(*) FROM club_row")) == 1


@pytest.mark.parametrize("name", ["shop.rows"])
def test_a_seed_can_be_chosen(project: Path, capsys: pytest.CaptureFixture[str], name: str):
    assert run(["db", "seed", name]) == 0
    assert "Breaks" not in capsys.readouterr().out


def test_an_unknown_seed_is_refused_with_those_there_are(project: Path, capsys: pytest.CaptureFixture[str]):
    assert run(["db", "seed", "nothing"]) == 3
    assert "shop.broken, shop.rows" in capsys.readouterr().err


def test_seeds_are_listed(project: Path, capsys: pytest.CaptureFixture[str]):
    assert run(["db", "seed", "--list"]) == 0
    assert "shop.rows" in capsys.readouterr().out
    assert "shop_row" in tables(project)
