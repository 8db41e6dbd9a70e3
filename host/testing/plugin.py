"""The pytest plugin: fixtures that boot an app. It imports the host only when a fixture is used."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from host.testing.checkout import announce_checkout

if TYPE_CHECKING:
    from host.contributions import Role
    from host.testing.distributions import TemporaryDistributions
    from host.testing.host_app import HostApp

INI: Final = "holdfast_plugins"
STRICT_INI: Final = "holdfast_strict_loading"
MARKER: Final = "holdfast"
_SCRUBBED: Final = ("FEATURE_", "FLAG_", "HOLDFAST_", "HOST_SAFE_MODE")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the ini options that say how every `host_app` boots."""
    parser.addini(INI, "ids of the plugins that the fixture host_app enables", type="args", default=[])
    parser.addini(STRICT_INI, "a loop that asks the database once per item fails the test", type="bool", default=False)


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, and the plugins of a checkout that nobody installed."""
    config.addinivalue_line(
        "markers", f"{MARKER}(plugins, settings, config, choose, role): how the fixture host_app boots for this test"
    )
    config.add_cleanup(announce_checkout(config.rootpath))


@dataclass
class HostAppFactory:
    """Boots apps for one test, each on a database of its own; all are closed in the end."""

    folder: Path
    default: Sequence[str]
    stops: ExitStack
    booted: int = 0
    strict_loading: bool = False

    def __call__(
        self,
        plugins: Sequence[str] | None = None,
        *,
        settings: Mapping[str, Mapping[str, Any]] | None = None,
        config: Mapping[str, Any] | None = None,
        choose: Mapping[str, str] | None = None,
        settings_version: Mapping[str, int] | None = None,
        role: "Role" = "web",
        again: bool = False,
    ) -> "HostApp":
        """Boot an app; a plugin of it that fails to start, or a connection left open in the end, fails the test.

        Args:
            plugins: ids to enable; by default those of the ini option ``holdfast_plugins``.
            settings: plugin id → its settings.
            config: the host's settings by dotted name.
            choose: capability → provider name.
            settings_version: plugin id → version of the schema that its settings are written for.
            role: of the process.
            again: on the data of the app before, which has to be closed.

        Raises:
            StartRefusedError: naming each plugin that can't start, and why.
        """
        from host.kernel.boot import boot
        from host.testing.host_app import HostApp
        from host.testing.project import Project

        self.booted += 0 if again else 1
        enabled = self.default if plugins is None else plugins
        root = self.folder / f"project-{self.booted}"
        wanted = {**({"database.strict_loading": True} if self.strict_loading else {}), **(config or {})}
        written = Project(root, enabled, settings or {}, wanted, choose or {}, settings_version or {}).write()
        application = boot(role, written)
        self.stops.callback(application.close)
        self.stops.callback(application.host.leak_watch().require_none)
        return HostApp(application)


@pytest.fixture
def make_host_app(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[HostAppFactory]:
    """Boot as many apps as the test wants."""
    _scrub(monkeypatch)
    with ExitStack() as stops:
        strict = request.config.getini(STRICT_INI)
        yield HostAppFactory(tmp_path / "holdfast", request.config.getini(INI), stops, strict_loading=strict)


@pytest.fixture
def host_app(request: pytest.FixtureRequest, make_host_app: HostAppFactory) -> "HostApp":
    """Boot one app, as the nearest marker ``holdfast(plugins=…, settings=…, config=…, role=…)`` says."""
    marker = request.node.get_closest_marker(MARKER)
    return make_host_app(*marker.args, **marker.kwargs) if marker else make_host_app()


@pytest.fixture
def temporary_distributions(tmp_path: Path) -> Iterator["TemporaryDistributions"]:
    """Put a folder on the path in which the test installs distributions of its own."""
    from host.testing.distributions import TemporaryDistributions

    folder = tmp_path / "site-packages"
    folder.mkdir()
    with TemporaryDistributions(folder).on_path() as made:
        yield made


def _scrub(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take what the developer's shell sets for the app out of the environment."""
    from host.config.fields import PREFIX, variable_fields

    names = [name for name in os.environ if name in variable_fields() or name.startswith((*_SCRUBBED, PREFIX))]
    for name in names:
        monkeypatch.delenv(name)
