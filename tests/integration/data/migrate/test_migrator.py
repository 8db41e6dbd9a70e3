import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from host.config import DatabaseConfig
from host.data import Database, HostBase, Migrator, Target, TargetStatus, host_target
from host.data.faults import is_conflict
from host.data.migrate import lock
from host.data.migrate.drift import drift
from host.errors import SchemaError

CREATE_A = 'op.create_table("shop_a", sa.Column("id", sa.Integer, primary_key=True))'
CREATE_B = CREATE_A.replace("shop_a", "shop_b")

Revise = Callable[..., Target]


def tables(database: Database) -> set[str]:
    with database.begin(readonly=True) as unit:
        return set(inspect(unit.session.connection()).get_table_names())


def test_the_hosts_revisions_make_exactly_the_tables_of_its_models(database: Database):
    with database.begin(readonly=True) as unit:
        assert drift(unit.session.connection(), host_target()) == []


def test_up_down_up(empty_database: Database):
    migrator = Migrator(empty_database, [host_target()])
    migrator.upgrade()
    first = tables(empty_database)
    migrator.downgrade_all("host")
    assert tables(empty_database) == set()
    migrator.upgrade()
    assert tables(empty_database) == first == {*HostBase.metadata.tables, "alembic_version_host"}


def test_status_says_what_is_to_run(empty_database: Database, revise: Revise):
    shop = revise(1, CREATE_A)
    migrator = Migrator(empty_database, [shop])
    migrator.upgrade()
    revise(2, CREATE_B)
    revise(3, "pass")
    assert migrator.status() == [TargetStatus("shop", "0001", "0003", ("0002", "0003"), required=("0002", "0003"))]
    assert not migrator.is_at_head("shop")
    with pytest.raises(SchemaError, match="shop, revision 0001: the database lacks 0002, 0003") as behind:
        migrator.require_usable("shop")
    assert "app db migrate" in behind.value.remedy
    migrator.upgrade("shop")
    migrator.require_usable("shop")
    assert migrator.status() == [TargetStatus("shop", "0003", "0003", ())]


def test_upgrading_one_target_leaves_the_others(empty_database: Database, revise: Revise):
    shop, club = revise(1, CREATE_A), revise(1, "pass", owner="club")
    migrator = Migrator(empty_database, [shop, club])
    migrator.upgrade("shop")
    assert migrator.is_at_head("shop")
    assert not migrator.is_at_head("club")


