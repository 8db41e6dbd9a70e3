"""A flag's rules: in which order they are asked, and the form for another one."""

from collections.abc import Callable
from datetime import UTC
from typing import Any, Final

import streamlit as st

from host import action, current, text
from host.kernel.flags.definition import Definition
from host.kernel.flags.rules import EVERYBODY, Rule
from host.ui.design import badge, element, raw, show
from plugins.admin.flagging import Flagging
from plugins.admin.pages import flag_words as words
from plugins.admin.pages.flag_value import read_choice, value_choice
from plugins.admin.pages.flag_words import PATH
from plugins.admin.permissions import FLAGS_WRITE

Attempt = Callable[..., None]
ADMIN: Final = "admin"
_FORMATS: Final = {True: "DD.MM.YYYY", False: "YYYY-MM-DD"}


def rules(flagging: Flagging, definition: Definition, attempt: Attempt | None) -> None:
    """Draw the rules in their order.

    Args:
        attempt: makes a change; ``None`` for readers who may not.
    """
    found = definition.override.rules
    for number, rule in enumerate(found, start=1):
        with st.container(key=f"{PATH}/rule/{number}", horizontal=True, vertical_alignment="center"):
            told = f"{number}. {words.conditions(rule)} → "
            late = words.timing(rule)
            sign = badge(late, "attention") if late else ""
            show(raw("div", element("span", told) + words.value_badge(rule.value) + sign, class_="host-titled"))
            if attempt is not None and number > 1:
                _button("raise", ":material/arrow_upward:", number, attempt, (flagging.raise_rule, definition, number))
            if attempt is not None:
                _button("remove", ":material/delete:", number, attempt, (flagging.remove_rule, definition, number))
    if not found:
        show(element("p", text("admin.flags.rules.none"), class_="host-muted"))


def _button(name: str, icon: str, number: int, attempt: Attempt, change: tuple[Any, ...]) -> None:
    st.button(
        text(f"admin.flags.rule.{name}", number=number),
        key=f"{PATH}/rule/{number}/{name}",
        type="tertiary",
        icon=icon,
        on_click=action(attempt, permission=FLAGS_WRITE),
        args=change,
    )


def add_rule(flagging: Flagging, definition: Definition, attempt: Attempt) -> None:
    """Draw the form for another rule."""
    # Begins anew after each change.
    key = f"{PATH}/{definition.name}/new/{definition.override.at}"
    with st.expander(text("admin.flags.rule.add"), icon=":material/add:", key=f"{PATH}/new"):
        value_choice(definition, f"{key}/value", None, may_leave=False)
        _names("users", key, [])
        _names("roles", key, _known_roles())
        st.slider(text("admin.flags.rule.share"), 0, 100, 100, key=f"{key}/percent", format="%d %%")
        with st.container(horizontal=True):
            _moment("from", key)
            _moment("until", key)
        st.button(
            text("admin.flags.rule.add.now"),
            key=f"{PATH}/new/add",
            type="primary",
            disabled=_entered(definition, key).holds_always,
            help=text("admin.flags.rule.add.help"),
            on_click=action(_add, permission=FLAGS_WRITE),
            args=(flagging, definition, key, attempt),
        )


def _add(flagging: Flagging, definition: Definition, key: str, attempt: Attempt) -> None:
    attempt(flagging.add_rule, definition, _entered(definition, key))


def _entered(definition: Definition, key: str) -> Rule:
    """Return the rule as entered now: in a callback that is newer than what was drawn."""
    entered = {name: st.session_state.get(f"{key}/{name}") for name in ("users", "roles", "percent", "from", "until")}
    since, until = (
        at.replace(tzinfo=words.zone() or UTC) if at is not None else None for at in (entered["from"], entered["until"])
    )
    return Rule(
        read_choice(definition, f"{key}/value", None, may_leave=False),
        frozenset(map(str, entered["users"] or ())),
        frozenset(map(str, entered["roles"] or ())),
        EVERYBODY if entered["percent"] is None else float(entered["percent"]),
        since,
        until,
    )


def _known_roles() -> list[str]:
    """Return the roles that plugins name; others can be typed."""
    declared = (role for owned in current().application.permissions for role in owned.value.roles)
    return sorted({ADMIN, *declared})


def _names(kind: str, key: str, known: list[str]) -> None:
    st.multiselect(
        text(f"admin.flags.rule.only_{kind}"),
        known,
        key=f"{key}/{kind}",
        accept_new_options=True,
        select_all=False,
        placeholder=text("admin.audience.everybody"),
        help=text(f"admin.flags.rule.only_{kind}.help"),
    )


def _moment(name: str, key: str) -> None:
    german = current().language.startswith("de")
    label = text(f"admin.flags.rule.when_{name}")
    with st.container(width=260):
        st.datetime_input(label, None, key=f"{key}/{name}", format=_FORMATS[german])
