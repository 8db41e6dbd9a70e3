"""A plugin that ends the process during its start is off at the next start, with its stage shown."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from host.config import load_config
from host.kernel.application import Application
from host.kernel.boot import lay_ground
from host.kernel.report import PluginStatus
from host.testing.distributions import TemporaryDistributions
from tests.integration.kernel.bad_plugins import GOOD

KILLS_ITSELF = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
_STARTS = f"""
    from host import Plugin, hookimpl

    class Hooks:
        @hookimpl
        def lifespan(self, services):
            {KILLS_ITSELF}
            yield

    plugin = Plugin(hooks=Hooks)
"""
_WAITS = """
    import time, pathlib
    pathlib.Path("waiting").touch()
    time.sleep(60)
"""


def _boot_elsewhere(project: Path, site: Path) -> subprocess.Popen[bytes]:
    code = "from host.kernel.boot import boot; boot('web').close()"
    environment = {**os.environ, "PYTHONPATH": str(site), "HOLDFAST_ROOT": str(project)}
    return subprocess.Popen([sys.executable, "-c", code], env=environment, cwd=project)


def _row(application: Application, plugin: str) -> PluginStatus:
    row = application.report.row(plugin)
    assert row is not None
    return row


def _prepare(distributions: TemporaryDistributions, project: Path, code: str) -> None:
    distributions.add("acme-good", {"good": GOOD})
    distributions.add("acme-deadly", {"deadly": {"plugin.py": code}})
    (project / "plugins.toml").write_text("[plugins.good]\n[plugins.deadly]\n")


@pytest.mark.parametrize(("code", "stage"), [(KILLS_ITSELF, "load"), (_STARTS, "start")])
def test_is_off_at_the_next_start_with_its_stage(
    code: str, stage: str, distributions: TemporaryDistributions, project: Path, start: Callable[..., Application]
) -> None:
    _prepare(distributions, project, code)
    assert _boot_elsewhere(project, distributions.folder).wait(60) == -signal.SIGKILL

    application = start()

    assert _row(application, "deadly").reason == f"ended the process during the last start (stage {stage})"
    assert "good/hello" in application.pages


def test_enabling_it_lets_it_try_again(
    distributions: TemporaryDistributions, project: Path, start: Callable[..., Application]
) -> None:
    _prepare(distributions, project, KILLS_ITSELF)
    _boot_elsewhere(project, distributions.folder).wait(60)
    start()
    (distributions.folder / "acme_deadly_deadly" / "plugin.py").write_text("from host import Plugin\nplugin=Plugin()\n")

    lay_ground(load_config(project)).toggles().enable("deadly", "tester")

    assert _row(start(), "deadly").state == "active"


def test_a_new_version_tries_again(
    distributions: TemporaryDistributions, project: Path, start: Callable[..., Application]
) -> None:
    _prepare(distributions, project, KILLS_ITSELF)
    _boot_elsewhere(project, distributions.folder).wait(60)
    start()
    distributions.remove("acme-deadly")
    distributions.add("acme-deadly", {"deadly": {}}, version="1.1")

    assert _row(start(), "deadly").state == "active"


def test_a_stop_from_outside_accuses_nobody(
    distributions: TemporaryDistributions, project: Path, start: Callable[..., Application]
) -> None:
    _prepare(distributions, project, _WAITS)
    process = _boot_elsewhere(project, distributions.folder)
    try:
        while not (project / "waiting").exists():
            assert process.poll() is None
        process.terminate()
        assert process.wait(60) == -signal.SIGTERM
    finally:
        process.kill()
        process.wait()

    assert not list((project / "var" / "boot").glob("*-*.json"))
    (distributions.folder / "acme_deadly_deadly" / "plugin.py").write_text("from host import Plugin\nplugin=Plugin()\n")
    assert _row(start(), "deadly").state == "active"


@pytest.mark.parametrize("text", ["{", "[]", '{"deadly": "load"}'])
def test_a_damaged_quarantine_keeps_nobody_out(
    text: str, distributions: TemporaryDistributions, project: Path, start: Callable[..., Application]
) -> None:
    _prepare(distributions, project, "from host import Plugin\nplugin=Plugin()\n")
    (project / "var" / "boot").mkdir(parents=True)
    (project / "var" / "boot" / "quarantine.json").write_text(text)

    assert _row(start(), "deadly").state == "active"
