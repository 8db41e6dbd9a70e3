"""Everybody's sign-ins, and ending one or all of a person's."""

from typing import Final

import streamlit as st

from host import Principal, action, text
from host.ui.design import card, empty_state, literal, plain_header
from plugins.auth.addresses import SessionsParams
from plugins.auth.pages.outcome import announce, attempt, refusal
from plugins.auth.pages.parts import hint, pager, search
from plugins.auth.pages.session_list import session_list
from plugins.auth.permissions import SESSIONS_WRITE
from plugins.auth.services.sessions import Sessions
from plugins.auth.values import SessionInfo

PATH: Final = "auth/sessions"


def draw(sessions: Sessions, params: SessionsParams, principal: Principal) -> None:
    """Draw the page of the list that the address asks for."""
    announce(PATH)
    plain_header("auth.page.sessions.title", "auth.page.sessions.subtitle")
    search(PATH, params, text("auth.page.sessions.find"))
    page = sessions.everyone(params.q, params.part)
    refusal(PATH)
    by_person: dict[str, list[SessionInfo]] = {}
    for row in page.rows:
        by_person.setdefault(row.user_id, []).append(row)
    for user_id, rows in by_person.items():
        with card(rows[0].name, rows[0].login, key=f"{PATH}/of/{user_id}"):
            may_end = principal.may(SESSIONS_WRITE)
            session_list(sessions, rows, key=f"{PATH}/list", here=principal.session, may_end=may_end)
            if may_end:
                end_all_button(sessions, user_id, rows[0].name, keep=principal.session, key=f"{PATH}/{user_id}")
    if not page.rows:
        with empty_state(text("auth.page.sessions.none"), icon=":material/devices_off:", key=PATH):
            pass
        return
    hint(text("auth.page.sessions.count.one" if page.total == 1 else "auth.page.sessions.count", count=page.total))
    pager(PATH, params, page.total, page.page_size)


def end_all_button(sessions: Sessions, user_id: str, name: str, *, keep: str, key: str) -> None:
    """Draw the button that signs a person out everywhere, but not out of the session `keep`."""
    st.button(
        text("auth.page.sessions.end_all"),
        key=f"{key}/end-all",
        icon=":material/logout:",
        help=text("auth.page.sessions.end_all.help", name=literal(name)),
        on_click=action(_end_all, permission=SESSIONS_WRITE),
        args=(sessions, user_id, name, keep, key),
    )


def _end_all(sessions: Sessions, user_id: str, name: str, keep: str, key: str) -> None:
    said = text("auth.page.sessions.all_ended", name=name)
    attempt(key, lambda: sessions.end_all(user_id, "ended", keep=keep), said)
