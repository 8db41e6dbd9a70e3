"""`app doctor` finds planted faults, each with its remedy, and runs whatever is broken."""

import json
import socket
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from host.cli.root import run
from host.config import DatabaseConfig
from host.data import Database, Migrator, host_target
from host.data.engines import sqlite_driver
from host.testing.distributions import TemporaryDistributions

Doctor = Callable[..., dict[str, list[Mapping[str, Any]]]]
SOUND = '[plugin]\nhost = ">=1.0,<2"\ntables = "{id}_"\n'


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project without plugins, at no port."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "plugins.toml").write_text("")
    monkeypatch.setenv("HOLDFAST_ROOT", str(folder))
    monkeypatch.setenv("APP_SERVER__PORT", "0")
    return folder


@pytest.fixture
def installed(tmp_path: Path) -> TemporaryDistributions:
    """Distributions on this process's path."""
    site = tmp_path / "site"
    site.mkdir()
    return TemporaryDistributions(site)


@pytest.fixture
def doctor(root: Path, installed: TemporaryDistributions, capsys: pytest.CaptureFixture[str]) -> Doctor:
    """Run the doctor and return findings by code."""

    def examine(*words: str, code: int) -> dict[str, list[Mapping[str, Any]]]:
        with installed.on_path():
            assert run([*(words or ["doctor"]), "--json"]) == code
        by_code: dict[str, list[Mapping[str, Any]]] = {}
        for finding in json.loads(capsys.readouterr().out)["findings"]:
            assert finding["remedy"]
            by_code.setdefault(finding["code"], []).append(finding)
        return by_code

    return examine


def test_a_sound_installation_gets_no_complaint(doctor: Doctor) -> None:
    assert set(doctor(code=0)) <= {"doctor.extra"}


def test_missing_and_unfitting_packages_with_the_command(doctor: Doctor, installed: TemporaryDistributions) -> None:
    installed.add("acme", {"shop": {"plugin.toml": SOUND.format(id="shop")}})
    metadata = installed.folder / "acme-1.0.dist-info" / "METADATA"
    lines = ["Requires-Dist: no-such-package>=2", "Requires-Dist: typer<0.1", 'Requires-Dist: nor-this; extra == "pdf"']
    head = "Metadata-Version: 2.1\nName: acme\nVersion: 1.0\nRequires-Python: >=3.99\nProvides-Extra: pdf\n"
    metadata.write_text(head + "\n".join(lines) + "\n")
    found = doctor(code=1)
    assert found["doctor.missing"][0]["remedy"] == "pip install 'no-such-package>=2'"
    assert "typer<0.1, installed is typer" in found["doctor.version"][0]["message"]
    assert "acme needs Python >=3.99" in found["doctor.python"][0]["message"]
    assert any(each["remedy"].endswith("pip install 'acme[pdf]'") for each in found["doctor.extra"])


def test_tables_defined_twice_by_two_plugins(doctor: Doctor, installed: TemporaryDistributions) -> None:
    model = "class Row:\n    __tablename__ = 'shop_order'\n"
    installed.add("acme", {"shop": {"plugin.toml": SOUND.format(id="shop"), "models.py": model}})
    installed.add("rival", {"till": {"plugin.toml": SOUND.format(id="till"), "models.py": model}})
    found = doctor(code=1)
    [twice] = found["doctor.table-twice"]
    assert "shop_order is defined 2 times" in twice["message"]
    assert "rival_till/models.py:2" in twice["message"]
    [outside] = found["doctor.table-prefix"]
    assert outside["message"].startswith("till: table shop_order")


