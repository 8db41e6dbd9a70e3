"""A list of sign-ins: on what, from where, since when, and a button that ends each."""

from collections.abc import Iterable

import streamlit as st

from host import action, text
from host.ui.design import badge, element, literal, show
from plugins.auth.pages.outcome import attempt
from plugins.auth.pages.parts import device, hint, moment, seen, titled
from plugins.auth.services.sessions import Sessions
from plugins.auth.values import SessionInfo


def session_list(
    sessions: Sessions, rows: Iterable[SessionInfo], *, key: str, here: str, may_end: bool, named: bool = False
) -> None:
    """Draw sessions.

    Args:
        key: begins with the page's path.
        here: id of the session that the reader is signed in with; it is marked, and ended by signing out only.
        named: whether each says whose it is.
    """
    drawn = False
    for session in rows:
        drawn = True
        with st.container(
            horizontal=True,
            vertical_alignment="center",
            horizontal_alignment="distribute",
            key=f"{key}/{session.id}",
        ):
            show(_session(session, here, named=named))
            if may_end and session.id != here:
                words = text("auth.page.session.end.help", device=literal(device(session)))
                st.button(
                    text("auth.page.session.end"),
                    key=f"{key}/{session.id}/end",
                    help=words,
                    icon=":material/logout:",
                    on_click=action(_end),
                    args=(sessions, session.id, key),
                )
    if not drawn:
        hint(text("auth.page.session.none"))


def _session(session: SessionInfo, here: str, *, named: bool) -> str:
    mine = badge(text("auth.page.session.here"), "good") if session.id == here else ""
    waits = badge(text(f"auth.page.session.state.{session.state}"), "attention") if session.state != "open" else ""
    views = badge(text("auth.page.session.views"), "attention") if session.view_as else ""
    head = titled(f"{session.name} · {device(session)}" if named else device(session), mine, waits, views, level="h3")
    facts = [
        *([session.login] if named else []),
        text("auth.page.session.seen", when=seen(session.seen_at)),
        text("auth.page.session.since", when=moment(session.created_at)),
        text("auth.page.session.until", when=moment(session.ends_at)),
        session.client,
    ]
    return head + element("p", " · ".join(fact for fact in facts if fact), class_="host-muted")


def _end(sessions: Sessions, session_id: str, key: str) -> None:
    attempt(key, lambda: sessions.end(session_id, "ended"), text("auth.page.session.ended"))
