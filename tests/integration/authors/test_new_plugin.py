"""``app plugins new``: what it writes is clean, passes its own tests, and works where only its wheel is installed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.authors.second_environment import SecondEnvironment, new_plugin, run, ship

pytestmark = pytest.mark.timeout(600)
_PAGE = """
from host.config import load_config
from host.kernel.boot import boot
from host.testing import HostApp
import host, holdfast_quill

app = HostApp(boot("web", load_config()))
page = app.call("quill").assert_success()
page.text_input(key="quill/title").set_value("Buy rope")
page.button(key="quill/add").click().run()
assert "Buy rope (Test)" in page.assert_success().texts, page.texts
print("from", host.__file__, "and", holdfast_quill.__file__)
print("answers", app.client().get("/livez").status_code)
app.application.close()
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new package, as written."""
    return new_plugin("quill", tmp_path_factory.mktemp("author"))


@pytest.fixture(scope="module")
def second(package: Path, tmp_path_factory: pytest.TempPathFactory) -> SecondEnvironment:
    """An environment with the wheels."""
    return ship(package, tmp_path_factory.mktemp("operator"))


def test_its_own_tests_pass_at_once(package: Path) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=package, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-5000:]
    assert "skipped" not in done.stdout


@pytest.mark.parametrize("arguments", [["ruff", "check"], ["ruff", "format", "--check"], ["mypy"]], ids=" ".join)
def test_its_code_is_clean(package: Path, arguments: list[str]) -> None:
    run([sys.executable, "-m", *arguments], cwd=package)


def test_the_installed_wheel_is_off_until_it_is_enabled(second: SecondEnvironment) -> None:
    assert _row(second)["state"] == "off"
    second.app("plugins", "enable", "quill")
    assert _row(second)["state"] in ("active", "planned")


def test_its_page_works_where_only_the_wheel_is(second: SecondEnvironment) -> None:
    second.app("plugins", "enable", "quill")
    script = second.project / "open_page.py"
    script.write_text(_PAGE)
    output = run([str(second.python), str(script)], cwd=second.project, env=second.environment)
    assert f"from {second.folder}" in output
    assert f"and {second.folder}" in output
    assert "answers 200" in output


def _row(second: SecondEnvironment) -> dict[str, str]:
    listed = json.loads(second.app("plugins", "list", "--json"))
    rows = listed["plugins"] if isinstance(listed, dict) else listed
    return next(row for row in rows if row["id"] == "quill")
