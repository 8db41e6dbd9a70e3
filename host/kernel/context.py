"""The context that the host installs per run, fragment, command and job; façades read it, nothing else sets it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from host.contracts.principal import Principal
from host.errors import NoContextError, PermissionDeniedError

if TYPE_CHECKING:
    from host.kernel.application import Application


@dataclass(frozen=True, slots=True)
class RunContext:
    """Who acts where.

    Args:
        correlation_id: leads from the screen to the log lines.
        session_id: the browser session's id, ``None`` in commands.
        page: path of the page that runs, if one does.
        plugin: id of the plugin whose code runs, if any.
        language: ``"en"`` or ``"de"``, decided for this run.
    """

    application: "Application"
    principal: Principal
    correlation_id: str
    session_id: str | None = None
    page: str | None = None
    plugin: str | None = None
    language: str = "en"


_current: ContextVar[RunContext | None] = ContextVar("holdfast_context", default=None)


def current() -> RunContext:
    """Return the context of the running code.

    Raises:
        NoContextError: called outside a run, fragment, job or command.
    """
    context = running()
    if context is None:
        raise NoContextError(
            "This function works only inside a page run, fragment, job or command.",
            remedy="In your plugin's own services take what you need as a constructor argument instead.",
        )
    return context


def running() -> RunContext | None:
    """Return the context of the running code, or ``None`` outside of any."""
    return _current.get()


@contextmanager
def entered(context: RunContext) -> Iterator[RunContext]:
    """Install `context` for the block."""
    token = _current.set(context)
    try:
        yield context
    finally:
        _current.reset(token)


def authorize(permission: str, resource: Any = None) -> Principal:
    """Return who acts, if it holds `permission`.

    Args:
        resource: what it is wanted for; the plugin's rules for the permission judge it.

    Raises:
        PermissionDeniedError: it doesn't, or a rule says no.
        NoContextError: nobody acts here.
    """
    context = current()
    principal = context.principal
    if not principal.may(permission):
        raise PermissionDeniedError(f"{principal.user_id} lacks {permission}")
    return principal
