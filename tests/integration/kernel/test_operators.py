"""What operators may demand of a start: pins, strict, abort, safe mode, a closed door, a start without the database."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from host.config import load_config
from host.contracts import Credentials
from host.errors import ConfigError
from host.kernel.application import Application
from host.kernel.boot import StartRefusedError, boot
from host.testing.distributions import TemporaryDistributions
from tests.integration.kernel.bad_plugins import GOOD

Start = Callable[..., Application]
BROKEN = {"plugin.py": "1/0"}
BROKEN_AUTH = {**BROKEN, "plugin.toml": '[plugin]\nhost = ">=1.0,<2"\nprovides = { auth = ["local"] }\n'}
AUTH = {
    **BROKEN_AUTH,
    "plugin.py": """
        from dependency_injector import containers, providers
        from host import Plugin, Principal

        class Nobody:
            def resolve(self, credentials): return None
            def principal(self, user_id): return Principal(user_id, user_id)

        class Services(containers.DeclarativeContainer):
            auth = providers.ThreadSafeSingleton(Nobody)

        plugin = Plugin(services=Services)
    """,
}


PICKY = """
    from host import Finding, Plugin, hookimpl

    class Hooks:
        @hookimpl
        def checks(self, settings):
            return [
                Finding(code="picky.one", severity="warning", message="first", remedy="do this"),
                Finding(code="picky.two", severity="info", message="second", remedy="do that"),
            ]

    plugin = Plugin(hooks=Hooks)
"""


@pytest.fixture
def installed(distributions: TemporaryDistributions, project: Path) -> Path:
    """A good plugin and a broken one, both listed."""
    distributions.add("acme-good", {"good": GOOD})
    distributions.add("acme-broken", {"broken": BROKEN})
    (project / "plugins.toml").write_text("[plugins.good]\n[plugins.broken]\n")
    return project


def test_strict_refuses_a_start_and_lists_every_reason(installed: Path) -> None:
    path = installed / "plugins.toml"
    path.write_text("strict = true\n" + path.read_text() + "[plugins.absent]\n")
    with pytest.raises(StartRefusedError) as refused:
        boot("web", load_config(installed))
    assert "broken  failed  load" in refused.value.message
    assert "absent  missing  plan" in refused.value.message


def test_on_failure_abort_refuses_for_that_plugin_only(installed: Path, start: Start) -> None:
    path = installed / "plugins.toml"
    path.write_text('[plugins.good]\non_failure = "abort"\n[plugins.broken]\n')
    assert start().ready
    path.write_text('[plugins.good]\n[plugins.broken]\non_failure = "abort"\n')
    with pytest.raises(StartRefusedError, match="broken  failed  load"):
        boot("web", load_config(installed))


def test_safe_mode_imports_no_other_plugin(installed: Path, start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOST_SAFE_MODE", "1")
    application = start()
    assert not application.plugins
    assert "acme_good_good.plugin" not in sys.modules


def test_pinned_off_plugin_is_never_imported(installed: Path, start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FEATURE_GOOD", "false")
    application = start()
    row = application.report.row("good")
    assert row is not None
    assert (row.state, row.origin) == ("off", "pinned")
    assert not [module for module in sys.modules if module.startswith("acme_good")]
    assert not application.pages


def test_pin_in_the_env_file_counts(installed: Path, start: Start) -> None:
    (installed / ".env").write_text("FEATURE_GOOD=no\n")
    assert "good" not in start().plugins


def test_every_wrong_switch_is_named_at_once(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FEATURE_GOOD", "maybe")
    monkeypatch.setenv("FEATURE_GATE", "false")
    with pytest.raises(ConfigError) as wrong:
        boot("web", load_config(installed))
    assert len(wrong.value.faults) == 2
    assert "FEATURE_GOOD='maybe'" in wrong.value.faults[0]
    assert "FEATURE_GATE=false is refused" in wrong.value.faults[1]


def test_without_migrations_no_schema_is_touched(
    project: Path, start: Start, monkeypatch: pytest.MonkeyPatch, distributions: TemporaryDistributions
) -> None:
    monkeypatch.setenv("FEATURE_MIGRATIONS", "false")
    application = start()
    with application.host.database().begin(readonly=True) as unit:
        from sqlalchemy import inspect

        assert inspect(unit.session.connection()).get_table_names() == []


def test_local_principal_only_in_development_on_loopback(project: Path, start: Start) -> None:
    application = start()
    assert application.closed is None
    principal = application.authenticate(Credentials())
    assert principal is not None
    assert principal.may("anything.at.all")

    open_to_all = boot("web", load_config(project, cli={"server.host": "0.0.0.0"}))
    try:
        assert open_to_all.closed is not None
        assert open_to_all.authenticate(Credentials()) is None
        assert open_to_all.principal("local") is None
    finally:
        open_to_all.close()


def test_broken_sign_in_closes_the_app_also_on_a_laptop(
    distributions: TemporaryDistributions, project: Path, start: Start
) -> None:
    distributions.add("acme-door", {"door": BROKEN_AUTH})
    (project / "plugins.toml").write_text("[plugins.door]\n")
    application = start()
    assert application.closed is not None
    assert "door  failed  load" in application.closed
    assert application.authenticate(Credentials()) is None


def test_chosen_sign_in_that_nobody_provides_closes_the_app(project: Path, start: Start) -> None:
    (project / "plugins.toml").write_text('[choose]\nauth = "local"\n')
    assert start().closed is not None


def test_a_sign_in_plugin_decides_who_enters(
    distributions: TemporaryDistributions, project: Path, start: Start
) -> None:
    distributions.add("acme-door", {"door": AUTH})
    (project / "plugins.toml").write_text("[plugins.door]\n")
    application = start()
    assert application.closed is None
    assert application.authenticate(Credentials()) is None
    assert application.principal("alice") is not None


def test_starts_without_the_database_and_checks_the_schema_when_it_is_back(
    distributions: TemporaryDistributions, project: Path, start: Start
) -> None:
    distributions.add("acme-good", {"good": GOOD})
    (project / "plugins.toml").write_text("[plugins.good]\n")
    database = project / "var" / "app.db"
    config = load_config(project, cli={"database.url": "sqlite:///app.db"})
    boot("web", config).close()
    away = database.rename(project / "away.db")
    database.mkdir()

    application = boot("web", config)
    try:
        assert "good/hello" in application.pages
        gone = {each.name: each for each in application.health().components}
        assert gone["database"].status == "failed"
        assert gone["schema"].cause == "database"

        database.rmdir()
        away.rename(database)
        back = {each.name: each for each in application.health().components}
        assert back["schema"].status == "ok"
        assert back["database"].status == "ok"
    finally:
        application.close()


def test_boots_and_serves_nothing_when_the_plugins_folder_is_removed(tmp_path: Path) -> None:
    root = Path(__file__).parents[3]
    copy = tmp_path / "copy"
    copy.mkdir()
    for name in ("host", "config", "migrations"):
        shutil.copytree(root / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("containers.py", "plugins.toml"):
        shutil.copy(root / name, copy / name)
    code = (
        "from host.kernel.boot import boot; import host; print(host.__file__);"
        "a = boot('web'); print(len(a.pages), a.ready, a.health().status); a.close()"
    )
    environment = {**os.environ, "PYTHONPATH": str(copy), "HOLDFAST_ROOT": str(tmp_path)}
    # -S with an explicit path keeps the checkout, which site would add, out of sight.
    packages = next(path for path in sys.path if path.endswith("site-packages"))
    environment["PYTHONPATH"] += os.pathsep + packages
    run = subprocess.run(
        [sys.executable, "-S", "-c", code], env=environment, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert str(copy) in run.stdout
    assert "0 True degraded" in run.stdout


STOPS = """
    import pathlib
    from host import Plugin, hookimpl

    class Hooks:
        @hookimpl
        def lifespan(self, services):
            yield
            pathlib.Path("stopped").touch()

    plugin = Plugin(hooks=Hooks)
