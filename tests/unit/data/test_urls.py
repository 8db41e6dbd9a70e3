from pathlib import Path

import pytest

from host.data import urls
from host.data.filesystems import network_filesystem
from host.data.urls import resolve
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
