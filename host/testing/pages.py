"""Runs a page in Streamlit's own test runner, through the real script and shell, behind a handshake of our making."""

from contextlib import ExitStack
from html.parser import HTMLParser
from typing import Any, Final
from unittest import mock

from streamlit.testing.v1 import AppTest

from host.contracts.principal import Principal
from host.kernel import boot
from host.kernel.application import Application
from host.testing.handshake import Handshake
from host.testing.recorders import ErrorRecorder, ReportedError
from host.ui.router import PAGE
from host.web.app import SCRIPT
from host.web.identity import identity_headers

TIMEOUT_S: Final = 30.0
_DEVICE: Final = "test-device"
_READABLE: Final = (
    "title", "header", "subheader", "markdown", "text", "caption", "metric", "info", "success", "warning", "error",
    "toast",
)  # fmt: skip


class _Lines(HTMLParser):
    """Collects what stands between tags."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.found.append(data.strip())


def _lines(html: str) -> list[str]:
    parser = _Lines()
    parser.feed(html)
    return parser.found


class PageTest(AppTest):
    """A page under test: all of Streamlit's `AppTest`, for one reader of one app.

    Every run and every interaction passes the host's own script: marker, shell, guards, permission, error boundary.

    Args:
        language: what the reader chose, ``"en"`` or ``"de"``.
        timeout_s: seconds that a run may take.
    """

    def __init__(self, application: Application, principal: Principal, language: str, timeout_s: float) -> None:
        super().__init__(SCRIPT, default_timeout=timeout_s)
        headers = identity_headers(application.marker, principal, _DEVICE, "test")
        self._application = application
        self._handshake = Handshake(tuple(headers.items()), {"language": language})
        self.errors: list[ReportedError] = []
        """What the host caught and contained while this page ran."""

    @property
    def page(self) -> str:
        """Path of the page that the address names now."""
        return str(self.query_params.get(PAGE, ""))

    @property
    def texts(self) -> list[str]:
        """Everything readable on the page, the shell's menu and header included."""
        shown = [str(getattr(element, "value", "")) for kind in _READABLE for element in self.get(kind)]
        return shown + [line for element in self.get("html") for line in _lines(str(getattr(element, "value", "")))]

    def assert_success(self) -> "PageTest":
        """Return this page, unless something in it raised.

        Raises:
            AssertionError: with the tracebacks of what reached a boundary of the page, of a part or of an action.
        """
        uncaught = [f"{element.message}\n{element.stack_trace}" for element in self.exception]
        found = [*map(str, self.errors), *uncaught]
        if found:
            raise AssertionError("\n".join(found))
        return self

    def _run(self, widget_state: Any = None, timeout: float | None = None) -> "PageTest":
        recorder = ErrorRecorder()
        with ExitStack() as stack:
            stack.enter_context(self._handshake.installed())
            stack.enter_context(mock.patch.object(boot, "_application", self._application))
            stack.enter_context(recorder.listening())
            super()._run(widget_state, timeout)
        self.errors += recorder.errors
        return self
