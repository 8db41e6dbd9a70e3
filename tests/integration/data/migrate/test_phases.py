"""Groups of revisions, steps outside transactions, backfills and contract steps, on both databases."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from host.data import Database, Migrator, ProcessTable, Target, host_target
from host.data.migrate import patience, upgrade
from host.data.migrate.policy import Policy
from host.data.migrate.snapshots import Snapshots
from host.errors import SchemaError
from tests.effort import effort

CREATE_A = 'op.create_table("shop_a", sa.Column("id", sa.Integer, primary_key=True), sa.Column("n", sa.Integer))'
ADD_M = 'op.add_column("shop_a", sa.Column("m", sa.Integer, nullable=True))'
DROP_N = 'op.drop_column("shop_a", "n")'
CONTRACT = 'phase = "contract"'
INDEX = 'op.create_index("ix_shop_a_n", "shop_a", ["n"], if_not_exists=True, postgresql_concurrently=True, unique=True)'
UNINDEX = 'op.drop_index("ix_shop_a_n", "shop_a", if_exists=True, postgresql_concurrently=True)'
ALONE = "transactional = False"
STOP = """
    if after >= 20 and not Path(__file__).with_suffix(".go").exists():
        print("midway", flush=True)
        sys.stdin.readline()
"""
FILL = """
phase = "backfill"
def backfill(connection, cursor):
    after = cursor or 0
    query = sa.text("SELECT id FROM shop_a WHERE id > :after ORDER BY id LIMIT 10")
    ids = [row.id for row in connection.execute(query, {"after": after})]
    if not ids:
        return None
    fill = sa.text("UPDATE shop_a SET m = coalesce(m, 0) + n WHERE id BETWEEN :a AND :b")
    connection.execute(fill, {"a": ids[0], "b": ids[-1]})
    return ids[-1], len(ids)
"""

on_postgresql = pytest.mark.parametrize("database_config", ["postgresql"], indirect=True)

Revise = Callable[..., Target]


@pytest.fixture
def shop(database: Database, revise: Revise) -> Target:
    """A table in use, in a database with the host's tables."""
    target = revise(1, CREATE_A, 'op.drop_table("shop_a")')
    Migrator(database, [target]).upgrade()
    return target


def columns(database: Database) -> set[str]:
    return {str(each["name"]) for each in inspect(database.single).get_columns("shop_a")}


def insert(database: Database, count: int, value: str = "id") -> None:
    with database.begin() as unit:
        for number in range(1, count + 1):
            unit.session.execute(
                text(f"INSERT INTO shop_a (id, n) SELECT {number}, {value.replace('id', str(number))}")
            )


def value(database: Database, query: str) -> object:
    with database.begin(readonly=True) as unit:
        return unit.session.scalar(text(query))


def invalid(database: Database) -> list[str]:
    """Indexes that PostgreSQL did not build to their end."""
    query = "SELECT relname FROM pg_index JOIN pg_class ON oid = indexrelid WHERE NOT indisvalid"
    with database.begin(readonly=True) as unit:
        return list(unit.session.scalars(text(query)))


def test_a_contract_step_waits_while_a_process_lives_whose_code_does_not_know_it(
    database: Database, shop: Target, revise: Revise
):
    table = ProcessTable(database)
    old = table.register("web", "1.0", "h", {"host": "0005", "shop": "0001"})
    table.register("web", "1.0", "h", {"host": "0005"})
    revise(2, ADD_M)
    revise(3, DROP_N, head=CONTRACT)
    migrator = Migrator(database, [shop])
    migrator.upgrade()
    [status] = migrator.status()
    assert (status.current, status.pending, status.required, status.usable) == ("0002", ("0003",), (), True)
    assert status.waits.startswith("contract 0003 waits for web process ")
    assert status.waits.endswith("(version 1.0)")
    assert columns(database) == {"id", "n", "m"}
    migrator.require_usable("shop")
    with pytest.raises(SchemaError, match="lacks 0003"):
        migrator.require_head("shop")
    table.remove(old)
    migrator.upgrade()
    assert columns(database) == {"id", "m"}