def test_prefixes_and_command_groups_that_collide(
    doctor: Doctor, installed: TemporaryDistributions, root: Path
) -> None:
    manifest = '[plugin]\nhost = ">=1.0,<2"\ntables = "{}"\ncommands = {{ {} = "x" }}\n'
    installed.add("acme", {"shop": {"plugin.toml": manifest.format("shop_", "sell")}})
    installed.add("rival", {"till": {"plugin.toml": manifest.format("shop_till_", "sell")}})
    installed.add("third", {"other": {"plugin.toml": manifest.format("other_", "status")}})
    (root / "plugins.toml").write_text("[plugins.shop]\n[plugins.till]\n[plugins.other]\n")
    found = doctor(code=1)
    assert "shop_ of shop and shop_till_ of till overlap" in found["doctor.prefix"][0]["message"]
    messages = [each["message"] for each in found["doctor.command"]]
    assert any("`app sell` is claimed by shop and till" in message for message in messages)
    assert any("`app status` is claimed by other and the host" in message for message in messages)


def test_old_pydantic_with_file_and_line(doctor: Doctor, installed: TemporaryDistributions) -> None:
    code = (
        "from pydantic import BaseModel, validator\nclass A(BaseModel):\n    @validator('x')\n    def f(cls, v): ...\n"
    )
    installed.add("acme", {"shop": {"plugin.toml": SOUND.format(id="shop"), "models.py": code}})
    [old] = doctor(code=2)["doctor.pydantic"]
    assert "acme_shop/models.py:3: @validator" in old["message"]
    assert "@field_validator" in old["remedy"]


def test_a_source_that_this_python_can_t_read(doctor: Doctor, installed: TemporaryDistributions) -> None:
    installed.add("acme", {"shop": {"plugin.toml": SOUND.format(id="shop"), "new.py": "def broken(:\n"}})
    assert "acme_shop/new.py" in doctor("plugins", "doctor", code=1)["doctor.syntax"][0]["message"]


def test_a_module_that_two_distributions_ship(doctor: Doctor, installed: TemporaryDistributions) -> None:
    installed.add("acme", {"shop": {"plugin.toml": SOUND.format(id="shop")}})
    installed.add("copycat", {})
    for name in ("acme", "copycat"):
        record = installed.folder / f"{name}-1.0.dist-info" / "RECORD"
        record.write_text("acme_shop/__init__.py,,\nacme_shop/plugin.py,,\n")
    [twice] = doctor(code=1)["doctor.module-twice"]
    assert "acme_shop is installed by acme and copycat" in twice["message"]


def test_a_package_that_a_local_folder_hides(
    root: Path, installed: TemporaryDistributions, capsys: pytest.CaptureFixture[str]
) -> None:
    installed.add("acme", {"shop": {"plugin.toml": SOUND.format(id="shop")}})
    local = root / "acme_shop"
    local.mkdir()
    (local / "__init__.py").write_text("")
    (local / "plugin.toml").write_text(SOUND.format(id="shop"))
    with installed.on_path(), TemporaryDistributions(root).on_path():
        assert run(["plugins", "doctor"]) == 1
    assert f"shop: acme_shop is imported from {local}, not acme's" in capsys.readouterr().out


def test_a_local_file_named_like_a_package(doctor: Doctor, root: Path) -> None:
    (root / "streamlit.py").write_text("")
    [found] = doctor(code=2)["doctor.local-name"]
    assert str(root / "streamlit.py") in found["message"]


def test_a_plugin_whose_package_is_gone(doctor: Doctor, installed: TemporaryDistributions, root: Path) -> None:
    installed.add("acme", {"shop": {}})
    (installed.folder / "acme_shop").rename(installed.folder / "moved")
    (root / "plugins.toml").write_text("[plugins.shop]\n")
    [found] = doctor(code=1)["doctor.plugin-out"]
    assert "its package is gone" in found["message"]


