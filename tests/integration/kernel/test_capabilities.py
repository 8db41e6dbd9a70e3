"""Capabilities: filled by the chosen plugin, refused where the contract isn't kept, absent again when it fails."""

from collections.abc import Callable
from pathlib import Path

import pytest

from host.errors import CapabilityMissingError
from host.kernel.application import Application
from host.testing.distributions import TemporaryDistributions

Start = Callable[..., Application]
MANIFEST = '[plugin]\nhost = ">=1.0,<2"\nprovides = { jobs = ["local"] }\n'
QUEUE = """
    from dependency_injector import containers, providers
    from host import Plugin, hookimpl

    class Queue:
        def enqueue(self, function, /, **arguments):
            return "job-1"

    class Services(containers.DeclarativeContainer):
        jobs = providers.ThreadSafeSingleton(Queue)

    class Hooks:
        @hookimpl
        def lifespan(self, services):
            START
            yield

    plugin = Plugin(services=Services, hooks=Hooks)
"""
USER = """
    from dependency_injector import containers, providers
    from host import Plugin

    class User:
        def __init__(self, jobs): self.jobs = jobs

    class Services(containers.DeclarativeContainer):
        jobs = providers.Dependency()
        user = providers.ThreadSafeSingleton(User, jobs)

    plugin = Plugin(services=Services)
"""


def _manifest(field: str) -> str:
    return f'[plugin]\nhost = ">=1.0,<2"\n{field} = ["jobs"]\n'


@pytest.fixture
def world(distributions: TemporaryDistributions, project: Path) -> Callable[[str], None]:
    """Installs a queue, one plugin that needs it and one that uses it where it is."""

    def install(queue: str) -> None:
        distributions.add("acme-queue", {"queue": {"plugin.py": queue, "plugin.toml": MANIFEST}})
        distributions.add("acme-needs", {"needs": {"plugin.py": USER, "plugin.toml": _manifest("needs")}})
        distributions.add("acme-uses", {"uses": {"plugin.py": USER, "plugin.toml": _manifest("uses")}})
        (project / "plugins.toml").write_text("[plugins.queue]\n[plugins.needs]\n[plugins.uses]\n")

    return install


def test_chosen_provider_reaches_everybody_who_asks(world: Callable[[str], None], start: Start) -> None:
    world(QUEUE.replace("START", "pass"))
    application = start()
    assert application.plugins["needs"].services.user.jobs.enqueue(print) == "job-1"
    assert application.plugins["uses"].services.user.jobs.enqueue(print) == "job-1"
    row = application.report.row("queue")
    assert row is not None
    assert row.provides == ("jobs=local",)


@pytest.mark.parametrize(
    "queue",
    [
        QUEUE.replace("START", "raise RuntimeError('no server')"),
        QUEUE.replace("START", "pass").replace("def enqueue", "def push"),
        QUEUE.replace("START", "pass").replace("        jobs = providers", "        queue = providers"),
    ],
    ids=["start-raises", "contract-not-kept", "provider-missing"],
)
def test_failed_provider_takes_out_who_needs_it_and_leaves_absence_to_who_uses_it(
    queue: str, world: Callable[[str], None], start: Start
) -> None:
    world(queue)
    application = start()
    needs = application.report.row("needs")
    assert needs is not None
    assert needs.line == "needs  failed  requires  requires queue (failed)"
    with pytest.raises(CapabilityMissingError, match="no active plugin provides 'jobs'"):
        application.plugins["uses"].services.user.jobs.enqueue(print)


def test_required_plugin_is_reached_through_its_api_only(
    distributions: TemporaryDistributions, project: Path, start: Start
) -> None:
    offers = QUEUE.replace("START", "pass").replace("jobs = providers", "api = providers")
    asks = USER.replace("jobs", "offers")
    distributions.add("acme-offers", {"offers": {"plugin.py": offers}})
    requires = '[plugin]\nhost = ">=1.0,<2"\nrequires = ["offers"]\n'
    distributions.add("acme-asks", {"asks": {"plugin.py": asks, "plugin.toml": requires}})
    distributions.add("acme-intruder", {"intruder": {"plugin.py": asks}})
    (project / "plugins.toml").write_text("[plugins.offers]\n[plugins.asks]\n[plugins.intruder]\n")
    application = start()
    assert application.plugins["asks"].services.user.offers.enqueue(print) == "job-1"
    intruder = application.report.row("intruder")
    assert intruder is not None
    assert "unknown slot 'offers'" in intruder.line
