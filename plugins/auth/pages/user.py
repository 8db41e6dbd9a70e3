"""One person: what they may do and why, how they sign in, what happened to the account."""

from typing import Final

import streamlit as st

from host import Principal, action, navigate, text
from host.ui.design import card, element, empty_state, page_header, post_button, show
from plugins.auth.addresses import USER_VIEWS, UserParams
from plugins.auth.pages.outcome import announce, show_secret
from plugins.auth.pages.parts import facts, moment, seen, titled
from plugins.auth.pages.user_history import history
from plugins.auth.pages.user_permissions import single_permissions
from plugins.auth.pages.user_roles import roles_of
from plugins.auth.pages.user_sign_in import sign_in
from plugins.auth.pages.user_why import why
from plugins.auth.pages.users import user_badges
from plugins.auth.permissions import USERS_WRITE, VIEW_AS
from plugins.auth.problems import InputError
from plugins.auth.services.desk import Desk
from plugins.auth.values import UserInfo
from plugins.auth.web.view_as import BEGIN

PATH: Final = "auth/user"


def draw(desk: Desk, params: UserParams, principal: Principal) -> None:
    """Draw the person that the address names."""
    announce(PATH)
    person = _person(desk, params.id)
    if person is None:
        with empty_state(text("auth.page.user.unknown"), icon=":material/person_off:", key=PATH):
            _back()
        return
    with page_header(person.name):
        if principal.may(VIEW_AS) and person.active and person.id != principal.user_id and not principal.viewed_by:
            show(post_button(text("auth.page.user.view_as"), f".{BEGIN}", user=person.id))
        _back()
    show_secret(PATH)
    _head(desk, person)
    _views(params)
    if params.view == "access":
        may_write = principal.may(USERS_WRITE)
        roles_of(desk, person, may_write=may_write)
        why(desk, person, params)
        single_permissions(desk, person, may_write=may_write)
    elif params.view == "sign-in":
        sign_in(desk, person, principal)
    else:
        history(desk, person)


def _person(desk: Desk, user_id: str) -> UserInfo | None:
    try:
        return desk.users.get(user_id)
    except InputError:
        return None


def _back() -> None:
    st.button(
        text("auth.page.users.all"),
        key=f"{PATH}/all",
        icon=":material/arrow_back:",
        type="tertiary",
        on_click=action(navigate),
        args=("auth/users",),
    )


def _head(desk: Desk, person: UserInfo) -> None:
    last = desk.past.last_seen([person.id]).get(person.id)
    with card(key=f"{PATH}/head"):
        show(titled(person.login, *user_badges(person)))
        if person.disabled_because:
            show(element("p", person.disabled_because))
        facts(
            {
                text("auth.page.field.email"): person.email or "",
                text("auth.page.field.since"): moment(person.created_at),
                text("auth.page.field.seen"): seen(last),
            }
        )


def _views(params: UserParams) -> None:
    key = f"{PATH}/view"
    st.session_state[key] = params.view
    st.segmented_control(
        text("auth.page.user.view"),
        USER_VIEWS,
        key=key,
        required=True,
        format_func=lambda view: text(f"auth.page.user.view.{view}"),
        label_visibility="collapsed",
        on_change=action(_see),
        args=(params.id, key),
    )


def _see(user_id: str, key: str) -> None:
    navigate(PATH, {"id": user_id, "view": st.session_state[key]})