@pytest.mark.parametrize("heads", [None, {"shop": "0001"}, {"shop": "0002"}, {"shop": "0003"}, {"shop": "0009"}, {}])
def test_only_older_code_is_waited_for(database: Database, shop: Target, revise: Revise, heads: dict[str, str] | None):
    ProcessTable(database).register("worker", "1.0", "h", heads)
    revise(2, ADD_M)
    revise(3, DROP_N, head=CONTRACT)
    Migrator(database, [shop]).upgrade()
    older = heads is None or heads.get("shop") in ("0001", "0002")
    assert ("n" in columns(database)) == older


def test_it_can_be_told_to_wait(database: Database, shop: Target, revise: Revise, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(upgrade, "WAIT_STEP_S", 0.05)
    table = ProcessTable(database)
    old = table.register("web", "1.0", "h", {"shop": "0001"})
    revise(2, DROP_N, head=CONTRACT)
    threading.Timer(0.3, table.remove, [old]).start()
    Migrator(database, [shop], Policy(wait_s=60)).upgrade()
    assert columns(database) == {"id"}


def test_older_code_goes_on_after_expand_steps_but_not_after_a_contract_step(
    database: Database, shop: Target, revise: Revise
):
    new = revise(2, ADD_M)
    Migrator(database, [new]).upgrade()
    newer = new.folder / "0002_step.py"
    newer.rename(newer.with_suffix(".away"))
    [status] = Migrator(database, [shop]).status()
    assert (status.current, status.at_head, status.fault) == ("0002", True, None)
    Migrator(database, [shop]).require_usable("shop")
    newer.with_suffix(".away").rename(newer)
    revise(3, DROP_N, head=CONTRACT)
    Migrator(database, [shop]).upgrade()
    for number in ("0002", "0003"):
        (new.folder / f"{number}_step.py").unlink()
    with pytest.raises(SchemaError, match="at revision 0003, which is not among the files"):
        Migrator(database, [shop]).require_usable("shop")


def test_what_ran_is_on_record(database: Database, shop: Target):
    with database.begin(readonly=True) as unit:
        query = "SELECT target, revision, down_revision, phase FROM host_migration WHERE target = 'shop'"
        assert unit.session.execute(text(query)).all() == [("shop", "0001", None, "expand")]
    Migrator(database, [shop]).downgrade_all("shop")
    assert value(database, "SELECT count(*) FROM host_migration WHERE target = 'shop'") == 0


def test_an_index_is_built_outside_a_transaction_and_the_steps_around_it_inside(
    database: Database, shop: Target, revise: Revise
):
    revise(2, ADD_M)
    revise(3, INDEX, UNINDEX, head=ALONE)
    revise(4, 'op.add_column("shop_a", sa.Column("k", sa.Integer, nullable=True))', 'op.drop_column("shop_a", "k")')
    insert(database, 5)
    migrator = Migrator(database, [shop])
    migrator.upgrade()
    assert migrator.is_at_head("shop")
    assert [each["name"] for each in inspect(database.single).get_indexes("shop_a")] == ["ix_shop_a_n"]
    migrator.rollback("shop", "0002")
    assert inspect(database.single).get_indexes("shop_a") == []
    migrator.upgrade()
    assert migrator.is_at_head("shop")


def test_no_step_waits_for_what_the_migration_itself_has_looked_at(
    database: Database, shop: Target, revise: Revise, tmp_path: Path
):
    revise(2, INDEX, UNINDEX, head=ALONE)
    insert(database, 5)
    policy = Policy(snapshots=Snapshots(tmp_path / "data", required=True))
    Migrator(database, [shop], policy).upgrade()
    revise(3, UNINDEX, INDEX, head=ALONE)
    policy = Policy(snapshots=Snapshots(tmp_path / "data", required=True))
    Migrator(database, [shop], policy).upgrade()
    migrator = Migrator(database, [shop], Policy(snapshots=Snapshots(tmp_path / "data", required=True)))
    migrator.rollback("shop", "0002")
    migrator.rollback("shop", "base", accept_loss=True)
    assert not inspect(database.single).has_table("shop_a")


def test_all_of_a_target_goes_also_what_is_built_outside_transactions(database: Database, shop: Target, revise: Revise):
    revise(2, INDEX, UNINDEX, head=ALONE)
    revise(3, ADD_M, 'op.drop_column("shop_a", "m")')
    migrator = Migrator(database, [shop])
    migrator.upgrade()
    insert(database, 3)
    migrator.downgrade_all("shop")
    assert [name for name in inspect(database.single).get_table_names() if "shop" in name] == []


def test_an_index_that_cannot_be_built_leaves_nothing_and_what_came_before_stays(
    database: Database, shop: Target, revise: Revise
):
    revise(2, ADD_M)
    revise(3, INDEX, UNINDEX, head=ALONE)
    insert(database, 2, "7")
    migrator = Migrator(database, [shop])
    with pytest.raises(SchemaError, match="shop, revision 0003: "):
        migrator.upgrade()
    assert migrator.status()[0].current == ("0002" if database.dialect == "postgresql" else "0001")
    assert inspect(database.single).get_indexes("shop_a") == []
    with database.begin() as unit:
        unit.session.execute(text("DELETE FROM shop_a WHERE id = 2"))
    migrator.upgrade()
    assert migrator.is_at_head("shop")


@on_postgresql
def test_an_index_whose_build_was_killed_is_built_anew(database: Database, revise: Revise, spawn):
    shop = revise(1, CREATE_A)
    Migrator(database, [shop]).upgrade()
    insert(database, 3)
    revise(2, INDEX, UNINDEX, head=ALONE)
    # A reader with an old snapshot holds the build up after the index is in the catalogue, still invalid.
    with database.single.connect().execution_options(isolation_level="REPEATABLE READ") as reader:
        reader.execute(text("SELECT count(*) FROM shop_a"))
        child = spawn(f'Migrator(database, [Target("shop", Path({str(shop.folder)!r}), "shop_")]).upgrade()')
        deadline = time.monotonic() + 60
        while not invalid(database):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        child.process.kill()
        child.process.wait()
        # The server would go on building; let it fare like the client.
        building = "FROM pg_stat_activity WHERE query LIKE 'CREATE UNIQUE INDEX%'"
        with database.begin() as unit:
            assert unit.session.scalar(text(f"SELECT count(pg_terminate_backend(pid, 10000)) {building}")) == 1
    assert invalid(database) == ["ix_shop_a_n"]
    migrator = Migrator(database, [shop])
    assert migrator.status()[0].current == "0001"
    migrator.upgrade()
    assert invalid(database) == []
    assert [each["name"] for each in inspect(database.single).get_indexes("shop_a")] == ["ix_shop_a_n"]


@on_postgresql
def test_those_who_wait_for_the_lock_do_not_hold_up_an_index(database: Database, revise: Revise, spawn):
    shop = revise(1, CREATE_A)
    Migrator(database, [shop]).upgrade()
    revise(2, INDEX, UNINDEX, head=ALONE)
    code = f"""
    say("ready")
    hear()
    Migrator(database, [Target("shop", Path({str(shop.folder)!r}), "shop_")]).upgrade()
    say("done")
    """
    children = [spawn(code) for _ in range(4)]
    assert [child.line() for child in children] == ["ready"] * 4
    for child in children:
        child.tell("go")
    assert [child.finish() for child in children] == ["done"] * 4
    assert Migrator(database, [shop]).is_at_head("shop")


@on_postgresql
def test_a_step_that_does_not_get_the_table_tries_again_and_lets_the_app_go_on(
    database: Database, revise: Revise, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(patience, "DELAYS_S", (0.2,) * 50)
    shop = revise(1, CREATE_A)
    Migrator(database, [shop]).upgrade()
    revise(2, ADD_M)
    done = threading.Event()

    def migrate() -> None:
        Migrator(database, [shop]).upgrade()
        done.set()

    with database.single.connect() as reader:
        reader.execute(text("SELECT count(*) FROM shop_a"))
        thread = threading.Thread(target=migrate)
        thread.start()
        for _ in range(effort(short=6, long=30)):
            # Nobody queues for good behind the migration that queues behind the reader.
            with database.begin() as unit:
                unit.session.execute(text("SET LOCAL statement_timeout = '10s'"))
                unit.session.execute(text("SELECT count(*) FROM shop_a"))
            time.sleep(0.5)
        assert not done.is_set()
    thread.join(60)
    assert done.is_set()
    assert columns(database) == {"id", "n", "m"}


@on_postgresql
def test_who_holds_the_table_for_too_long_is_named(database: Database, revise: Revise, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(patience, "DELAYS_S", (0.0,))
    shop = revise(1, CREATE_A)
    Migrator(database, [shop]).upgrade()
    revise(2, ADD_M)
    with database.single.connect() as reader:
        pid = reader.scalar(text("SELECT pg_backend_pid() FROM (SELECT count(*) FROM shop_a) AS held"))
        with pytest.raises(
            SchemaError, match=rf"revision 0002: .*held by: backend {pid} \(holdfast, idle in transaction"
        ):
            Migrator(database, [shop]).upgrade()
    assert columns(database) == {"id", "n"}


def test_a_backfill_that_was_killed_goes_on_and_counts_no_row_twice(
    database: Database, shop: Target, revise: Revise, spawn
):
    insert(database, 35)
    revise(2, ADD_M, 'op.drop_column("shop_a", "m")')
    revise(3, "pass", head="import sys\nfrom pathlib import Path" + FILL.replace("or 0", "or 0" + STOP, 1))
    child = spawn(f'Migrator(database, [Target("shop", Path({str(shop.folder)!r}), "shop_")]).upgrade()')
    assert child.line() == "midway"
    child.process.kill()
    child.process.wait()
    assert value(database, "SELECT count(*) FROM shop_a WHERE m = n") == 20
    (shop.folder / "0003_step.go").touch()
    migrator = Migrator(database, [shop])
    assert migrator.status()[0].current == "0002"
    migrator.upgrade()
    assert migrator.is_at_head("shop")
    assert value(database, "SELECT count(*) FROM shop_a WHERE m = n") == 35
    migrator.rollback("shop", "0001", accept_loss=True)
    migrator.upgrade()
    assert value(database, "SELECT count(*) FROM shop_a WHERE m = n") == 35


def test_a_backfill_that_fails_is_named_and_keeps_its_batches(database: Database, shop: Target, revise: Revise):
    insert(database, 25)
    revise(2, ADD_M)
    revise(3, DROP_N, head=CONTRACT)
    revise(3, "pass", head=FILL.replace("return ids[-1]", "assert ids[-1] < 20, 'of mine'\n    return ids[-1]"))
    (shop.folder / "0004_step.py").write_text(
        f'{CONTRACT}\nfrom alembic import op\nrevision = "0004"\ndown_revision = "0003"\ndef upgrade():\n    {DROP_N}\n'
    )
    with pytest.raises(SchemaError, match="shop, revision 0003: AssertionError: of mine") as failed:
        Migrator(database, [shop]).upgrade()
    assert "goes on" in failed.value.remedy
    assert value(database, "SELECT count(*) FROM shop_a WHERE m = n") == 10
    assert "n" in columns(database)


def test_without_the_hosts_tables_no_backfill_begins(empty_database: Database, revise: Revise):
    revise(1, CREATE_A)
    with pytest.raises(SchemaError, match="the host's tables are not there yet"):
        Migrator(empty_database, [revise(2, "pass", head=FILL)]).upgrade()


def test_a_plugin_that_was_removed_stops_nobody_and_goes_on_when_it_is_back(
    database: Database, shop: Target, revise: Revise, tmp_path: Path
):
    club = revise(1, CREATE_A.replace("shop", "club"), owner="club")
    Migrator(database, [host_target(), shop, club]).upgrade()
    away = shop.folder.rename(tmp_path / "away")
    revise(2, ADD_M.replace("shop", "club"), owner="club")
    without = Migrator(database, [host_target(), club])
    without.upgrade()
    assert [each.at_head for each in without.status()] == [True, True]
    away.rename(shop.folder)
    revise(2, ADD_M)
    Migrator(database, [host_target(), shop, club]).upgrade()
    assert columns(database) == {"id", "n", "m"}
