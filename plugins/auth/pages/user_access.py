"""What one person may do: roles, permissions besides them, and why a permission is held or not."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Final

import streamlit as st

from host import Principal, action, current, navigate, text
from host.security.authorization import Reason
from host.ui.design import badge, card, element, literal, raw, show
from plugins.auth.addresses import UserParams
from plugins.auth.pages.outcome import attempt, refusal
from plugins.auth.pages.parts import DAYS, hint, moment, role_title, titled, zone
from plugins.auth.permissions import USERS_WRITE
from plugins.auth.services.desk import Desk
from plugins.auth.values import GivenRole, UserInfo

PATH: Final = "auth/user"
_EFFECTS: Final = ("grant", "deny")


def access(desk: Desk, person: UserInfo, params: UserParams, principal: Principal) -> None:
    """Draw the three parts."""
    titles = {info.name: info.title for info in desk.roles.list()}
    declared = desk.why.permissions()
    may_write = principal.may(USERS_WRITE)
    with card(text("auth.page.user.roles"), key=f"{PATH}/roles"):
        for given in person.roles:
            _role(desk, person, given, titles, may_write=may_write)
        if not person.roles:
            hint(text("auth.page.users.no_role"))
        if may_write:
            _give(desk, person, titles)
    with card(text("auth.page.user.why"), text("auth.page.user.why.text"), key=f"{PATH}/why"):
        _why(desk, person, params, declared, titles)
    with card(text("auth.page.user.single"), text("auth.page.user.single.text"), key=f"{PATH}/single"):
        for permission, effect in sorted(person.permissions.items()):
            _single(desk, person, permission, effect, declared, may_write=may_write)
        if not person.permissions:
            hint(text("auth.page.user.single.none"))
        if may_write:
            _say(desk, person, declared)


def _role(desk: Desk, person: UserInfo, given: GivenRole, titles: Mapping[str, str], *, may_write: bool) -> None:
    name = role_title(given.role, titles)
    with _line(f"{PATH}/role/{given.role}"):
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


def _why(
    desk: Desk, person: UserInfo, params: UserParams, declared: Mapping[str, str], titles: Mapping[str, str]
) -> None:
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


def _single(
    desk: Desk,
    person: UserInfo,
    permission: str,
    effect: str,
    declared: Mapping[str, str],
    *,
    may_write: bool,
) -> None:
    with _line(f"{PATH}/single/{permission}"):
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


def _line(key: str) -> st.delta_generator.DeltaGenerator:
    return st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key=f"{key}/line"
    )