BROKEN = {
    "syntax": {"upgrade": "(", "says": "SyntaxError"},
    "import": {"upgrade": "pass", "head": "import not_installed", "says": "not_installed"},
    "exit at import": {"upgrade": "pass", "head": "raise SystemExit(3)", "says": "SystemExit"},
    "raises": {"upgrade": f"{CREATE_A}\nraise ValueError('of mine')", "says": "revision 0001: ValueError: of mine"},
    "exits": {"upgrade": f"{CREATE_A}\nraise SystemExit(3)", "says": "SystemExit"},
    "bad SQL": {"upgrade": f'{CREATE_A}\nop.execute("SELEKT 1")', "says": "SELEKT"},
    "foreign table": {"upgrade": CREATE_A.replace("shop_a", "club_a"), "says": "club_a"},
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_target_is_named_leaves_nothing_and_stops_no_other(
    empty_database: Database, revise: Revise, kind: str
):
    broken = dict(BROKEN[kind])
    says = broken.pop("says")
    shop, club = revise(1, **broken), revise(1, CREATE_A.replace("shop", "club"), owner="club")
    migrator = Migrator(empty_database, [shop, club])
    with pytest.raises(SchemaError, match="Schema of shop") as failed:
        migrator.upgrade()
    assert says in failed.value.message
    assert failed.value.remedy
    assert tables(empty_database) == {"club_a", "alembic_version_club"}
    assert migrator.is_at_head("club")
    assert not migrator.is_at_head("shop")


def test_the_revision_that_failed_is_named_and_none_before_it_is_kept(empty_database: Database, revise: Revise):
    revise(1, CREATE_A)
    shop = revise(2, f"{CREATE_B}\nraise ValueError('of mine')")
    with pytest.raises(SchemaError, match="revision 0002: ValueError: of mine"):
        Migrator(empty_database, [shop]).upgrade()
    assert tables(empty_database) == set()


def test_status_of_a_target_that_cannot_be_read_carries_its_fault(empty_database: Database, revise: Revise):
    shop, club = revise(1, "("), revise(1, "pass", owner="club")
    gone = Target("gone", shop.folder / "nowhere", "gone_")
    found = {each.id: each for each in Migrator(empty_database, [shop, club, gone]).status()}
    assert "SyntaxError" in str(found["shop"].fault)
    assert "missing" in str(found["gone"].fault)
    assert found["club"].fault is None
    assert not found["shop"].at_head


def test_a_database_of_a_newer_version_is_told_apart(empty_database: Database, revise: Revise):
    revise(1, CREATE_A)
    shop = revise(2, "pass")
    migrator = Migrator(empty_database, [shop])
    migrator.upgrade()
    (shop.folder / "0002_step.py").unlink()
    with pytest.raises(SchemaError, match="at revision 0002, which is not among the files") as newer:
        migrator.upgrade()
    assert "newer version" in newer.value.remedy


def test_two_heads_are_refused(empty_database: Database, revise: Revise):
    shop = revise(1, CREATE_A)
    twin = (shop.folder / "0001_step.py").read_text().replace('"0001"', '"0001b"')
    (shop.folder / "0001b_step.py").write_text(twin)
    with pytest.raises(SchemaError, match="multiple heads"):
        Migrator(empty_database, [shop]).upgrade()


def test_a_downgrade_that_leaves_tables_is_refused_and_undone(empty_database: Database, revise: Revise):
    shop = revise(1, CREATE_A, "pass")
    migrator = Migrator(empty_database, [shop])
    migrator.upgrade()
    with pytest.raises(SchemaError, match="leave the tables shop_a"):
        migrator.downgrade_all("shop")
    assert migrator.is_at_head("shop")


def test_downgrading_what_was_never_upgraded_is_no_error(empty_database: Database, revise: Revise):
    Migrator(empty_database, [revise(1, CREATE_A)]).downgrade_all("shop")
    assert tables(empty_database) == set()


def test_a_failed_downgrade_names_its_revision(empty_database: Database, revise: Revise):
    revise(1, CREATE_A, "raise ValueError('of mine')")
    shop = revise(2, "pass")
    migrator = Migrator(empty_database, [shop])
    migrator.upgrade()
    with pytest.raises(SchemaError, match="revision 0001: ValueError: of mine"):
        migrator.downgrade_all("shop")
    assert migrator.is_at_head("shop")


@pytest.fixture
def related(sqlite: Database, revise: Revise) -> Target:
    """A child row that refers to a parent row."""
    return revise(
        1,
        """
        op.create_table("shop_a", sa.Column("id", sa.Integer, primary_key=True), sa.Column("n", sa.Integer))
        op.create_table("shop_b", sa.Column("a", sa.Integer, sa.ForeignKey("shop_a.id", ondelete="CASCADE")))
        op.execute("INSERT INTO shop_a VALUES (1, 1)")
        op.execute("INSERT INTO shop_b VALUES (1)")
        """,
    )


@pytest.mark.usefixtures("related")
def test_rebuilding_a_table_on_sqlite_keeps_the_rows_that_refer_to_it(sqlite: Database, revise: Revise):
    rename = """
    with op.batch_alter_table("shop_a", recreate="always") as batch:
        batch.alter_column("n", new_column_name="m")
    """
    Migrator(sqlite, [revise(2, rename)]).upgrade()
    with sqlite.begin(readonly=True) as unit:
        assert unit.session.execute(text("SELECT m, a FROM shop_a JOIN shop_b ON a = id")).all() == [(1, 1)]


@pytest.mark.usefixtures("related")
def test_a_revision_on_sqlite_that_leaves_dangling_rows_is_refused(sqlite: Database, revise: Revise):
    with pytest.raises(SchemaError, match="rows of shop_b refer to missing rows of shop_a"):
        Migrator(sqlite, [revise(2, 'op.execute("DELETE FROM shop_a")')]).upgrade()
    assert "shop_a" not in tables(sqlite)


def test_an_upgrade_to_do_nothing_takes_no_lock(sqlite: Database):
    with sqlite.begin():
        Migrator(sqlite, [host_target()]).upgrade()


def test_on_sqlite_a_migration_waits_longer_than_a_statement_would(
    sqlite_config: DatabaseConfig, tmp_path: Path, revise: Revise, monkeypatch: pytest.MonkeyPatch
):
    database = Database(sqlite_config.model_copy(update={"busy_timeout_s": 0.01}), tmp_path)
    database.check()
    holder = database.driver.connect(str(database.url.database), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    turns = []

    def third_turn(error: BaseException) -> bool:
        turns.append(error)
        if len(turns) == 3:
            holder.execute("COMMIT")
        return is_conflict(error)

    monkeypatch.setattr(lock, "is_conflict", third_turn)
    migrator = Migrator(database, [revise(1, CREATE_A)])
    migrator.upgrade()
    assert migrator.is_at_head("shop")
    assert len(turns) == 3
    holder.close()
    database.dispose()


def test_an_upgrade_is_logged(empty_database: Database, revise: Revise, caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.INFO, "host.data"):
        Migrator(empty_database, [revise(1, CREATE_A)]).upgrade()
    [line] = [record.msg for record in caplog.records if record.name == "host.data.migrate.upgrade"]
    assert (line["event"], line["target"], line["revisions"]) == ("schema upgraded", "shop", ["0001"])


def test_it_runs_beyond_the_statement_timeout(postgres_config: DatabaseConfig, tmp_path: Path, revise: Revise):
    url = f"{postgres_config.url}?options=-c%20statement_timeout%3D50ms"
    database = Database(postgres_config.model_copy(update={"url": url}), tmp_path)
    Migrator(database, [revise(1, 'op.execute("SELECT pg_sleep(0.2)")')]).upgrade()
    database.dispose()


def test_several_processes_at_once_run_each_revision_once(
    empty_database: Database, revise: Revise, spawn, tmp_path: Path
):
    ran = tmp_path / "ran"
    note = f"with open({str(ran)!r}, 'a') as file: file.write('%s ')\nimport time; time.sleep(0.3)"
    revise(1, f"{CREATE_A}\n{note % '0001'}")
    shop = revise(2, f"{CREATE_B}\n{note % '0002'}")
    code = f"""
    migrator = Migrator(database, [host_target(), Target("shop", Path({str(shop.folder)!r}), "shop_")])
    say("ready")
    hear()
    migrator.upgrade()
    say(migrator.is_at_head("host"), migrator.is_at_head("shop"))
    """
    children = [spawn(code) for _ in range(4)]
    assert [child.line() for child in children] == ["ready"] * 4
    for child in children:
        child.tell("go")
    assert [child.finish() for child in children] == ["True True"] * 4
    assert ran.read_text().split() == ["0001", "0002"]


def test_a_migration_killed_midway_leaves_nothing_and_frees_the_lock(empty_database: Database, revise: Revise, spawn):
    shop = revise(1, f"{CREATE_A}\nprint('midway', flush=True)\nimport sys; sys.stdin.readline()")
    child = spawn(f"""
    Migrator(database, [Target("shop", Path({str(shop.folder)!r}), "shop_")]).upgrade()
    """)
    assert child.line() == "midway"
    child.process.kill()
    child.process.wait()
    revise(1, CREATE_A)
    migrator = Migrator(empty_database, [shop])
    assert tables(empty_database) == set()
    migrator.upgrade()
    assert migrator.is_at_head("shop")
