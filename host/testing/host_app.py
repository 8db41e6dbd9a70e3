"""A booted app in a test's hands: its pages, commands, routes, services, events and errors."""

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from host.contracts.principal import Principal
from host.contributions import FlagValue
from host.errors import new_error_id
from host.kernel.application import Application
from host.kernel.context import RunContext, entered
from host.kernel.services import PluginServices
from host.testing.principals import EVERYBODY, known_principals
from host.testing.recorders import EventRecorder

if TYPE_CHECKING:
    from host.testing.http import GateClient
    from host.testing.pages import PageTest

PAGE_TIMEOUT_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class CommandResult:
    """How a command ended.

    Args:
        output: what it wrote to the terminal, messages and errors alike.
    """

    exit_code: int
    output: str

    def assert_success(self) -> "CommandResult":
        """Return this result, unless the command failed.

        Raises:
            AssertionError: with the output.
        """
        assert self.exit_code == 0, f"exit code {self.exit_code}\n{self.output}"
        return self


@dataclass
class HostApp:
    """A real application on a database of its own.

    Args:
        application: what `boot` returned.
        events: every event delivered since the start.
    """

    application: Application
    events: EventRecorder = field(default_factory=EventRecorder)

    def __post_init__(self) -> None:
        self.principals = known_principals(self.application.authenticator)
        self.application.authenticator = self.principals
        self.events.listen(self.application.host.events())

    def services(self, plugin: str) -> PluginServices:
        """Return the built services of a plugin, by attribute."""
        return self.application.plugins[plugin].services

    def call(
        self, page: str, /, *, principal: Principal = EVERYBODY, language: str = "en", **params: Any
    ) -> "PageTest":
        """Open a page as a browser would and return it after its first run.

        Args:
            page: its path.
            principal: who opens it.
            params: the page's parameters, as `navigate` takes them.
        """
        from host.testing.pages import PageTest
        from host.ui.params import encode
        from host.ui.router import PAGE

        opened = PageTest(self.application, self.principals.add(principal), language, PAGE_TIMEOUT_S)
        opened.query_params = {PAGE: page, **encode(params)}
        opened.run()
        return opened

    def run_command(self, line: str, *, principal: Principal = EVERYBODY) -> CommandResult:
        """Run a plugin's command in this process.

        Args:
            line: as typed after ``app``: ``"notes export --limit 3"``.
        """
        from host.testing.commands import run_command

        with self.context(principal):
            exit_code, output = run_command(self.application, shlex.split(line))
        return CommandResult(exit_code, output)

    @contextmanager
    def context(
        self,
        principal: Principal = EVERYBODY,
        *,
        plugin: str | None = None,
        page: str | None = None,
        language: str = "en",
    ) -> Iterator[RunContext]:
        """Act as `principal` for the block, so that `authorize`, `current` and `text` work.

        Args:
            plugin: whose code is meant to run.
            page: path of the page that is meant to run.
        """
        known = self.principals.add(principal)
        acting = RunContext(
            application=self.application,
            principal=known,
            correlation_id=new_error_id().replace("E-", "test-"),
            page=page,
            plugin=plugin,
            language=language,
            flags=self.application.feature_flags.view(known),
        )
        with entered(acting):
            yield acting

    def set_flag(self, name: str, value: FlagValue | None) -> None:
        """Set a feature flag for everybody, as operators do at run time; ``None`` takes that back.

        Raises:
            ValidationError: no such flag, or no value of it.
        """
        self.application.feature_flags.desk.set_value(name, value, "test")

    def client(self, principal: Principal = EVERYBODY) -> "GateClient":
        """Return an HTTP client that reaches the routes through the gate."""
        from host.testing.http import GateClient

        return GateClient(self.application, self.principals.add(principal))
