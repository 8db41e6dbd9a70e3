"""What health, doctor and the served app say about the database, also while it is away; recovery needs no restart."""

import re
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from host.config import DatabaseConfig
from host.data import Database
from host.data.engines import facts
from host.data.engines.leaks import LeakedConnectionError
from host.data.engines.sqlite_driver import SqliteDriver, sqlite_driver
from host.testing import HostApp, HostAppFactory
from tests.clusters import Cluster, free_port
from tests.integration import raw
from tests.integration.serving import WebUnderTest, until


def component(app: HostApp, name: str) -> Any:
    return next(each for each in app.application.health().components if each.name == name)


def test_health_says_which_library_answers(make_host_app: HostAppFactory):
    app = make_host_app([])
    database = component(app, "database")
    assert database.status == "ok"
    assert database.detail.startswith(f"SQLite {sqlite_driver()}, write-ahead log of ")


def test_health_says_which_server_answers(make_host_app: HostAppFactory, server: Cluster):
    app = make_host_app([], config={"database.url": server.url})
    assert component(app, "database").detail.startswith("PostgreSQL 1")
    assert f"at 127.0.0.1:{server.port}/postgres (psycopg 3" in component(app, "database").detail


def test_a_faulty_library_degrades(sqlite: Database, monkeypatch: pytest.MonkeyPatch):
    faulty = SqliteDriver(sqlite_driver().module, (3, 51, 2))
    monkeypatch.setattr(facts, "sqlite_driver", lambda: faulty)
    [fault] = facts.faults(sqlite)
    assert "SQLite 3.51.2" in fault
    assert "WAL-reset" in fault


@pytest.mark.parametrize("ending", ["", "-wal"])
def test_a_file_that_was_removed_while_it_is_open_is_told(sqlite: Database, ending: str):
    with sqlite.begin() as unit:
        unit.session.execute(text("CREATE TABLE test_row (id INTEGER)"))
    assert list(facts.faults(sqlite)) == []
    file = Path(f"{sqlite.url.database}{ending}")
    file.unlink()
    with sqlite.begin() as unit:
        unit.session.execute(text("INSERT INTO test_row VALUES (1)"))
    [fault] = facts.faults(sqlite)
    assert fault.startswith(f"{file} was removed")


def test_a_leak_degrades_the_pool_and_is_named(make_host_app: HostAppFactory):
    app = make_host_app([], config={"database.leak_after_s": 0.5})
    leaked = app.application.host.database().engines.read.connect()
    until(lambda: component(app, "pool").status == "degraded", "the leak is seen")
    assert "test_a_leak_degrades_the_pool" in component(app, "pool").detail
    assert re.search(r"read: [1-9] out of 5 \+ 10", component(app, "pool").detail)
    leaked.close()
    until(lambda: component(app, "pool").status == "ok", "the leak has ended")


def test_a_stuck_log_is_named(make_host_app: HostAppFactory):
    app = make_host_app([], config={"database.wal_limit_bytes": 4096})
    database, watch = app.application.host.database(), app.application.host.wal_watch()
    with database.begin() as unit:
        unit.session.execute(text("CREATE TABLE test_t (n INTEGER)"))

    def write() -> None:
        with database.begin() as unit:
            unit.session.execute(text("INSERT INTO test_t VALUES (1)"))

    with database.begin(readonly=True) as unit:
        unit.session.execute(text("SELECT * FROM test_t"))
        writer = threading.Thread(target=write)
        writer.start()
        writer.join(30)
        watch.look()
        watch.look()
    found = component(app, "database")
    assert found.status == "degraded"
    assert "test_a_stuck_log_is_named" in found.detail


def test_a_replica_that_is_away_is_told(server: Cluster, tmp_path: Path):
    address = f"postgresql://postgres@127.0.0.1:{free_port()}/postgres"
    database = Database(DatabaseConfig(url=server.url, replica_url=address), tmp_path)
    assert list(facts.faults(database)) == ["the read replica is away, its reads go to the primary"]
    database.dispose()


def test_a_served_app_says_that_its_database_is_away_and_recovers_by_itself(server: Cluster, tmp_path: Path):
    web = WebUnderTest(tmp_path, **{"database.url": server.url})
    try:
        assert web.ready.get("ready"), web.log.read_text(encoding="utf-8")[-3000:]
        assert raw.get(web.port, "/readyz").status == 200
        server.kill()
        # One report serves everybody who asks within half a second.
        until(lambda: raw.get(web.port, "/readyz").status == 503, "not ready")
        health = raw.get(web.port, "/healthz")
        components = {each["name"]: each for each in health.json()["components"]}
        assert (health.status, health.json()["status"]) == (503, "failed")
        assert components["database"]["status"] == "failed"
        assert str(server.port) in components["database"]["detail"]
        assert raw.get(web.port, "/livez").status == 200
        server.start()
        until(lambda: raw.get(web.port, "/readyz").status == 200, "ready again")
        until(lambda: raw.get(web.port, "/healthz").json()["status"] == "ok", "healthy again")
        assert web.process.poll() is None
        # The change feed has its connection again too: heartbeats go on.
        before = server.ask("SELECT max(heartbeat) FROM host_process")
        until(lambda: server.ask("SELECT max(heartbeat) FROM host_process") != before, "a heartbeat")
    finally:
        web.close()


def test_pages_show_the_error_card_and_recover_by_themselves(make_host_app: HostAppFactory, server: Cluster):
    app = make_host_app(["warehouse"], config={"database.url": server.url})
    app.call("warehouse/articles").assert_success()
    server.kill()
    away = app.call("warehouse/articles")
    assert away.errors[0].headline.startswith("DatabaseUnavailableError")
    assert "cannot be reached at the moment" in " ".join(away.texts)
    server.start()
    app.call("warehouse/articles").assert_success()


def test_the_test_kit_fails_a_test_that_leaves_a_connection_open(tmp_path: Path):
    with pytest.raises(LeakedConnectionError, match="test_the_test_kit_fails"), ExitStack() as stops:
        app = HostAppFactory(tmp_path, [], stops)()
        leaked = app.application.host.database().engines.read.connect()
    leaked.close()
