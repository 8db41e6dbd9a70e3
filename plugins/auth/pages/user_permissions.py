"""Permissions of one person besides the roles."""

from collections.abc import Mapping
from typing import Final

import streamlit as st

from host import action, text
from host.ui.design import badge, card, element, literal, show
from plugins.auth.pages.outcome import attempt, refusal
from plugins.auth.pages.parts import hint, line, titled
from plugins.auth.permissions import USERS_WRITE
from plugins.auth.services.desk import Desk
from plugins.auth.values import UserInfo

PATH: Final = "auth/user"
_EFFECTS: Final = ("grant", "deny")


def single_permissions(desk: Desk, person: UserInfo, *, may_write: bool) -> None:
    """Draw the permissions that a person has or is denied besides the roles, and decide about another one."""
    declared = desk.why.permissions()
    with card(text("auth.page.user.single"), text("auth.page.user.single.text"), key=f"{PATH}/single"):
        for permission, effect in sorted(person.permissions.items()):
            _single(desk, person, permission, effect, declared, may_write=may_write)
        if not person.permissions:
            hint(text("auth.page.user.single.none"))
        if may_write:
            _say(desk, person, declared)


def _single(
    desk: Desk,
    person: UserInfo,
    permission: str,
    effect: str,
    declared: Mapping[str, str],
    *,
    may_write: bool,
) -> None:
    with line(f"{PATH}/single/{permission}"):
        sign = badge(text(f"auth.page.effect.{effect}"), "good" if effect == "grant" else "bad")
        title = text(declared.get(permission, permission))
        show(titled(title, sign, level="h3") + element("p", permission, class_="host-muted"))
        if may_write:
            st.button(
                text("auth.page.user.single.take_back"),
                key=f"{PATH}/single/{permission}/take",
                icon=":material/remove:",
                help=text("auth.page.user.single.take_back.help", permission=literal(permission)),
                on_click=action(_set, permission=USERS_WRITE),
                args=(desk, person, permission, None),
            )


def _set(desk: Desk, person: UserInfo, permission: str, effect: str | None) -> None:
    said = text("auth.page.user.single.said", permission=permission, name=person.name)
    attempt(f"{PATH}/single", lambda: desk.users.set_permission(person.id, permission, effect), said)


def _say(desk: Desk, person: UserInfo, declared: Mapping[str, str]) -> None:
    name = f"{PATH}/single"
    st.session_state.setdefault(f"{name}/effect", "grant")
    st.selectbox(
        text("auth.page.user.why.permission"),
        [each for each in declared if each not in person.permissions],
        key=f"{name}/permission",
        index=None,
        format_func=lambda each: f"{text(declared[each])} ({each})",
        placeholder=text("auth.page.user.why.choose"),
    )
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"{name}/say-row"):
        st.segmented_control(
            text("auth.page.user.single.effect"),
            _EFFECTS,
            key=f"{name}/effect",
            required=True,
            format_func=lambda effect: text(f"auth.page.effect.{effect}.verb"),
        )
        st.button(
            text("auth.page.save"),
            key=f"{name}/say",
            disabled=st.session_state.get(f"{name}/permission") is None,
            on_click=action(_said, permission=USERS_WRITE),
            args=(desk, person, name),
        )
    refusal(name)


def _said(desk: Desk, person: UserInfo, name: str) -> None:
    permission, effect = st.session_state[f"{name}/permission"], st.session_state[f"{name}/effect"]
    said = text("auth.page.user.single.said", permission=permission, name=person.name)
    key = f"{name}/permission"
    attempt(name, lambda: desk.users.set_permission(person.id, permission, effect), said, key)
