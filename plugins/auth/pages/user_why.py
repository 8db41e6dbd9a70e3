"""Why one person may do something, or may not."""

from collections.abc import Mapping
from typing import Final

import streamlit as st

from host import action, navigate, text
from host.security.authorization import Reason
from host.ui.design import badge, card, element, raw, show
from plugins.auth.addresses import UserParams
from plugins.auth.pages.parts import role_title
from plugins.auth.services.desk import Desk
from plugins.auth.values import UserInfo

PATH: Final = "auth/user"


def why(desk: Desk, person: UserInfo, params: UserParams) -> None:
    """Draw the question, and the answer for the permission that the address names."""
    with card(text("auth.page.user.why"), text("auth.page.user.why.text"), key=f"{PATH}/why"):
        _why(desk, person, params)


def _why(desk: Desk, person: UserInfo, params: UserParams) -> None:
    declared = desk.why.permissions()
    key = f"{PATH}/ask"
    asked = params.ask if params.ask in declared else None
    st.session_state[key] = asked
    st.selectbox(
        text("auth.page.user.why.permission"),
        list(declared),
        key=key,
        index=None,
        format_func=lambda name: f"{text(declared[name])} ({name})",
        placeholder=text("auth.page.user.why.choose"),
        on_change=action(_ask),
        args=(person.id, key),
    )
    if asked is None:
        return
    titles = {info.name: info.title for info in desk.roles.list()}
    because = desk.why.explain(person, asked)
    held = because.explanation.held
    answer = text("auth.page.user.why.held" if held else "auth.page.user.why.not_held", name=person.name)
    lines = [_reason(each, titles) for each in because.explanation.reasons]
    if not lines:
        lines = [text("auth.page.user.why.nothing")]
    if held:
        lines += [text("auth.page.user.why.rule", rule=text(rule.title)) for rule in because.rules]
    sign = badge(answer, "good" if held else "bad")
    listed = raw("ul", "".join(element("li", line) for line in lines))
    show(raw("div", sign + listed, role="status"))


def _ask(user_id: str, key: str) -> None:
    navigate(PATH, {"id": user_id, "ask": st.session_state[key]})


def _reason(reason: Reason, titles: Mapping[str, str]) -> str:
    if not reason.chain:
        return text(f"auth.page.reason.{reason.kind}.person", pattern=reason.pattern)
    way = " → ".join(role_title(role, titles) for role in reason.chain)
    return text(f"auth.page.reason.{reason.kind}", pattern=reason.pattern, role=way)
