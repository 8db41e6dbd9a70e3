"""Everybody's own page: who I am, how the app looks, how I sign in, on what, and which programs act as me."""

from typing import Final

import streamlit as st

from host import Principal, action, block, text
from host.ui.design import card, element, plain_header, raw, show
from host.ui.look_controls import look_controls
from plugins.auth.pages.outcome import announce, attempt, refusal
from plugins.auth.pages.own_events import own_events
from plugins.auth.pages.own_tokens import own_tokens
from plugins.auth.pages.parts import facts, hint, role_title
from plugins.auth.pages.session_list import session_list
from plugins.auth.permissions import TOKENS
from plugins.auth.services.own_account import OwnAccount
from plugins.auth.services.sessions import Sessions
from plugins.auth.services.tokens import Tokens
from plugins.auth.settings import AuthSettings
from plugins.auth.values import UserInfo
from plugins.auth.web.places import ACCOUNT_PASSWORD, ACCOUNT_SECOND_FACTOR, BASE

PATH: Final = "settings"


def draw(
    own_account: OwnAccount, sessions: Sessions, tokens: Tokens, settings: AuthSettings, principal: Principal
) -> None:
    """Draw the page for whoever looks."""
    announce(PATH)
    plain_header("auth.page.settings.title", "auth.page.settings.subtitle")
    me = own_account.me()
    with card(text("auth.page.settings.me"), key=f"{PATH}/me"):
        _me(own_account, me, own_account.role_titles(), principal)
    with card(text("auth.page.settings.look"), text("auth.page.settings.look.text"), key=f"{PATH}/look"):
        look_controls(PATH)
    with card(text("auth.page.settings.sign_in"), key=f"{PATH}/sign-in"):
        _sign_in(me)
    with (
        card(text("auth.page.settings.devices"), text("auth.page.settings.devices.text"), key=f"{PATH}/devices"),
        block("auth.page.settings.devices"),
    ):
        _devices(sessions, me, principal)
    # Whoever only looks on as somebody sees no tokens of theirs, either.
    if principal.may(TOKENS) and not principal.viewed_by:
        with (
            card(text("auth.page.settings.tokens"), text("auth.page.settings.tokens.text"), key=f"{PATH}/tokens"),
            block("auth.page.settings.tokens"),
        ):
            own_tokens(tokens, settings, me.id, principal)
    with (
        card(text("auth.page.settings.events"), text("auth.page.settings.events.text"), key=f"{PATH}/events"),
        block("auth.page.settings.events"),
    ):
        own_events(own_account)


def _me(own_account: OwnAccount, me: UserInfo, titles: dict[str, str], principal: Principal) -> None:
    roles = ", ".join(role_title(given.role, titles) for given in me.roles)
    facts({text("auth.page.field.login"): me.login, text("auth.page.field.roles"): roles})
    key, kept = f"{PATH}/name", f"{PATH}/name/seen"
    if st.session_state.get(kept) != me.name:
        st.session_state[key] = st.session_state[kept] = me.name
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"{PATH}/name-row"):
        st.text_input(text("auth.page.field.name"), key=key, max_chars=200, persist_state="session")
        st.button(
            text("auth.page.save"),
            key=f"{PATH}/rename",
            disabled=st.session_state[key] == me.name or bool(principal.viewed_by),
            on_click=action(_rename),
            args=(own_account, key),
        )
    refusal(f"{PATH}/rename")


def _rename(own_account: OwnAccount, key: str) -> None:
    said = text("auth.page.settings.renamed")
    attempt(f"{PATH}/rename", lambda: own_account.rename(st.session_state[key]), said, about=(key,))


def _sign_in(me: UserInfo) -> None:
    state = text("auth.page.settings.second_factor.on" if me.second_factor else "auth.page.settings.second_factor.off")
    show(element("p", state))
    ways = {
        ACCOUNT_PASSWORD: "auth.page.settings.password",
        ACCOUNT_SECOND_FACTOR: "auth.page.settings.second_factor",
    }
    back = f"?next=/%3Fpage={PATH}"
    buttons = "".join(
        element("a", text(key), href=f".{BASE}{place}{back}", class_="host-post") for place, key in ways.items()
    )
    show(raw("div", buttons, class_="host-titled"))


def _devices(sessions: Sessions, me: UserInfo, principal: Principal) -> None:
    rows = sessions.of(me.id)
    may_end = not principal.viewed_by
    session_list(sessions, rows, key=f"{PATH}/sessions", here=principal.session, may_end=may_end)
    others = [row for row in rows if row.id != principal.session]
    if not others or not may_end:
        hint(text("auth.page.settings.devices.only"))
        return
    st.button(
        text("auth.page.settings.devices.end"),
        key=f"{PATH}/sessions/end-others",
        icon=":material/logout:",
        on_click=action(_end_others),
        args=(sessions, me.id, principal.session),
    )


def _end_others(sessions: Sessions, user_id: str, here: str) -> None:
    said = text("auth.page.settings.devices.ended")
    attempt(f"{PATH}/sessions", lambda: sessions.end_all(user_id, "ended", keep=here), said)
