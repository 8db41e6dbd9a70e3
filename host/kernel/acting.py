"""Tells the data layer who acts: the principal of the run, a command's caller, or the process itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from structlog.contextvars import get_contextvars

from host.contracts.principal import Principal
from host.data.actor import SYSTEM, Actor
from host.kernel.context import RunContext, current, entered, running


def acting() -> Actor:
    """Return who acts in this context; behind another's eyes stands the real person, who may not write."""
    context = running()
    if context is None:
        bound = get_contextvars()
        user = bound.get("user", SYSTEM.user_id)
        return Actor(user, bound.get("user_name", user), bound.get("plugin"), None, bound.get("correlation_id"))
    looking = bool(context.principal.viewed_by)
    person = _real(context) if looking else context.principal
    return Actor(person.user_id, person.name, context.plugin, context.page, context.correlation_id, looking)


@contextmanager
def as_oneself() -> Iterator[Principal]:
    """Let whoever looks through another's eyes act as themselves for the block: to stop looking, to keep books.

    Anybody else acts as before.

    Raises:
        NoContextError: nobody acts here.
    """
    context = current()
    person = _real(context) if context.principal.viewed_by else context.principal
    with entered(replace(context, principal=person)):
        yield person


def _real(context: RunContext) -> Principal:
    viewed = context.principal
    person = context.application.principal(viewed.viewed_by)
    # Somebody who was disabled meanwhile is still the one who acted, and may nothing.
    person = person or Principal(viewed.viewed_by, viewed.viewed_by)
    return replace(person, session=viewed.session)
