"""A project folder with throw-away distributions, and a boot that is closed in the end."""

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import tomlkit

from host.config import load_config
from host.contributions import Role
from host.kernel.application import Application
from host.kernel.boot import boot
from host.testing.distributions import TemporaryDistributions
from tests.integration.kernel.bad_plugins import GOOD, Bad


@pytest.fixture
def distributions(tmp_path: Path) -> Iterator[TemporaryDistributions]:
    """Throw-away distributions on the path."""
    folder = tmp_path / "site"
    folder.mkdir()
    with TemporaryDistributions(folder).on_path() as made:
        yield made


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project folder that lists no plugin."""
    root = tmp_path / "project"
    root.mkdir()
    (root / "plugins.toml").write_text("")
    monkeypatch.setenv("HOLDFAST_ROOT", str(root))
    return root


@pytest.fixture
def start(project: Path) -> Iterator[Callable[..., Application]]:
    """Boot the project; everything booted is closed after the test."""
    opened: list[Application] = []

    def run(role: Role = "web") -> Application:
        opened.append(boot(role, load_config(project)))
        return opened[-1]

    yield run
    for application in opened:
        application.close()


def install(bad: Bad, distributions: TemporaryDistributions, project: Path) -> None:
    """Install a kind of bad plugin beside a good one and list them all."""
    distributions.add("acme-good", {"good": GOOD})
    for id_, files in bad.plugins.items():
        distributions.add(f"acme-{id_}", {id_: files})
    for name, plugins in bad.others.items():
        distributions.add(name, plugins)
    listed = tomlkit.document()
    listed.update(tomllib.loads(bad.config))
    tables = listed.setdefault("plugins", {})
    for id_ in ("good", *bad.plugins):
        tables.setdefault(id_, {})
    (project / "plugins.toml").write_text(tomlkit.dumps(listed))
