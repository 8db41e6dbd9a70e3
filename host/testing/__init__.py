"""The test kit for plugin authors: a booted app, throw-away distributions, conformance. A pytest plugin loads it."""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from host.testing.conformance import PluginConformance as PluginConformance
    from host.testing.distributions import TemporaryDistributions as TemporaryDistributions
    from host.testing.host_app import CommandResult as CommandResult
    from host.testing.host_app import HostApp as HostApp
    from host.testing.pages import PageTest as PageTest
    from host.testing.plugin import HostAppFactory as HostAppFactory
    from host.testing.principals import EVERYBODY as EVERYBODY
    from host.testing.principals import reader as reader
    from host.testing.recorders import EventRecorder as EventRecorder

_HOME_OF: Final = {
    "EVERYBODY": "host.testing.principals",
    "CommandResult": "host.testing.host_app",
    "EventRecorder": "host.testing.recorders",
    "HostApp": "host.testing.host_app",
    "HostAppFactory": "host.testing.plugin",
    "PageTest": "host.testing.pages",
    "PluginConformance": "host.testing.conformance",
    "TemporaryDistributions": "host.testing.distributions",
    "reader": "host.testing.principals",
}


def __getattr__(name: str) -> Any:
    # Lazy, so that the pytest plugin costs a test run without our fixtures nothing.
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME_OF[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME_OF})
