"""The one door into user code of a web process: script, fragment and callback enter here and nowhere else."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

import streamlit as st

from host.errors import HostError
from host.kernel import boot
from host.kernel.application import Application
from host.kernel.context import RunContext, current, entered
from host.logs import bind_log_context
from host.ui import keys, preferences
from host.ui.flags_of_rerun import flags_of_rerun
from host.ui.places import Location, Place, place, standing
from host.ui.text import texts_of
from host.web.identity import Identity, read_identity

_RUN_ID_BYTES: Final = 3


class OutsideGateError(HostError):
    """A run whose handshake did not pass the gate of this process."""

    user_message = "This address does not lead through the app's gate, so nothing is shown."


class NobodyError(HostError):
    """A run whose user exists no more or was signed out."""

    user_message = "You are no longer signed in. Reload the page."


@contextmanager
def enter_run(location: Location, *, page: str = "", plugin: str | None = None) -> Iterator[RunContext]:
    """Install who acts, where, in which language, under which correlation id; resolved anew in every run.

    Args:
        location: how Streamlit called the code.
        page: path of the page whose code runs, if one does.
        plugin: the page's owner.

    Raises:
        OutsideGateError: the handshake lacks the gate's marker.
        NobodyError: nobody is behind the handshake any more.
    """
    context = _narrowed(page, plugin) if place() is not None else _fresh(page, plugin)
    bound = bind_log_context(
        correlation_id=context.correlation_id, user=context.principal.user_id, page=page or None, plugin=plugin
    )
    counted = context.application.host.monitor().run(page or None, plugin)
    with entered(context), standing(Place(location, page)), bound, counted:
        yield context


def _narrowed(page: str, plugin: str | None) -> RunContext:
    return replace(current(), page=page or None, plugin=plugin)


def _fresh(page: str, plugin: str | None) -> RunContext:
    application = boot.init_app()
    identity = _identity(application)
    principal = application.signed_in(identity.user_id, identity.session)
    if principal is None:
        raise NobodyError(f"user {identity.user_id!r} is not signed in any more")
    return RunContext(
        application=application,
        principal=principal,
        correlation_id=f"{identity.request_id}.{secrets.token_hex(_RUN_ID_BYTES)}",
        session_id=_session_id(),
        page=page or None,
        plugin=plugin,
        language=preferences.language(application.config, texts_of(application)),
        flags=flags_of_rerun(application, principal),
        signed_in=bool(principal.session),
    )


def _identity(application: Application) -> Identity:
    identity = read_identity(st.context.headers, application.marker)
    if identity is None:
        raise OutsideGateError("the handshake lacks the gate's marker", remedy="Start the app with `app run`.")
    return identity


def _session_id() -> str:
    found = st.session_state.get(keys.SESSION)
    if found is None:
        found = st.session_state[keys.SESSION] = secrets.token_urlsafe(16)
    return str(found)
