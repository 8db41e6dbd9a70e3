"""What a role is called and what it inherits."""

from collections.abc import Mapping
from typing import Final

import streamlit as st

from host import action, navigate, text
from host.ui.design import card, literal
from plugins.auth.pages.outcome import attempt, refusal
from plugins.auth.pages.parts import facts, role_title
from plugins.auth.permissions import ROLES_WRITE
from plugins.auth.services.roles import RoleInfo, Roles

PATH: Final = "auth/roles"


def about(roles: Roles, info: RoleInfo, titles: Mapping[str, str], *, may_write: bool) -> None:
    """Draw the role's facts, and the inputs that change them."""
    name = f"{PATH}/{info.name}/about"
    with card(key=name):
        parents = ", ".join(role_title(parent, titles) for parent in info.parents)
        facts(
            {
                text("auth.page.roles.name_field"): info.name,
                text("auth.page.roles.holders.label"): str(info.holders),
                text("auth.page.roles.parents"): parents,
            }
        )
        if may_write:
            _title(roles, info, titles, name)
            _parents(roles, info, titles, name)
            if not info.builtin:
                _remove(roles, info, titles, name)


def _title(roles: Roles, info: RoleInfo, titles: Mapping[str, str], name: str) -> None:
    key, seen, now = f"{name}/title", f"{name}/title/seen", role_title(info.name, titles)
    if st.session_state.get(seen) != now:
        st.session_state[key] = st.session_state[seen] = now
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"{name}/title-row"):
        st.text_input(text("auth.page.roles.title_field"), key=key, max_chars=200, persist_state="session")
        st.button(
            text("auth.page.save"),
            key=f"{name}/rename",
            disabled=st.session_state[key] == now,
            on_click=action(_rename, permission=ROLES_WRITE),
            args=(roles, info.name, key),
        )
    refusal(f"{name}/rename")


def _rename(roles: Roles, role: str, key: str) -> None:
    title = st.session_state[key]
    said = text("auth.page.roles.renamed", role=title)
    attempt(f"{PATH}/{role}/about/rename", lambda: roles.rename(role, title), said, about=(key,))


def _parents(roles: Roles, info: RoleInfo, titles: Mapping[str, str], name: str) -> None:
    key, seen = f"{name}/parents", f"{name}/parents/seen"
    if st.session_state.get(seen) != info.parents:
        st.session_state[key], st.session_state[seen] = list(info.parents), info.parents
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"{name}/parents-row"):
        st.multiselect(
            text("auth.page.roles.parents"),
            [role for role in titles if role != info.name],
            key=key,
            format_func=lambda role: role_title(role, titles),
            placeholder=text("auth.page.roles.parents.none"),
            persist_state="session",
        )
        st.button(
            text("auth.page.save"),
            key=f"{name}/inherit",
            disabled=sorted(st.session_state[key]) == sorted(info.parents),
            on_click=action(_inherit, permission=ROLES_WRITE),
            args=(roles, info.name, key),
        )
    refusal(f"{name}/inherit")


def _inherit(roles: Roles, role: str, key: str) -> None:
    wanted = list(st.session_state[key])
    name, said = f"{PATH}/{role}/about/inherit", text("auth.page.roles.inherited")
    attempt(name, lambda: roles.set_parents(role, wanted), said, about=(key,))


def _remove(roles: Roles, info: RoleInfo, titles: Mapping[str, str], name: str) -> None:
    with st.popover(text("auth.page.roles.remove"), icon=":material/delete:", key=f"{name}/remove-popover"):
        st.write(text("auth.page.roles.remove.sure", role=literal(role_title(info.name, titles))))
        refusal(f"{name}/remove")
        st.button(
            text("auth.page.roles.remove"),
            key=f"{name}/remove",
            icon=":material/delete:",
            on_click=action(_removed, permission=ROLES_WRITE),
            args=(roles, info.name, role_title(info.name, titles)),
        )


def _removed(roles: Roles, role: str, title: str) -> None:
    said = text("auth.page.roles.removed", role=title)
    if attempt(f"{PATH}/{role}/about/remove", lambda: roles.remove(role), said):
        navigate(PATH)
