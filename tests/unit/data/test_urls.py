from pathlib import Path

import pytest

from host.data.engines import urls
from host.data.engines.filesystems import network_filesystem
from host.data.engines.urls import resolve, resolve_business, resolve_replica
from host.errors import ConfigError


def test_a_relative_sqlite_file_lies_in_the_data_folder_which_is_made(tmp_path: Path):
    data_dir = tmp_path / "not" / "yet"
    url = resolve("sqlite:///nested/app.db", data_dir)
    assert url.database == str(data_dir / "nested" / "app.db")
    assert (data_dir / "nested").is_dir()


def test_an_absolute_sqlite_file_stays_where_it_is(tmp_path: Path):
    file = tmp_path / "elsewhere" / "app.db"
    assert resolve(f"sqlite:///{file}", tmp_path / "data").database == str(file)
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "sqlite:///file:x?mode=memory&uri=true"])
def test_memory_is_refused(url: str, tmp_path: Path):
    with pytest.raises(ConfigError, match="no SQLite file"):
        resolve(url, tmp_path)


@pytest.mark.parametrize("url", ["postgresql://u:p@h/n", "postgresql+psycopg://u:p@h/n", "postgres://u:p@h/n"])
def test_every_spelling_of_postgresql_uses_psycopg_3(url: str, tmp_path: Path):
    assert resolve(url, tmp_path).render_as_string(hide_password=False) == "postgresql+psycopg://u:p@h/n"


@pytest.mark.parametrize(
    ("url", "hosts"),
    [
        ("postgresql://u:p@a:1,b:2/n", ("a:1", "b:2")),
        ("postgresql://u:p@a,b/n", ("a:5432", "b:5432")),
        ("postgresql://u:p@/n?host=a:1&host=b:2", ("a:1", "b:2")),
    ],
)
def test_of_several_servers_the_one_that_takes_writes_is_used(url: str, hosts: tuple[str, ...], tmp_path: Path):
    found = resolve(url, tmp_path)
    assert (found.host, found.database, found.username, found.password) == (None, "n", "u", "p")
    assert found.query == {"host": hosts, "target_session_attrs": "read-write"}


def test_what_the_address_wants_of_its_servers_stays(tmp_path: Path):
    assert resolve("postgresql://a,b/n?target_session_attrs=any", tmp_path).query["target_session_attrs"] == "any"


def test_a_password_among_the_options_is_hidden_as_any_other(tmp_path: Path):
    found = resolve("postgresql://me@h/n?password=s3cret&sslmode=require", tmp_path)
    assert found.render_as_string(hide_password=True) == "postgresql+psycopg://me:***@h/n?sslmode=require"
    assert found.password == "s3cret"


def test_a_replica_may_be_several_servers_too(tmp_path: Path):
    found = resolve_replica("postgresql://a,b/n", resolve("postgresql://p/n", tmp_path))
    assert found is not None
    assert found.query["target_session_attrs"] == "prefer-standby"


def test_beside_a_duckdb_file_lies_the_host_s_sqlite_file(tmp_path: Path):
    assert resolve("duckdb:///dev.duckdb", tmp_path).database == str(tmp_path / "dev.duckdb.system.db")
    business = resolve_business("duckdb:///dev.duckdb", tmp_path)
    assert business is not None
    assert business.database == str(tmp_path / "dev.duckdb")
    assert resolve_business("sqlite:///app.db", tmp_path) is None


@pytest.mark.parametrize("url", ["mysql://h/n", "nonsense"])
def test_what_the_host_does_not_run_on_is_refused_with_examples(url: str, tmp_path: Path):
    with pytest.raises(ConfigError) as refused:
        resolve(url, tmp_path)
    assert "sqlite:///holdfast.db" in refused.value.remedy


def test_the_refusal_shows_no_password(tmp_path: Path):
    with pytest.raises(ConfigError) as refused:
        resolve("mysql://u:hunter2@h/n", tmp_path)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    ("mounts", "kind"),
    [
        ("/dev/sda / ext4 rw 0 0", None),
        ("server:/x {here} nfs4 rw 0 0", "nfs4"),
        ("server:/x {here} nfs4 rw 0 0\n/dev/sdb {here}/data ext4 rw 0 0", None),
        ("/dev/sda / ext4 rw 0 0\nserver:/x {here}/data cifs rw 0 0", "cifs"),
        ("server:/x {here} nfs4 rw 0 0\n/dev/sdb {here} ext4 rw 0 0", None),
        ("server:/x {here}/other nfs4 rw 0 0", None),
    ],
)
def test_the_deepest_mount_tells_the_filesystem(tmp_path: Path, mounts: str, kind: str | None):
    table = tmp_path / "mounts"
    table.write_text(mounts.replace("{here}", str(tmp_path)))
    assert network_filesystem(tmp_path / "data", table) == kind


def test_a_mount_with_a_blank_is_found(tmp_path: Path):
    table = tmp_path / "mounts"
    table.write_text(f"server:/x {tmp_path}/my\\040data nfs rw 0 0")
    assert network_filesystem(tmp_path / "my data", table) == "nfs"


def test_sqlite_on_a_network_filesystem_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(urls, "network_filesystem", lambda _: "nfs4")
    with pytest.raises(ConfigError, match="nfs4") as refused:
        resolve("sqlite:///app.db", tmp_path)
    assert "PostgreSQL" in refused.value.remedy
