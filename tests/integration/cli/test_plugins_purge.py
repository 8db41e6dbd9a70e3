"""`app plugins purge` deletes a plugin's own things, all of them, and nobody else's."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from host.cli.root import run
from host.config import DatabaseConfig, load_config
from host.data import Database, Migrator, host_target
from host.kernel.choices import Toggle
from host.kernel.exposure import Exposure
from host.kernel.flags.overrides import Override
from host.kernel.flags.store import FlagStore
from host.kernel.toggles import ToggleStore
from host.testing.distributions import TemporaryDistributions

MANIFEST = '[plugin]\nhost = ">=1.0,<2"\ntables = "{prefix}"\n'
Tables = Callable[[], set[str]]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database_config: DatabaseConfig) -> Path:
    """A project on each database, whose plugin `shop` is switched off."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "plugins.toml").write_text("[plugins.shop]\nenabled = false\n")
    monkeypatch.setenv("HOLDFAST_ROOT", str(folder))
    monkeypatch.setenv("DATABASE_URL", database_config.url)
    return folder


@pytest.fixture
def store(root: Path) -> Database:
    """The project's database with tables of `shop`, of `other`, and of nobody."""
    database = Database(load_config(root).database, root / "var")
    Migrator(database, [host_target()]).upgrade()
    with database.begin() as unit:
        for statement in (
            "CREATE TABLE shop_customer (id INTEGER PRIMARY KEY)",
            "CREATE TABLE shop_order (id INTEGER PRIMARY KEY, customer INTEGER REFERENCES shop_customer(id))",
            "CREATE TABLE alembic_version_shop (version_num VARCHAR(32))",
            "CREATE TABLE other_thing (id INTEGER PRIMARY KEY)",
            "CREATE TABLE stray (id INTEGER PRIMARY KEY)",
            "INSERT INTO shop_customer VALUES (1), (2)",
            "INSERT INTO shop_order VALUES (1, 1)",
        ):
            unit.session.execute(text(statement))
    return database


@pytest.fixture
def tables(store: Database) -> Tables:
    """What tables there are."""

    def read() -> set[str]:
        with store.begin(readonly=True) as unit:
            return {name for name in inspect(unit.session.connection()).get_table_names() if "host" not in name}

    return read


@pytest.fixture
def installed(tmp_path: Path) -> "TemporaryDistributions":
    """Distributions on this process's path."""
    site = tmp_path / "site"
    site.mkdir()
    return TemporaryDistributions(site)


def _shop(made: TemporaryDistributions, prefix: str = "shop_") -> None:
    made.add("acme-shop", {"shop": {"plugin.toml": MANIFEST.format(prefix=prefix)}})


