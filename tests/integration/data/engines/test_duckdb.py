"""DuckDB as a development database: what works on it, what doesn't and how that is said."""

import builtins
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Index, MetaData, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from host.config import DatabaseConfig
from host.config.load import load_config
from host.data import ChangeFeed, Database, DatabaseUnavailableError, Migrator, ProcessTable, UnitOfWork, host_target
from host.data.audit.tables import AuditRow
from host.data.engines.business import DoomedUnitError
from host.data.engines.duckdb import create_missing_tables
from host.errors import ConfigError, HostError, SchemaError
from host.testing import HostAppFactory
from plugins.warehouse.models import Article
from plugins.warehouse.services.article_input import ArticleInput
from plugins.warehouse.services.movements import Booking
from plugins.warehouse.services.order_input import LineInput, OrderInput

URL = "duckdb:///dev.duckdb"


class Base(DeclarativeBase):
    """Tables of these tests."""


class Thing(Base):
    """A row to write."""

    __tablename__ = "test_thing"
    __table_args__ = (Index("uq_test_thing_name_live", "name", unique=True, sqlite_where=text("gone = 0")),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    gone: Mapped[int] = mapped_column(default=0)


@pytest.fixture
def duck(tmp_path: Path) -> Iterator[Database]:
    database = Database(DatabaseConfig(url=URL), tmp_path)
    Migrator(database, [host_target()]).upgrade()
    assert database.engines.business is not None
    create_missing_tables(database.engines.business, "test", Base.metadata)
    yield database
    database.dispose()


def names(database: Database) -> list[str]:
    with database.begin(readonly=True) as unit:
        return list(unit.session.scalars(select(Thing.name).order_by(Thing.id)))


def test_business_rows_lie_in_duckdb_and_the_hosts_in_sqlite(duck: Database, tmp_path: Path):
    with duck.begin() as unit:
        unit.session.add_all([Thing(name="a"), Thing(name="b")])
    ProcessTable(duck).register("web", "1", "x")
    assert names(duck) == ["a", "b"]
    with duck.begin(readonly=True) as unit:
        assert unit.session.get_bind(Thing).dialect.name == "duckdb"
        assert unit.session.get_bind(AuditRow).dialect.name == "sqlite"
        assert unit.session.scalar(select(func.count()).select_from(Thing)) == 2
    assert {"dev.duckdb", "dev.duckdb.system.db"} <= {path.name for path in tmp_path.iterdir()}


def test_a_failing_unit_leaves_nothing(duck: Database):
    with pytest.raises(KeyError), duck.begin() as unit:
        unit.session.add(Thing(name="a"))
        unit.session.flush()
        raise KeyError
    assert names(duck) == []


def test_run_tx_and_the_change_feed_work(duck: Database):
    feed = ChangeFeed(duck)

    def write(unit: UnitOfWork) -> None:
        unit.session.add(Thing(name="a"))
        feed.publish("thing", "a")

    duck.run_tx(write)
    assert names(duck) == ["a"]
    with duck.begin(readonly=True) as unit:
        assert unit.session.execute(text("SELECT topic, key FROM host_change")).all() == [("thing", "a")]


def test_a_nested_unit_that_ends_well_is_kept(duck: Database):
    with duck.begin() as unit:
        unit.session.add(Thing(name="outer"))
        with duck.begin() as inner:
            inner.session.add(Thing(name="inner"))
    assert sorted(names(duck)) == ["inner", "outer"]


@pytest.mark.filterwarnings("ignore:transaction already deassociated")
def test_a_nested_unit_that_fails_takes_the_outer_one_with_it_and_says_so(duck: Database):
    with pytest.raises(DoomedUnitError, match="can't undo it alone"), duck.begin() as unit:
        unit.session.add(Thing(name="outer"))
        try:
            with duck.begin() as inner:
                inner.session.add(Thing(name="inner"))
                inner.session.flush()
                raise KeyError
        except KeyError:
            pass
    assert names(duck) == []
    # The connection is free for the next unit.
    with duck.begin() as unit:
        unit.session.add(Thing(name="next"))
    assert names(duck) == ["next"]


def test_a_read_only_unit_refuses_writes(duck: Database):
    with pytest.raises(DBAPIError, match=r"read-only"), duck.begin(readonly=True) as unit:
        unit.session.add(Thing(name="a"))
        unit.session.flush()


def test_a_join_across_both_databases_is_refused(duck: Database):
    with pytest.raises(HostError, match="two databases"), duck.begin(readonly=True) as unit:
        unit.session.execute(select(Thing.id, AuditRow.id).join(AuditRow, AuditRow.id == Thing.id))


def test_plain_sql_reaches_the_hosts_tables_only_and_fails_loudly(duck: Database):
    with pytest.raises(DBAPIError, match="no such table"), duck.begin(readonly=True) as unit:
        unit.session.execute(text("SELECT * FROM test_thing"))


def test_a_second_process_is_told_what_and_how(duck: Database, tmp_path: Path):
    with duck.begin() as unit:
        unit.session.add(Thing(name="a"))
    code = """
import sys
from pathlib import Path
from sqlalchemy import Column, Integer, MetaData, Table, select
from host.config import DatabaseConfig
from host.data import Database
database = Database(DatabaseConfig(url="duckdb:///dev.duckdb"), Path(sys.argv[1]))
try:
    with database.begin(readonly=True) as unit:
        unit.session.execute(select(Table("test_thing", MetaData(), Column("id", Integer)).c.id))
except Exception as error:
    print(type(error).__name__, error)
"""
    said = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], check=True, capture_output=True, text=True
    ).stdout
    assert said.startswith(DatabaseUnavailableError.__name__)
    assert "Another process has the DuckDB file open, and only one can" in said
    assert "set DATABASE_URL to SQLite or PostgreSQL" in said


