"""A verified copy before a change, and what a rollback refuses."""

import json
import logging
import resource
import sqlite3
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from host.data import Database, Migrator, ProcessTable, Target, host_target
from host.data.migrate import snapshot_postgresql, snapshot_sqlite, snapshots
from host.data.migrate.policy import Policy
from host.data.migrate.snapshot_verdict import SnapshotError
from host.data.migrate.snapshots import Snapshots
from host.errors import SchemaError

CREATE_A = 'op.create_table("shop_a", sa.Column("id", sa.Integer, primary_key=True), sa.Column("n", sa.Integer))'
ADD_M = 'op.add_column("shop_a", sa.Column("m", sa.Integer, nullable=True))'

on_postgresql = pytest.mark.parametrize("database_config", ["postgresql"], indirect=True)
on_sqlite = pytest.mark.parametrize("database_config", ["sqlite"], indirect=True)

Revise = Callable[..., Target]


@pytest.fixture
def shop(empty_database: Database, revise: Revise) -> Target:
    """A table with three rows."""
    target = revise(1, CREATE_A, 'op.drop_table("shop_a")')
    Migrator(empty_database, [target]).upgrade()
    with empty_database.begin() as unit:
        unit.session.execute(text("INSERT INTO shop_a (id, n) VALUES (1, 1), (2, NULL), (3, 3)"))
    return target


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


class _Full:
    """A disk without room."""

    free = 0


def copies(data_dir: Path) -> list[Path]:
    return sorted(path for path in (data_dir / "snapshots").glob("*") if path.suffix != ".json")


def upgrade(database: Database, target: Target, kept: Snapshots) -> None:
    Migrator(database, [target], Policy(snapshots=kept)).upgrade()


def test_a_verified_copy_is_taken_before_the_change(
    empty_database: Database, shop: Target, revise: Revise, data_dir: Path
):
    revise(2, ADD_M)
    upgrade(empty_database, shop, Snapshots(data_dir, required=True))
    [copy] = copies(data_dir)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    told = json.loads(copy.with_suffix(".json").read_text())
    assert (told["file"], told["heads"]) == (copy.name, {"shop": "0001"})
    assert told["rows"] == {"alembic_version_shop": 1, "shop_a": 3}
    assert "row counts" in told["verified"]


@on_sqlite
def test_the_copy_of_a_file_opens_and_has_the_old_schema(
    empty_database: Database, shop: Target, revise: Revise, data_dir: Path
):
    revise(2, ADD_M)
    upgrade(empty_database, shop, Snapshots(data_dir, required=True))
    with sqlite3.connect(copies(data_dir)[0]) as copy:
        assert copy.execute("SELECT id, n FROM shop_a ORDER BY id").fetchall() == [(1, 1), (2, None), (3, 3)]
        assert [row[1] for row in copy.execute("PRAGMA table_info(shop_a)")] == ["id", "n"]
    copy.close()


@on_postgresql
def test_a_dump_is_restored_into_a_scratch_database_that_goes_again(
    empty_database: Database, shop: Target, revise: Revise, data_dir: Path
):
    revise(2, ADD_M)
    upgrade(empty_database, shop, Snapshots(data_dir, required=True))
    told = json.loads(copies(data_dir)[0].with_suffix(".json").read_text())
    assert told["verified"].startswith("restored into a scratch database")
    with empty_database.begin(readonly=True) as unit:
        own = "(SELECT oid FROM pg_database WHERE datname = current_database())"
        left = f"SELECT count(*) FROM pg_database WHERE starts_with(datname, 'holdfast_verify_' || {own} || '_')"
        assert unit.session.scalar(text(left)) == 0


