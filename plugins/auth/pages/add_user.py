"""Adding a person: who they are, what they may do, and a link by which they choose a password."""

from collections.abc import Mapping
from typing import Final

import streamlit as st

from host import action, text
from plugins.auth.pages.links import keep_link
from plugins.auth.pages.outcome import attempt, refusal, show_secret
from plugins.auth.pages.parts import hint, role_title
from plugins.auth.permissions import USERS_WRITE
from plugins.auth.services.links import Links
from plugins.auth.services.users import Users

PATH: Final = "auth/users"
_NAME: Final = f"{PATH}/new"
_USUAL: Final = "viewer"


def add_user(users: Users, links: Links, titles: Mapping[str, str]) -> None:
    """Draw the button with the inputs, or with the link that was just made."""
    with st.popover(text("auth.page.users.add"), icon=":material/person_add:", key=f"{_NAME}/popover"):
        if show_secret(PATH):
            return
        st.text_input(text("auth.page.field.login"), key=f"{_NAME}/login", max_chars=100, persist_state="session")
        st.text_input(text("auth.page.field.name"), key=f"{_NAME}/name", max_chars=200, persist_state="session")
        if _USUAL in titles:
            st.session_state.setdefault(f"{_NAME}/roles", [_USUAL])
        st.multiselect(
            text("auth.page.field.roles"),
            list(titles),
            key=f"{_NAME}/roles",
            format_func=lambda role: role_title(role, titles),
            placeholder=text("auth.page.users.no_role"),
            persist_state="session",
        )
        hint(text("auth.page.users.add.text"))
        refusal(_NAME)
        st.button(
            text("auth.page.users.add.button"),
            key=f"{_NAME}/add",
            type="primary",
            on_click=action(_add, permission=USERS_WRITE),
            args=(users, links),
        )


def _add(users: Users, links: Links) -> None:
    login, name = ((st.session_state.get(f"{_NAME}/{field}") or "").strip() for field in ("login", "name"))
    roles = tuple(st.session_state.get(f"{_NAME}/roles") or ())

    def work() -> None:
        person = users.add(login, name, roles=roles)
        keep_link(links, person.id, person.name, PATH)()

    fields = (f"{_NAME}/login", f"{_NAME}/name")
    attempt(_NAME, work, text("auth.page.users.added", name=name), *fields, about=(f"{_NAME}/roles",))
