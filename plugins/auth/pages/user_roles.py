"""The roles of one person, some of them for a while only."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Final

import streamlit as st

from host import action, current, text
from host.ui.design import badge, card, element, literal, show
from plugins.auth.pages.outcome import attempt, refusal
from plugins.auth.pages.parts import DAYS, hint, line, moment, role_title, titled, zone
from plugins.auth.permissions import USERS_WRITE
from plugins.auth.services.desk import Desk
from plugins.auth.values import GivenRole, UserInfo

PATH: Final = "auth/user"


def roles_of(desk: Desk, person: UserInfo, *, may_write: bool) -> None:
    """Draw the roles that a person has, and give another one."""
    titles = {info.name: info.title for info in desk.roles.list()}
    with card(text("auth.page.user.roles"), key=f"{PATH}/roles"):
        for given in person.roles:
            _role(desk, person, given, titles, may_write=may_write)
        if not person.roles:
            hint(text("auth.page.users.no_role"))
        if may_write:
            _give(desk, person, titles)


def _role(desk: Desk, person: UserInfo, given: GivenRole, titles: Mapping[str, str], *, may_write: bool) -> None:
    name = role_title(given.role, titles)
    with line(f"{PATH}/role/{given.role}"):
        ends = badge(text("auth.page.user.role.until", when=moment(given.until)), "attention") if given.until else ""
        why = element("p", given.reason, class_="host-muted") if given.reason else ""
        show(titled(name, ends, level="h3") + why)
        if may_write:
            st.button(
                text("auth.page.user.role.take"),
                key=f"{PATH}/role/{given.role}/take",
                icon=":material/remove:",
                help=text("auth.page.user.role.take.help", role=literal(name)),
                on_click=action(_take, permission=USERS_WRITE),
                args=(desk, person, given.role, name),
            )


def _take(desk: Desk, person: UserInfo, role: str, title: str) -> None:
    said = text("auth.page.user.role.taken", role=title, name=person.name)
    attempt(f"{PATH}/roles", lambda: desk.users.take_role(person.id, role), said)


def _give(desk: Desk, person: UserInfo, titles: Mapping[str, str]) -> None:
    name = f"{PATH}/roles"
    has = {given.role for given in person.roles if given.until is None}
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"{name}/give-row"):
        st.selectbox(
            text("auth.page.user.role.give"),
            [role for role in titles if role not in has],
            key=f"{name}/role",
            index=None,
            format_func=lambda role: role_title(role, titles),
            placeholder=text("auth.page.user.role.choose"),
        )
        st.date_input(
            text("auth.page.user.role.until_field"),
            value=None,
            key=f"{name}/until",
            format=DAYS.get(current().language, DAYS["en"]),
            min_value="today",
        )
        st.button(
            text("auth.page.user.role.give.button"),
            key=f"{name}/give",
            type="primary",
            disabled=st.session_state.get(f"{name}/role") is None,
            on_click=action(_given, permission=USERS_WRITE),
            args=(desk, person, name, dict(titles)),
        )
    refusal(name)


def _given(desk: Desk, person: UserInfo, name: str, titles: dict[str, str]) -> None:
    role, day = st.session_state[f"{name}/role"], st.session_state[f"{name}/until"]
    # Until the end of that day, where the reader is.
    until = datetime.combine(day + timedelta(days=1), time(), zone()) if day else None
    said = text("auth.page.user.role.given", role=role_title(role, titles), name=person.name)
    attempt(name, lambda: desk.users.give_role(person.id, role, until), said, f"{name}/role", f"{name}/until")
