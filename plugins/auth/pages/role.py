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
from plugins.auth.pages.parts import facts, hint, role_title
from plugins.auth.permissions import ROLES_WRITE
from plugins.auth.services.matrix import MatrixRow
from plugins.auth.services.roles import ADMIN, Matrix, RoleInfo, Roles

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
    _about(roles, info, titles, may_write=may_write)
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


def _about(roles: Roles, info: RoleInfo, titles: Mapping[str, str], *, may_write: bool) -> None:
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
