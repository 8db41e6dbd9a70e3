"""One's own API tokens: those there are, and a new one, which is shown once."""

from datetime import UTC, datetime
from typing import Final

import streamlit as st

from host import Principal, action, current, text
from host.ui.design import Tone, badge, element, literal, show
from plugins.auth.pages.outcome import attempt, keep_secret, refusal, show_secret
from plugins.auth.pages.parts import hint, moment, titled
from plugins.auth.problems import refuse
from plugins.auth.services.tokens import LONGEST_TITLE, TokenInfo, Tokens
from plugins.auth.settings import AuthSettings

NAME: Final = "settings/tokens"
_USUAL_DAYS: Final = 90
EVERYTHING: Final = "*"


def own_tokens(tokens: Tokens, settings: AuthSettings, user_id: str, principal: Principal) -> None:
    """Draw the tokens of the reader."""
    show_secret(NAME)
    rows = tokens.of(user_id)
    token_list(tokens, [row for row in rows if _state(row) == "valid"], key=NAME, may_end=True)
    over = [row for row in rows if _state(row) != "valid"]
    if over:
        with st.expander(text("auth.page.token.over", count=len(over)), key=f"{NAME}/over"):
            token_list(tokens, over, key=NAME, may_end=False)
    _new(tokens, settings, user_id, principal)


def token_list(tokens: Tokens, rows: list[TokenInfo], *, key: str, may_end: bool) -> None:
    """Draw tokens, each with a button that revokes it."""
    for row in rows:
        with st.container(
            horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key=f"{key}/{row.id}"
        ):
            show(_token(row))
            if may_end:
                st.button(
                    text("auth.page.token.revoke"),
                    key=f"{key}/{row.id}/revoke",
                    icon=":material/block:",
                    help=text("auth.page.token.revoke.help", title=literal(row.title)),
                    on_click=action(_revoke),
                    args=(tokens, row.id, key),
                )
    if not rows:
        hint(text("auth.page.token.none"))


def _token(row: TokenInfo) -> str:
    tones: dict[str, Tone] = {"valid": "good", "expired": "neutral", "revoked": "bad"}
    state = _state(row)
    head = titled(row.title, badge(text(f"auth.page.token.{state}"), tones[state]), level="h3")
    ends = text("auth.page.token.ends", when=moment(row.expires_at))
    scopes = text("auth.page.token.everything") if EVERYTHING in row.scopes else ", ".join(row.scopes)
    return head + element("p", f"{scopes} · {ends}", class_="host-muted")


def _state(row: TokenInfo) -> str:
    if row.revoked_at is not None:
        return "revoked"
    return "valid" if row.expires_at > datetime.now(UTC) else "expired"


def _revoke(tokens: Tokens, token_id: str, key: str) -> None:
    attempt(key, lambda: tokens.revoke(token_id), text("auth.page.token.is_revoked"))


def _new(tokens: Tokens, settings: AuthSettings, user_id: str, principal: Principal) -> None:
    declared = {owned.value.name: owned.value.title for owned in current().application.permissions}
    held = [name for name in declared if principal.may(name)]
    with st.expander(text("auth.page.token.new"), icon=":material/add:", key=f"{NAME}/new"):
        st.text_input(
            text("auth.page.token.title"), key=f"{NAME}/title", max_chars=LONGEST_TITLE, persist_state="session"
        )
        st.multiselect(
            text("auth.page.token.scopes"),
            [EVERYTHING, *held],
            key=f"{NAME}/scopes",
            format_func=lambda name: _scope(name, declared),
            placeholder=text("auth.page.token.scopes.none"),
            persist_state="session",
        )
        st.session_state.setdefault(f"{NAME}/days", min(_USUAL_DAYS, settings.token_days))
        st.number_input(
            text("auth.page.token.days"),
            min_value=1,
            max_value=settings.token_days,
            step=1,
            key=f"{NAME}/days",
            persist_state="session",
        )
        refusal(NAME)
        st.button(
            text("auth.page.token.make"),
            key=f"{NAME}/make",
            type="primary",
            on_click=action(_make),
            args=(tokens, user_id),
        )


def _scope(name: str, declared: dict[str, str]) -> str:
    return text("auth.page.token.everything") if name == EVERYTHING else f"{text(declared[name])} ({name})"


def _make(tokens: Tokens, user_id: str) -> None:
    title, scopes = st.session_state[f"{NAME}/title"] or "", st.session_state[f"{NAME}/scopes"]
    days = int(st.session_state[f"{NAME}/days"])

    def work() -> None:
        if not scopes:
            raise refuse("auth.page.token.scopes.missing", "scopes")
        made = tokens.make(user_id, title, scopes, days)
        keep_secret(NAME, text("auth.page.token.copy", title=made.info.title), made.plain)

    attempt(NAME, work, text("auth.page.token.made"), f"{NAME}/title", f"{NAME}/scopes", about=(f"{NAME}/days",))
