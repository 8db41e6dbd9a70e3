"""How one person signs in: a link for a new password, second factor, sessions, tokens, disabling."""

from typing import Final

import streamlit as st

from host import Principal, action, text
from host.ui.design import card, element, literal, show
from plugins.auth.pages.links import keep_link
from plugins.auth.pages.outcome import attempt, refusal
from plugins.auth.pages.own_tokens import token_list
from plugins.auth.pages.parts import hint
from plugins.auth.pages.session_list import session_list
from plugins.auth.pages.sessions import end_all_button
from plugins.auth.permissions import SESSIONS_WRITE, USERS_WRITE
from plugins.auth.services.desk import Desk
from plugins.auth.values import UserInfo

PATH: Final = "auth/user"


def sign_in(desk: Desk, person: UserInfo, principal: Principal) -> None:
    """Draw the parts that the reader may use."""
    if principal.may(USERS_WRITE):
        with card(text("auth.page.user.password"), text("auth.page.user.password.text"), key=f"{PATH}/password"):
            _link(desk, person)
            _factor(desk, person)
    may_end = principal.may(SESSIONS_WRITE)
    if may_end:
        with card(text("auth.page.user.sessions"), key=f"{PATH}/sessions"):
            _sessions(desk, person, principal)
    with card(text("auth.page.user.tokens"), key=f"{PATH}/tokens"):
        token_list(desk.tokens, desk.tokens.of(person.id), key=f"{PATH}/token", may_end=may_end)
    if principal.may(USERS_WRITE) and person.id != principal.user_id:
        with card(text("auth.page.user.closing"), key=f"{PATH}/closing"):
            _closing(desk, person)


def _sessions(desk: Desk, person: UserInfo, principal: Principal) -> None:
    rows = desk.sessions.of(person.id)
    session_list(desk.sessions, rows, key=f"{PATH}/session", here=principal.session, may_end=True)
    refusal(f"{PATH}/session")
    if rows:
        end_all_button(desk.sessions, person.id, person.name, keep=principal.session, key=f"{PATH}/sessions")


def _link(desk: Desk, person: UserInfo) -> None:
    st.button(
        text("auth.page.user.link"),
        key=f"{PATH}/link",
        icon=":material/link:",
        disabled=not person.active,
        on_click=action(_make_link, permission=USERS_WRITE),
        args=(desk, person),
    )
    refusal(f"{PATH}/link")


def _make_link(desk: Desk, person: UserInfo) -> None:
    work = keep_link(desk.links, person.id, person.name, PATH)
    attempt(f"{PATH}/link", work, text("auth.page.user.link.made"))


def _factor(desk: Desk, person: UserInfo) -> None:
    if not person.second_factor:
        hint(text("auth.page.user.factor.none"))
        return
    with st.popover(text("auth.page.user.factor.remove"), icon=":material/phonelink_erase:", key=f"{PATH}/factor"):
        st.write(text("auth.page.user.factor.sure", name=literal(person.name)))
        refusal(f"{PATH}/factor")
        st.button(
            text("auth.page.user.factor.remove"),
            key=f"{PATH}/factor/remove",
            on_click=action(_remove_factor, permission=USERS_WRITE),
            args=(desk, person),
        )


def _remove_factor(desk: Desk, person: UserInfo) -> None:
    said = text("auth.page.user.factor.removed", name=person.name)
    attempt(f"{PATH}/factor", lambda: desk.second_factor.remove(person.id), said)


def _closing(desk: Desk, person: UserInfo) -> None:
    name = f"{PATH}/closing"
    if not person.active:
        show(element("p", text("auth.page.user.is_disabled")))
        st.button(
            text("auth.page.user.enable"),
            key=f"{name}/enable",
            icon=":material/lock_open:",
            on_click=action(_enable, permission=USERS_WRITE),
            args=(desk, person),
        )
        refusal(name)
        return
    hint(text("auth.page.user.disable.text"))
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"{name}/row"):
        st.text_input(text("auth.page.user.reason"), key=f"{name}/reason", max_chars=500, persist_state="session")
        st.button(
            text("auth.page.user.disable"),
            key=f"{name}/disable",
            icon=":material/block:",
            on_click=action(_disable, permission=USERS_WRITE),
            args=(desk, person, f"{name}/reason"),
        )
    refusal(name)


def _disable(desk: Desk, person: UserInfo, key: str) -> None:
    reason = (st.session_state.get(key) or "").strip()
    said = text("auth.page.user.disabled_now", name=person.name)
    attempt(f"{PATH}/closing", lambda: desk.users.disable(person.id, reason), said, key)


def _enable(desk: Desk, person: UserInfo) -> None:
    said = text("auth.page.user.enabled_now", name=person.name)
    attempt(f"{PATH}/closing", lambda: desk.users.enable(person.id), said)