def test_pins_that_name_nothing_and_features_that_are_off(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FEATURE_WAREHUOSE", "true")
    monkeypatch.setenv("FEATURE_MIGRATIONS", "false")
    found = doctor(code=2)
    assert "FEATURE_WAREHUOSE" in found["doctor.note"][0]["message"]
    [off] = found["doctor.feature"]
    assert "run `app db migrate` yourself" in off["message"]


def test_every_fault_of_the_settings_and_the_other_checks_all_the_same(
    doctor: Doctor, monkeypatch: pytest.MonkeyPatch, installed: TemporaryDistributions
) -> None:
    installed.add("acme", {"shop": {"plugin.toml": SOUND.format(id="shop"), "new.py": "def broken(:\n"}})
    monkeypatch.setenv("APP_THEME", "purple")
    monkeypatch.setenv("DB_POOL_SIZE", "many")
    found = doctor(code=1)
    assert len(found["doctor.settings"]) == 2
    assert "doctor.syntax" in found


def test_a_plugins_toml_that_can_t_be_read(doctor: Doctor, root: Path) -> None:
    (root / "plugins.toml").write_text("strict = maybe\n")
    assert "plugins.toml" in doctor(code=1)["doctor.settings"][0]["message"]


def test_a_data_folder_that_is_a_file(doctor: Doctor, root: Path) -> None:
    (root / "var").write_text("")
    found = doctor(code=1)
    assert str(root / "var") in str(found)


def test_a_database_that_is_away(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://someone:secret@127.0.0.1:1/none")
    found = doctor(code=1)
    assert "cannot be used" in found["doctor.database"][0]["message"]
    assert "secret" not in str(found)


def test_a_faulty_sqlite_library(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    driver = sqlite_driver.SqliteDriver(sqlite_driver.sqlite_driver().module, (3, 51, 2))
    monkeypatch.setattr(sqlite_driver, "sqlite_driver", lambda: driver)
    [found] = doctor(code=2)["doctor.sqlite"]
    assert "3.51.2" in found["message"]
    assert "pip install pysqlite3" in found["remedy"]


def test_tables_that_somebody_changed_by_hand(doctor: Doctor, root: Path) -> None:
    database = Database(DatabaseConfig(), root / "var")
    Migrator(database, [host_target()]).upgrade()
    with database.single.begin() as connection:
        connection.execute(text("ALTER TABLE host_toggle ADD COLUMN mine INTEGER"))
    database.dispose()
    [found] = doctor(code=2)["doctor.drift"]
    assert "column host_toggle.mine: only the database has it" in found["message"]


def test_a_schema_that_is_behind_where_it_is_only_checked(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_DATABASE__MIGRATE", "check")
    assert doctor(code=1)["doctor.schema"][0]["remedy"] == "Run: app db migrate"


def test_a_port_that_somebody_else_holds(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.close()
        with socket.create_server(("127.0.0.1", 0)) as other:
            other.settimeout(0)
            monkeypatch.setenv("APP_SERVER__PORT", str(other.getsockname()[1]))
            monkeypatch.setattr("host.cli.server._TIMEOUT_S", 0.2)
            assert "can't be listened on" in doctor(code=1)["doctor.port"][0]["message"]


def test_a_check_that_fails_is_a_finding_and_stops_no_other(
    doctor: Doctor, monkeypatch: pytest.MonkeyPatch, installed: TemporaryDistributions
) -> None:
    def packages_are_gone(_: object) -> Any:
        raise RuntimeError("boom")

    installed.add("acme", {"shop": {"plugin.toml": SOUND.format(id="shop"), "new.py": "def broken(:\n"}})
    monkeypatch.setattr("host.cli.doctor.packages.requirements", packages_are_gone)
    found = doctor(code=1)
    assert "packages_are_gone failed: RuntimeError: boom" in found["doctor.check"][0]["message"]
    assert "doctor.syntax" in found


def test_in_words_the_worst_comes_first(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "streamlit.py").write_text("")
    (root / "plugins.toml").write_text("[plugins.gone]\n")
    assert run(["doctor"]) == 1
    out = capsys.readouterr().out
    assert out.index("error ") < out.index("warning ")
    assert "→ Install its distribution" in out
    assert "1 error, 1 warning" in out