def test_a_table_that_lacks_a_column_is_refused(duck: Database):
    class Newer(DeclarativeBase):
        metadata = MetaData()

    class NewThing(Newer):
        __tablename__ = "test_thing"
        id: Mapped[int] = mapped_column(primary_key=True)
        colour: Mapped[str]

    with pytest.raises(SchemaError, match="test_thing lacks colour") as refused:
        create_missing_tables(duck.engines.business, "test", Newer.metadata)
    assert "Remove the DuckDB file" in refused.value.remedy


def test_models_are_needed(duck: Database):
    with pytest.raises(SchemaError, match="name no metadata"):
        create_missing_tables(duck.engines.business, "test", None)


def test_without_the_package_the_command_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    found = builtins.__import__

    def without_duckdb(name: str, *args: object) -> object:
        if name.startswith("duckdb"):
            raise ImportError(name)
        return found(name, *args)

    monkeypatch.setattr(builtins, "__import__", without_duckdb)
    with pytest.raises(ConfigError, match="not installed") as missing:
        Database(DatabaseConfig(url=URL), tmp_path)
    assert 'pip install "holdfast[duckdb]"' in missing.value.remedy


def test_memory_is_refused(tmp_path: Path):
    with pytest.raises(ConfigError, match="no DuckDB file"):
        Database(DatabaseConfig(url="duckdb:///:memory:"), tmp_path)


@pytest.mark.parametrize(
    "settings",
    [{"env": "stage"}, {"env": "prod"}, {"env": "dev", "server.replicas": 2}],
    ids=lambda settings: "-".join(map(str, settings.values())),
)
def test_it_is_refused_where_it_would_harm(settings: dict[str, object], tmp_path: Path):
    with pytest.raises(ConfigError) as refused:
        load_config(tmp_path, cli={"database.url": URL, **settings})
    assert "CFG-DUCKDB" in str(refused.value)


def test_the_warehouse_works_on_it(make_host_app: HostAppFactory):
    app = make_host_app(["warehouse"], config={"database.url": URL})
    services = app.services("warehouse")
    with app.context(plugin="warehouse"):
        tea = services.articles.create(ArticleInput(number="T-1", name="Tee"))
        services.movements.receive(Booking(article_id=tea.id, quantity=Decimal(10), place="HL-01", lot="L1"))
        order = services.orders.create(OrderInput("Müller GmbH", [LineInput(tea.id, Decimal(4))]))
        services.orders.reserve(order.id)
        services.orders.ship(order.id)
    assert "1 entry" in app.call("warehouse/articles").assert_success().texts
    assert app.application.health().status == "ok"
    database = app.application.host.database()
    with database.begin(readonly=True) as unit:
        article = unit.session.scalars(select(Article)).one()
        assert (article.stock, article.reserved) == (6, 0)
        tables = Counter(unit.session.scalars(select(AuditRow.table_name)))
        # Nothing of the warehouse lies in SQLite, not even an empty table that somebody could read by mistake.
        assert unit.session.scalar(text("SELECT count(*) FROM sqlite_master WHERE name LIKE 'warehouse_%'")) == 0
    assert {"warehouse_article", "warehouse_movement", "warehouse_order"} <= set(tables)