@on_postgresql
def test_a_scratch_database_that_a_killed_run_left_goes_with_the_next(
    empty_database: Database, shop: Target, revise: Revise, data_dir: Path
):
    autocommit = empty_database.single.execution_options(isolation_level="AUTOCOMMIT")
    with autocommit.connect() as connection:
        own = connection.scalar(text("SELECT oid FROM pg_database WHERE datname = current_database()"))
        names = [f"holdfast_verify_{own}_0123456789ab", f"holdfast_verify_{own + 1}_0123456789ab"]
        for name in names:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0"))
        try:
            revise(2, ADD_M)
            upgrade(empty_database, shop, Snapshots(data_dir, required=True))
            left = connection.scalars(
                text("SELECT datname FROM pg_database WHERE datname = ANY(:names)"), {"names": names}
            )
            assert left.all() == names[1:]
        finally:
            for name in names:
                connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))


@on_postgresql
def test_the_list_of_a_dump_is_read_where_it_cannot_be_restored(
    empty_database: Database, shop: Target, revise: Revise, data_dir: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(snapshot_postgresql, "RESTORED_UP_TO", 1)
    revise(2, ADD_M)
    upgrade(empty_database, shop, Snapshots(data_dir, required=True))
    assert json.loads(copies(data_dir)[0].with_suffix(".json").read_text())["verified"] == "its list of contents"


def test_an_empty_database_needs_none(empty_database: Database, revise: Revise, data_dir: Path):
    shop = revise(1, CREATE_A)
    upgrade(empty_database, shop, Snapshots(data_dir, required=True))
    revise(2, ADD_M)
    upgrade(empty_database, shop, Snapshots(data_dir, required=True))
    assert not (data_dir / "snapshots").exists()


def test_one_is_enough_for_a_run_and_the_newest_are_kept(
    empty_database: Database, shop: Target, revise: Revise, data_dir: Path
):
    kept = Snapshots(data_dir, required=True, keep=2)
    revise(2, ADD_M)
    upgrade(empty_database, shop, kept)
    revise(3, "pass")
    upgrade(empty_database, shop, kept)
    first = copies(data_dir)
    assert len(first) == 1
    for number in (4, 5):
        revise(number, "pass")
        upgrade(empty_database, shop, Snapshots(data_dir, required=True, keep=2))
    assert len(copies(data_dir)) == 2
    assert first[0] not in copies(data_dir)
    assert len(list((data_dir / "snapshots").glob("*.json"))) == 2


def test_the_operators_word_stands_for_a_copy(
    empty_database: Database, shop: Target, revise: Revise, data_dir: Path, caplog: pytest.LogCaptureFixture
):
    revise(2, ADD_M)
    with caplog.at_level(logging.WARNING, "host.data"):
        upgrade(empty_database, shop, Snapshots(data_dir, required=True, vouched="nightly on tape"))
    assert not (data_dir / "snapshots").exists()
    assert caplog.records[0].msg["word"] == "nightly on tape"


@pytest.mark.parametrize("required", [True, False])
def test_without_a_copy_nothing_is_changed_where_one_is_required(
    empty_database: Database, shop: Target, revise: Revise, data_dir: Path, required: bool
):
    data_dir.mkdir()
    (data_dir / "snapshots").write_text("in the way")
    revise(2, ADD_M)
    migrator = Migrator(empty_database, [shop], Policy(snapshots=Snapshots(data_dir, required=required)))
    if required:
        with pytest.raises(SchemaError, match="No snapshot could be taken: ") as refused:
            migrator.upgrade()
        assert "--backup-exists" in refused.value.remedy
    else:
        migrator.upgrade()
    assert migrator.is_at_head("shop") == (not required)


@on_sqlite
def test_a_copy_with_other_rows_or_damage_is_no_copy(
    empty_database: Database, shop: Target, data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    counted = iter([{"shop_a": 3}, {"shop_a": 4}])
    monkeypatch.setattr(snapshot_sqlite, "_counts", lambda _connection: next(counted))
    with pytest.raises(SnapshotError, match="other rows than the database in shop_a"):
        snapshot_sqlite.copy(empty_database, tmp_path / "copy.db")
    monkeypatch.setattr(snapshot_sqlite.shutil, "disk_usage", lambda _folder: _Full())
    with pytest.raises(SnapshotError, match="0 bytes free"):
        snapshot_sqlite.copy(empty_database, tmp_path / "other.db")


@pytest.fixture
def no_bytecode(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep Python from caching revisions: a limit on files holds for these too, and half of one would be read."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)


@pytest.mark.usefixtures("no_bytecode")
@pytest.mark.parametrize("required", [True, False])
def test_a_disk_that_fills_up_on_the_way_is_told_and_nothing_is_left(
    empty_database: Database, shop: Target, revise: Revise, data_dir: Path, required: bool
):
    revise(2, ADD_M)
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    migrator = Migrator(empty_database, [shop], Policy(snapshots=Snapshots(data_dir, required=required)))
    with empty_database.single.begin() as connection:
        connection.execute(text("CREATE TABLE shop_large (id INTEGER PRIMARY KEY, t TEXT)"))
        for number in range(100):
            connection.execute(text("INSERT INTO shop_large VALUES (:id, :t)"), {"id": number, "t": "x" * 20_000})
    # Into the file, so that the migration itself writes little.
    empty_database.dispose()
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000 if empty_database.dialect == "sqlite" else 500, hard))
    try:
        if required:
            with pytest.raises(SchemaError, match="No snapshot could be taken: "):
                migrator.upgrade()
        else:
            migrator.upgrade()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    assert migrator.is_at_head("shop") == (not required)
    assert list((data_dir / "snapshots").iterdir()) == []


def test_what_a_killed_run_left_of_a_copy_goes_with_the_next(
    empty_database: Database, shop: Target, revise: Revise, data_dir: Path
):
    folder = data_dir / "snapshots"
    folder.mkdir(parents=True)
    for name in (
        "20260101T000000.0Z-1.db.part",
        "20260101T000000.0Z-1.db.part-journal",
        "20260101T000000.0Z-2.dump.part",
    ):
        (folder / name).write_text("half")
    revise(2, ADD_M)
    upgrade(empty_database, shop, Snapshots(data_dir, required=True))
    assert len(copies(data_dir)) == 1


@on_postgresql
def test_a_missing_or_failing_program_is_named(
    empty_database: Database, shop: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    with pytest.raises(SnapshotError, match="pg_dump is not installed"):
        snapshot_postgresql.dump(empty_database, tmp_path / "first.dump")
    (programs / "pg_dump").write_text("#!/bin/sh\necho 'server version mismatch' >&2\nexit 1\n")
    (programs / "pg_dump").chmod(0o755)
    with pytest.raises(SnapshotError, match="pg_dump failed: server version mismatch"):
        snapshot_postgresql.dump(empty_database, tmp_path / "second.dump")


def test_a_password_stands_in_no_command_line():
    url = make_url("postgresql+psycopg://me:s3cret@server:5433/shop?sslmode=require")
    conninfo, secret = snapshot_postgresql._conninfo(url)
    assert "s3cret" not in conninfo
    assert {"host=server", "port=5433", "user=me", "dbname=shop", "sslmode=require"} <= set(conninfo.split())
    assert secret == {"PGPASSWORD": "s3cret"}


def test_a_rollback_that_would_lose_rows_or_values_is_refused_with_their_number(
    empty_database: Database, shop: Target, revise: Revise, data_dir: Path
):
    revise(2, ADD_M, 'op.drop_column("shop_a", "m")')
    migrator = Migrator(empty_database, [shop])
    migrator.upgrade()
    assert migrator.rollback("shop") == ["0002"]
    migrator.upgrade()
    with empty_database.begin() as unit:
        unit.session.execute(text("UPDATE shop_a SET m = 5 WHERE id < 3"))
    with pytest.raises(SchemaError, match=r"would lose 0002: 2 values of shop_a.m\.") as refused:
        migrator.rollback("shop")
    assert "--accept-data-loss" in refused.value.remedy
    with pytest.raises(SchemaError, match=r"0002: 2 values of shop_a.m; 0001: 3 rows of shop_a\."):
        migrator.rollback("shop", "base")
    assert migrator.is_at_head("shop")
    kept = Migrator(empty_database, [shop], Policy(snapshots=Snapshots(data_dir, required=True)))
    assert kept.rollback("shop", "base", accept_loss=True) == ["0002", "0001"]
    assert len(copies(data_dir)) == 1
    assert migrator.status()[0].current is None


def test_a_file_that_says_why_nothing_is_lost_is_believed(empty_database: Database, shop: Target, revise: Revise):
    head = 'accepted_risks = {"data-loss": "n holds the same"}'
    revise(2, f'{ADD_M}\nop.execute("UPDATE shop_a SET m = n")', 'op.drop_column("shop_a", "m")', head=head)
    migrator = Migrator(empty_database, [shop])
    migrator.upgrade()
    assert migrator.rollback("shop") == ["0002"]


def test_a_rollback_under_a_process_that_needs_it_is_refused(empty_database: Database, shop: Target, revise: Revise):
    revise(2, ADD_M, 'op.drop_column("shop_a", "m")')
    migrator = Migrator(empty_database, [host_target(), shop])
    migrator.upgrade()
    table = ProcessTable(empty_database)
    table.register("web", "1.0", "h", {"shop": "0001"})
    newer = table.register("web", "2.0", "h", {"shop": "0002"})
    with pytest.raises(SchemaError, match=r"web process \d+ on .* \(version 2.0\) needs revision 0002") as refused:
        migrator.rollback("shop")
    assert "--ignore-running" in refused.value.remedy
    assert migrator.rollback("shop", ignore_running=True) == ["0002"]
    migrator.upgrade()
    table.remove(newer)
    assert migrator.rollback("shop") == ["0002"]


def test_a_rollback_to_where_the_database_never_was_is_refused(empty_database: Database, shop: Target):
    with pytest.raises(SchemaError, match="never had revision 0007; it has 0001"):
        Migrator(empty_database, [shop]).rollback("shop", "0007")
    with pytest.raises(SchemaError, match="no tables of 'nowhere'"):
        Migrator(empty_database, [shop]).rollback("nowhere")


def test_a_failed_downgrade_keeps_the_version_and_names_the_revision(
    empty_database: Database, shop: Target, revise: Revise
):
    revise(2, ADD_M, "raise ValueError('of mine')", head='accepted_risks = {"data-loss": "none"}')
    migrator = Migrator(empty_database, [shop])
    migrator.upgrade()
    with pytest.raises(SchemaError, match="shop, revision 0002: ValueError: of mine"):
        migrator.rollback("shop")
    assert migrator.is_at_head("shop")


def test_what_a_downgrade_would_lose_is_said_to_be_unknown_where_it_cannot_be_told(
    empty_database: Database, shop: Target, revise: Revise
):
    revise(2, "pass", 'op.get_bind().execute(sa.text("SELECT 1")).all()')
    migrator = Migrator(empty_database, [shop])
    migrator.upgrade()
    with pytest.raises(SchemaError, match="cannot be told without running it"):
        migrator.rollback("shop")
    assert migrator.rollback("shop", accept_loss=True) == ["0002"]


def test_nothing_but_the_bookkeeping_is_nothing_to_lose(database: Database):
    ProcessTable(database).register("web", "1.0", "h")
    with database.single.connect() as connection:
        assert not snapshots.has_rows(connection)
        connection.rollback()
    with database.begin() as unit:
        unit.session.execute(
            text("INSERT INTO host_toggle (plugin_id, changed_by, changed_at) VALUES ('a', 'b', '2026-01-01')")
        )
    with database.single.connect() as connection:
        assert snapshots.has_rows(connection)
