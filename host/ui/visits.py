"""Notices when a reader comes to a page, leaves it or changes its parameters, and tells the page and the event bus."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from host.contributions import Page, PageEvent
from host.kernel.context import current
from host.kernel.registry import Owned
from host.ui import keys
from host.ui.admission import find
from host.ui.boundary import CAUGHT, note
from host.ui.events import PageVisited
from host.ui.params import Query

ParamsOf = Callable[[Owned[Page], Query], Any]
"""Builds a page's typed parameters from a query."""


@dataclass(frozen=True, slots=True)
class VisitNote:
    """Where the session was last."""

    page: str
    query: Query


def flat(query: Query) -> dict[str, str]:
    """Return a query with the last of several values."""
    return {name: values[-1] for name, values in query.items() if values}


def arrive(owned: Owned[Page], query: Mapping[str, Sequence[str]]) -> tuple[PageEvent | None, VisitNote | None]:
    """Note the visit; return what the page is to be told and, when it was another, where the reader came from."""
    path = owned.value.path
    before: VisitNote | None = st.session_state.get(keys.VISIT)
    now = VisitNote(path, {name: tuple(values) for name, values in query.items()})
    if before == now:
        return None, None
    st.session_state[keys.VISIT] = now
    if before is not None and before.page == path:
        return PageEvent("params", path, flat(query)), None
    _publish(owned, before, query)
    return PageEvent("entered", path, flat(query)), before


def say_goodbye(left: VisitNote, params_of: ParamsOf) -> None:
    """Tell the page that was left; it may be gone or forbidden by now, then there is nobody to tell."""
    context = current()
    owned = find(context.application, context.principal, left.page)
    if owned is None or not context.principal.may(owned.value.permission):
        return
    try:
        tell(instance(owned, params_of(owned, left.query)), PageEvent("left", left.page, flat(left.query)))
    except CAUGHT as error:
        note(error)


def instance(owned: Owned[Page], params: Any) -> Any | None:
    """Return a fresh object of a page class with its services, ``None`` for a page function."""
    if not isinstance(owned.value.render, type):
        return None
    context = current()
    build = context.application.bind(owned.plugin, owned.value.render, params=params, principal=context.principal)
    return build()


def tell(page: Any | None, event: PageEvent | None) -> None:
    """Hand `event` to a page object that listens."""
    listen = getattr(page, "on_event", None)
    if event is not None and listen is not None:
        listen(event)


def _publish(owned: Owned[Page], before: VisitNote | None, query: Query) -> None:
    context = current()
    context.application.host.events().publish(
        PageVisited(
            page=owned.value.path,
            plugin=owned.plugin,
            previous=before.page if before is not None else "",
            user_id=context.principal.user_id,
            session_id=context.session_id or "",
            params=flat(query),
        )
    )