"""
INTERRUPTED = """
    from host import Plugin, hookimpl

    class Hooks:
        @hookimpl
        def lifespan(self, services):
            raise KeyboardInterrupt
            yield

    plugin = Plugin(hooks=Hooks)
"""


def test_a_start_interrupted_by_hand_stops_what_had_started(
    distributions: TemporaryDistributions, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    distributions.add("acme-first", {"first": {"plugin.py": STOPS}})
    distributions.add("acme-second", {"second": {"plugin.py": INTERRUPTED}})
    (project / "plugins.toml").write_text("[plugins.first]\n[plugins.second]\n")
    monkeypatch.chdir(project)

    with pytest.raises(KeyboardInterrupt):
        boot("web", load_config(project))

    assert (project / "stopped").exists()
    assert not list((project / "var" / "boot").glob("*-*.json"))


def test_one_fault_of_the_file_is_one_line(project: Path) -> None:
    (project / "plugins.toml").write_text('[choose]\nkitchen = "gas"\n')
    with pytest.raises(ConfigError) as wrong:
        boot("web", load_config(project))
    (fault,) = wrong.value.faults
    assert "no such capability: kitchen; known: auth" in fault


def test_a_report_that_cannot_be_kept_hinders_no_start(project: Path, start: Start) -> None:
    (project / "var" / "report.json" / "in the way").mkdir(parents=True)
    assert start().ready


def test_the_host_declares_its_own_permission_and_keeps_its_name(project: Path, start: Start) -> None:
    application = start()
    named = [(each.plugin, each.value.name) for each in application.permissions]
    assert named == [("host", "host.operate"), ("host", "host.pii")]


def test_every_finding_of_a_check_is_told(distributions: TemporaryDistributions, project: Path, start: Start) -> None:
    distributions.add("acme-picky", {"picky": {"plugin.py": PICKY}})
    (project / "plugins.toml").write_text("[plugins.picky]\n")
    row = start().report.row("picky")
    assert row is not None
    assert row.state == "active"
    assert row.reason == "picky.one: first; picky.two: second"
    assert row.remedy == "do this do that"