def test_drops_its_tables_with_their_rows_and_its_folder(
    root: Path, tables: Tables, installed: TemporaryDistributions, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = root / "var" / "plugins" / "shop"
    folder.mkdir(parents=True)
    (folder / "picture.png").write_bytes(b"12345")
    with installed.on_path():
        _shop(installed)
        assert run(["plugins", "purge", "shop", "--yes"]) == 0
    shown = capsys.readouterr().out
    assert "table shop_customer  2 row(s)" in shown
    assert "table shop_order  1 row(s)" in shown
    assert "1 file(s), 5 bytes" in shown
    assert tables() == {"other_thing", "stray"}
    assert not folder.exists()


def test_shows_everything_and_deletes_nothing_without_yes(
    root: Path, tables: Tables, installed: TemporaryDistributions, capsys: pytest.CaptureFixture[str]
) -> None:
    before = tables()
    with installed.on_path():
        _shop(installed)
        assert run(["plugins", "purge", "shop"]) == 4
    told = capsys.readouterr()
    assert "table shop_customer  2 row(s)" in told.out
    assert "--yes" in told.err
    assert tables() == before


def test_refuses_a_plugin_that_is_switched_on(
    root: Path, tables: Tables, installed: TemporaryDistributions, capsys: pytest.CaptureFixture[str]
) -> None:
    before = tables()
    (root / "plugins.toml").write_text("[plugins.shop]\n")
    with installed.on_path():
        _shop(installed)
        assert run(["plugins", "purge", "shop", "--yes"]) == 4
    assert "app plugins disable shop" in capsys.readouterr().err
    assert tables() == before


def test_refuses_while_processes_may_still_run_it(
    root: Path, store: Database, tables: Tables, installed: TemporaryDistributions, capsys: pytest.CaptureFixture[str]
) -> None:
    from host.data import ProcessTable

    before = tables()
    ProcessTable(store).register("web", "0.1.0", "plan with the shop")
    with installed.on_path():
        _shop(installed)
        assert run(["plugins", "purge", "shop", "--yes"]) == 4
    assert "still runs another plan" in capsys.readouterr().err
    assert tables() == before


def test_a_package_that_is_gone_needs_the_prefix(
    root: Path, tables: Tables, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["plugins", "purge", "shop", "--yes"]) == 0
    shown = capsys.readouterr().out
    assert "Tables of nobody known: other_thing, shop_customer, shop_order, stray" in shown
    assert tables() == {"other_thing", "shop_customer", "shop_order", "stray"}
    assert run(["plugins", "purge", "shop", "--tables", "shop_", "--yes"]) == 0
    assert tables() == {"other_thing", "stray"}


def test_a_broken_manifest_needs_the_prefix_too(root: Path, tables: Tables, installed: TemporaryDistributions) -> None:
    with installed.on_path():
        installed.add("acme-shop", {"shop": {"plugin.toml": "not [toml"}})
        assert run(["plugins", "purge", "shop", "--tables", "shop_", "--yes"]) == 0
    assert tables() == {"other_thing", "stray"}


@pytest.mark.parametrize("prefix", ["host_", "h_", "other_", "oth_", "", "shop", "Shop_", "alembic_"])
def test_refuses_a_prefix_that_reaches_further(
    root: Path, tables: Tables, installed: TemporaryDistributions, prefix: str
) -> None:
    before = tables()
    with installed.on_path():
        installed.add("acme-other", {"other": {"plugin.toml": MANIFEST.format(prefix="other_")}})
        code = run(["plugins", "purge", "shop", "--tables", prefix, "--yes"])
    # "h_" and "oth_" are prefixes of nobody's: nothing to drop but the version table.
    assert code == (0 if prefix in ("h_", "oth_") else 3 if prefix in ("", "shop", "Shop_") else 4)
    assert before - tables() <= {"alembic_version_shop"}


def test_refuses_a_prefix_that_another_plugin_s_begins_with(
    root: Path, tables: Tables, installed: TemporaryDistributions, capsys: pytest.CaptureFixture[str]
) -> None:
    before = tables()
    with installed.on_path():
        _shop(installed)
        installed.add("acme-bonus", {"bonus": {"plugin.toml": MANIFEST.format(prefix="shop_bonus_")}})
        assert run(["plugins", "purge", "shop", "--yes"]) == 4
    assert "bonus" in capsys.readouterr().err
    assert tables() == before


def test_a_prefix_that_contradicts_the_manifest_is_refused(
    root: Path, tables: Tables, installed: TemporaryDistributions
) -> None:
    with installed.on_path():
        _shop(installed)
        assert run(["plugins", "purge", "shop", "--tables", "other_", "--yes"]) == 3
    assert "other_thing" in tables()


def test_others_that_refer_to_its_rows_keep_everything(
    root: Path, store: Database, tables: Tables, installed: TemporaryDistributions, capsys: pytest.CaptureFixture[str]
) -> None:
    with store.begin() as unit:
        unit.session.execute(text("CREATE TABLE invoice (id INTEGER, customer INTEGER REFERENCES shop_customer(id))"))
        unit.session.execute(text("INSERT INTO invoice VALUES (1, 1)"))
    folder = root / "var" / "plugins" / "shop"
    folder.mkdir(parents=True)
    before = tables()
    with installed.on_path():
        _shop(installed)
        assert run(["plugins", "purge", "shop", "--yes"]) == 1
    assert "Nothing was deleted" in capsys.readouterr().err
    assert tables() == before
    assert folder.exists()


def test_run_time_settings_go_but_never_what_keeps_it_off(
    root: Path, store: Database, installed: TemporaryDistributions
) -> None:
    toggles = ToggleStore(store, root / "var")
    (root / "plugins.toml").write_text("[plugins.shop]\n")
    toggles.write("shop", Toggle(enabled=False, exposure=Exposure(percent=5), by="ada"))
    with installed.on_path():
        _shop(installed)
        assert run(["plugins", "purge", "shop", "--yes"]) == 0
    left = toggles.read()["shop"]
    assert (left.enabled, left.exposure) == (False, None)
    (root / "plugins.toml").write_text("")
    with installed.on_path():
        assert run(["plugins", "purge", "shop", "--yes"]) == 0
    assert "shop" not in toggles.read()


def test_nothing_left_is_no_error(root: Path, store: Database, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["plugins", "purge", "never_seen", "--tables", "never_", "--yes"]) == 0
    assert "Nothing is left of never_seen" in capsys.readouterr().out


def test_what_operators_set_for_its_flags_goes_too(root: Path, store: Database, tables: Tables) -> None:
    flags = FlagStore(store, root / "var")
    with store.begin():
        for name in ("shop.quick", "shopping.list"):
            flags.write(name, Override(True, by="olga"))
    assert run(["plugins", "purge", "shop", "--yes"]) == 0
    assert set(flags.read()) == {"shopping.list"}
