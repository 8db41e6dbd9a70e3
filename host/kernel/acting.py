"""Tells the data layer who acts: the principal of the run, a command's caller, or the process itself."""

from structlog.contextvars import get_contextvars

from host.data.actor import SYSTEM, Actor
from host.kernel.context import running


def acting() -> Actor:
    """Return who acts in this context."""
    context = running()
    if context is None:
        bound = get_contextvars()
        user = bound.get("user", SYSTEM.user_id)
        return Actor(user, bound.get("user_name", user), bound.get("plugin"), None, bound.get("correlation_id"))
    principal = context.principal
    return Actor(principal.user_id, principal.name, context.plugin, context.page, context.correlation_id)
