"""Roles beside each other: who inherits what, and the matrix of permissions; one role in detail."""

from typing import Final

import streamlit as st

from host import Principal, action, navigate, text
from host.ui.design import badge, card, element, literal, page_header, show
from plugins.auth.addresses import RolesParams
from plugins.auth.pages.matrix import matrix_table
from plugins.auth.pages.outcome import announce, attempt, refusal
from plugins.auth.pages.parts import hint, role_title, titled
from plugins.auth.pages.role import role_page
from plugins.auth.permissions import ROLES_WRITE
from plugins.auth.services.roles import RoleInfo, Roles

PATH: Final = "auth/roles"


def draw(roles: Roles, params: RolesParams, principal: Principal) -> None:
    """Draw every role, or the one that the address names."""
    announce(PATH)
    matrix = roles.matrix()
    titles = {info.name: info.title for info in matrix.roles}
    chosen = next((info for info in matrix.roles if info.name == params.role), None)
    if chosen is not None:
        role_page(roles, matrix, chosen, params, principal)
        return
    with page_header("auth.page.roles.title", "auth.page.roles.subtitle"):
        if principal.may(ROLES_WRITE):
            _add(roles, titles)
    if params.role:
        st.warning(literal(text("auth.page.roles.unknown", role=params.role)))
    for info in matrix.roles:
        _entry(info, titles)
    with card(text("auth.page.matrix.title"), text("auth.page.matrix.subtitle"), key=f"{PATH}/matrix"):
        matrix_table(matrix, titles)


def _entry(info: RoleInfo, titles: dict[str, str]) -> None:
    with (
        card(key=f"{PATH}/{info.name}"),
        st.container(
            horizontal=True,
            vertical_alignment="center",
            horizontal_alignment="distribute",
            key=f"{PATH}/{info.name}/head",
        ),
    ):
        name = role_title(info.name, titles)
        built_in = badge(text("auth.page.roles.builtin")) if info.builtin else ""
        show(titled(name, built_in) + _below(info, titles))
        st.button(
            text("auth.page.open"),
            key=f"{PATH}/{info.name}/open",
            type="tertiary",
            icon=":material/chevron_right:",
            icon_position="right",
            help=text("auth.page.roles.open.help", role=literal(name)),
            on_click=action(navigate),
            args=(PATH, {"role": info.name}),
        )


def _below(info: RoleInfo, titles: dict[str, str]) -> str:
    parents = ", ".join(role_title(parent, titles) for parent in info.parents)
    holders = text(
        "auth.page.roles.holders.one" if info.holders == 1 else "auth.page.roles.holders", count=info.holders
    )
    parts = [info.name, holders, *([text("auth.page.roles.inherits", roles=parents)] if parents else [])]
    return element("p", " · ".join(parts), class_="host-muted")


def _add(roles: Roles, titles: dict[str, str]) -> None:
    name = f"{PATH}/new"
    with st.popover(text("auth.page.roles.add"), icon=":material/add:", key=f"{name}/popover"):
        st.text_input(text("auth.page.roles.title_field"), key=f"{name}/title", max_chars=200, persist_state="session")
        st.text_input(text("auth.page.roles.name_field"), key=f"{name}/name", max_chars=60, persist_state="session")
        hint(text("auth.page.roles.name_field.help"))
        st.multiselect(
            text("auth.page.roles.parents"),
            list(titles),
            key=f"{name}/parents",
            format_func=lambda role: role_title(role, titles),
            persist_state="session",
        )
        refusal(name)
        st.button(
            text("auth.page.roles.add"),
            key=f"{name}/add",
            type="primary",
            on_click=action(_added, permission=ROLES_WRITE),
            args=(roles, name),
        )


def _added(roles: Roles, name: str) -> None:
    fields = tuple(f"{name}/{field}" for field in ("name", "title", "parents"))
    made, title, parents = (st.session_state.get(key) for key in fields)
    said = text("auth.page.roles.added", role=title or made or "")
    if attempt(name, lambda: roles.add((made or "").strip(), title or "", parents or ()), said, *fields):
        navigate(PATH, {"role": (made or "").strip()})
