"""The context that the host installs per run, fragment, command and job; façades read it, nothing else sets it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from host.contracts.principal import Principal
from host.errors import NoContextError, PermissionDeniedError
from host.kernel.decisions import decide

if TYPE_CHECKING:
    from host.kernel.application import Application
    from host.kernel.flags.view import FlagView


@dataclass(frozen=True, slots=True)
class RunContext:
    """Who acts where.

    Args:
        correlation_id: leads from the screen to the log lines.
        session_id: the browser session's id, ``None`` in commands.
        page: path of the page that runs, if one does.
        plugin: id of the plugin whose code runs, if any.
        language: ``"en"`` or ``"de"``, decided for this run.
        flags: feature flags as this run sees them to its end; ``None`` where each question is answered anew.
        signed_in: whether a sign-in session stands behind `principal`, so that each check asks what it may do by now:
            a run may outlast its rights.
    """

    application: "Application"
    principal: Principal
    correlation_id: str
    session_id: str | None = None
    page: str | None = None
    plugin: str | None = None
    language: str = "en"
    flags: "FlagView | None" = None
    signed_in: bool = False


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
    """Return who acts, if it holds `permission`; a denial is a security event.

    Args:
        resource: what it is wanted for: every rule of a plugin for the permission must say yes to it.

    Raises:
        PermissionDeniedError: it doesn't, or a rule didn't say yes in time.
        NoContextError: nobody acts here.
    """
    context = current()
    application, principal = context.application, by_now(context)
    if principal is None:
        raise PermissionDeniedError(f"{context.principal.user_id} is not signed in any more")
    refusal = decide(application, principal, permission, resource)
    if refusal is not None:
        application.host.denials().note(principal, permission, refusal.why, page=context.page or "")
        raise PermissionDeniedError(f"{principal.user_id} {refusal.why}")
    return principal


def by_now(context: RunContext) -> Principal | None:
    """Return who acts with what they may do at this moment, ``None`` if they aren't signed in any more."""
    principal = context.principal
    return context.application.signed_in(principal.user_id, principal.session) if context.signed_in else principal


def permitted(permission: str, resource: Any = None) -> bool:
    """Tell whether who acts may do something: for what a page offers; the service itself calls `authorize`.

    Args:
        resource: as `authorize` takes it.

    Raises:
        NoContextError: nobody acts here.
    """
    context = current()
    principal = by_now(context)
    return principal is not None and decide(context.application, principal, permission, resource) is None
