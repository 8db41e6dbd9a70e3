"""The list of people: search, who they are, what they may do, and adding another one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import streamlit as st

from host import Principal, action, navigate, text
from host.ui.design import badge, card, element, empty_state, literal, page_header, show
from plugins.auth.addresses import UsersParams
from plugins.auth.pages.add_user import add_user
from plugins.auth.pages.outcome import announce
from plugins.auth.pages.parts import hint, pager, role_title, search, seen, titled
from plugins.auth.permissions import USERS_WRITE
from plugins.auth.services.desk import Desk
from plugins.auth.values import UserInfo

PATH: Final = "auth/users"


def draw(desk: Desk, params: UsersParams, principal: Principal) -> None:
    """Draw the page of the list that the address asks for."""
    announce(PATH)
    titles = {info.name: info.title for info in desk.roles.list()}
    with page_header("auth.page.users.title", "auth.page.users.subtitle"):
        if principal.may(USERS_WRITE):
            add_user(desk.users, desk.links, titles)
    search(PATH, params, text("auth.page.users.find"))
    page = desk.users.find(params.q, params.part)
    last = desk.past.last_seen([row.id for row in page.rows])
    for row in page.rows:
        _entry(row, titles, last.get(row.id))
    if not page.rows:
        with empty_state(text("auth.page.users.none"), icon=":material/person_off:", key=PATH):
            pass
        return
    hint(text("auth.page.users.count.one" if page.total == 1 else "auth.page.users.count", count=page.total))
    pager(PATH, params, page.total, page.page_size)


def _entry(user: UserInfo, titles: Mapping[str, str], last: datetime | None) -> None:
    with (
        card(key=f"{PATH}/{user.id}"),
        st.container(
            horizontal=True,
            vertical_alignment="center",
            horizontal_alignment="distribute",
            key=f"{PATH}/{user.id}/head",
        ),
    ):
        show(titled(user.name, *user_badges(user)) + _facts(user, titles, last))
        st.button(
            text("auth.page.open"),
            key=f"{PATH}/{user.id}/open",
            type="tertiary",
            icon=":material/chevron_right:",
            icon_position="right",
            help=text("auth.page.users.open.help", name=literal(user.name)),
            on_click=action(navigate),
            args=("auth/user", {"id": user.id}),
        )


def _facts(user: UserInfo, titles: Mapping[str, str], last: datetime | None) -> str:
    roles = ", ".join(role_title(given.role, titles) for given in user.roles) or text("auth.page.users.no_role")
    parts = (user.login, roles, text("auth.page.seen", when=seen(last)))
    return element("p", " · ".join(parts), class_="host-muted")


def user_badges(user: UserInfo) -> list[str]:
    """Return what stands out about a person, as badges."""
    found = []
    if not user.active:
        found.append(badge(text("auth.page.user.disabled"), "bad"))
    elif not user.has_password:
        found.append(badge(text("auth.page.user.invited"), "attention"))
    factor = "on" if user.second_factor else "off"
    found.append(badge(text(f"auth.page.user.second_factor.{factor}"), "good" if user.second_factor else "neutral"))
    return found
