"""One role: its title, what it inherits, and a word on each permission."""

from collections.abc import Mapping
from itertools import groupby
from typing import Final

import streamlit as st

from host import Principal, action, navigate, text
from host.ui.design import card, element, literal, page_header, raw, show
from plugins.auth.addresses import RolesParams
from plugins.auth.pages.cells import cell_badge
from plugins.auth.pages.outcome import attempt, refusal
from plugins.auth.pages.parts import hint, role_title
from plugins.auth.pages.role_about import about
from plugins.auth.permissions import ROLES_WRITE
from plugins.auth.services.admins import ADMIN
from plugins.auth.services.matrix import MatrixRow
from plugins.auth.services.roles import Matrix, RoleInfo, Roles

PATH: Final = "auth/roles"
_DEFAULT: Final = "default"
_WORDS: Final = (_DEFAULT, "grant", "none", "deny")


def role_page(roles: Roles, matrix: Matrix, info: RoleInfo, params: RolesParams, principal: Principal) -> None:
    """Draw the role of `info`."""
    titles = {each.name: each.title for each in matrix.roles}
    with page_header(role_title(info.name, titles)):
        st.button(
            text("auth.page.roles.all"),
            key=f"{PATH}/all",
            icon=":material/arrow_back:",
            type="tertiary",
            on_click=action(navigate),
            args=(PATH,),
        )
    may_write = principal.may(ROLES_WRITE) and info.name != ADMIN
    about(roles, info, titles, may_write=may_write)
    if info.name == ADMIN:
        hint(text("auth.page.roles.admin"))
    _find(params)
    rows = [row for row in matrix.rows if _matches(row, params.q)]
    for plugin, group in groupby(rows, key=lambda row: row.plugin):
        with card(plugin, key=f"{PATH}/{info.name}/of/{plugin}"):
            for row in group:
                _permission(roles, info, row, titles, may_write=may_write)
    if not rows:
        hint(text("auth.page.matrix.none"))


def _find(params: RolesParams) -> None:
    key = f"{PATH}/q"
    st.session_state[key] = params.q
    st.text_input(
        text("auth.page.matrix.find"),
        key=key,
        icon=":material/search:",
        max_chars=100,
        on_change=action(_found),
        args=(params.role, key),
    )


def _found(role: str, key: str) -> None:
    navigate(PATH, {"role": role, "q": st.session_state[key] or None})


def _matches(row: MatrixRow, part: str) -> bool:
    return part.strip().casefold() in f"{row.permission} {text(row.title)}".casefold()


def _permission(roles: Roles, info: RoleInfo, row: MatrixRow, titles: Mapping[str, str], *, may_write: bool) -> None:
    cell, key = row.cells[info.name], f"{PATH}/{info.name}/says/{row.permission}"
    sign = cell_badge(cell, lambda name: role_title(name, titles))
    name = element("strong", text(row.title)) + element("span", row.permission, class_="host-muted host-code")
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key=f"{key}/row"
    ):
        show(raw("div", name + sign, class_="host-permission"))
        if may_write:
            st.session_state[key] = cell.explicit or _DEFAULT
            with st.container(width=230, key=f"{key}/choice"):
                st.selectbox(
                    literal(text(row.title)),
                    _WORDS,
                    key=key,
                    label_visibility="collapsed",
                    format_func=lambda word: _word(word, default=cell.default),
                    on_change=action(_say, permission=ROLES_WRITE),
                    args=(roles, info.name, row.permission, key),
                )
    refusal(key)


def _word(word: str, *, default: bool) -> str:
    if word == _DEFAULT:
        return text(f"auth.page.word.default.{'yes' if default else 'no'}")
    return text(f"auth.page.word.{word}")


def _say(roles: Roles, role: str, permission: str, key: str) -> None:
    word = st.session_state[key]
    effect = None if word == _DEFAULT else word
    said = text("auth.page.matrix.changed", permission=permission)
    attempt(key, lambda: roles.set_permission(role, permission, effect), said)
