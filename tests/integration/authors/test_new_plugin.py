"""``app plugins new``: what it writes is clean, passes its own tests, and works where only its wheel is installed."""

import json
import sys
from pathlib import Path

import pytest

from tests.environments import Environment
from tests.integration.authors.shipping import new_plugin, run, said, ship

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
def operator(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment with the wheels, and a project in which the plugin is enabled."""
    environment = ship(package, tmp_path_factory.mktemp("operator"))
    assert _row(environment)["state"] == "off"
    said(environment, "app", "plugins", "enable", "quill")
    return environment


def test_its_own_tests_pass_at_once(package: Path) -> None:
    output = run([sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider"], package)
    assert "skipped" not in output


CHECKS = (["ruff", "check"], ["ruff", "format", "--check"], pytest.param(["mypy"], marks=pytest.mark.long))


@pytest.mark.parametrize("arguments", CHECKS, ids=" ".join)
def test_its_code_is_clean(package: Path, arguments: list[str]) -> None:
    run([sys.executable, "-m", *arguments], package)


def test_the_installed_wheel_is_enabled_by_name(operator: Environment) -> None:
    row = _row(operator)
    assert (row["enabled"], row["distribution"]) == (True, "holdfast-quill")


def test_its_page_works_where_only_the_wheel_is(operator: Environment) -> None:
    (operator.home / "open_page.py").write_text(_PAGE)
    output = said(operator, "python", "open_page.py")
    assert f"from {operator.folder}" in output
    assert f"and {operator.folder}" in output
    assert "answers 200" in output


def _row(environment: Environment) -> dict[str, object]:
    listed = json.loads(said(environment, "app", "plugins", "list", "--json"))
    rows = listed["plugins"] if isinstance(listed, dict) else listed
    return next(row for row in rows if row["id"] == "quill")
