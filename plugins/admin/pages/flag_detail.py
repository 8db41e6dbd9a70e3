"""One flag: its value and what decides it, the controls to change it, who changed it."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from host import ValidationError, action, current, navigate, text
from host.kernel.flags.definition import Definition
from host.kernel.flags.faults import FlagLockedError
from host.kernel.flags.values import variable_of
from host.ui.design import badge, card, page_header, raw, show
from plugins.admin.flagging import Flagging
from plugins.admin.pages import flag_words as words
from plugins.admin.pages.flag_history import flag_history
from plugins.admin.pages.flag_rules import add_rule, rules
from plugins.admin.pages.flag_value import NOT_SET, read_choice, value_choice
from plugins.admin.pages.flag_words import PATH
from plugins.admin.pages.parts import facts
from plugins.admin.permissions import FLAGS_WRITE


def flag_detail(flagging: Flagging, definition: Definition) -> None:
    """Draw the flag of `definition`."""
    with page_header(words.title(definition.flag), definition.name):
        st.button(
            text("admin.flags.all"),
            key=f"{PATH}/back",
            icon=":material/arrow_back:",
            type="tertiary",
            on_click=action(navigate),
            args=(PATH,),
        )
    _state(flagging, definition)
    locked = _locked(flagging, definition)
    if locked:
        st.info(locked, icon=":material/lock:")
    may_change = not locked and current().principal.may(FLAGS_WRITE)
    if may_change:
        with card(text("admin.flags.value"), text("admin.flags.value.text"), key=f"{PATH}/value"):
            _value(flagging, definition)
    with card(text("admin.flags.rules"), text("admin.flags.rules.text"), key=f"{PATH}/rules"):
        rules(flagging, definition, attempt if may_change else None)
        if may_change:
            add_rule(flagging, definition, attempt)
    flag_history(flagging, definition)


def attempt(change: Callable[..., None], *arguments: Any) -> None:
    """Change something and say so, or say why not."""
    try:
        change(*arguments)
    except (ValidationError, FlagLockedError) as error:
        st.toast(str(error), icon=":material/error:")
        return
    st.toast(text("admin.flags.changed"), icon=":material/check:")


def _state(flagging: Flagging, definition: Definition) -> None:
    mine = flagging.mine().decision(definition.name)
    with card(key=f"{PATH}/facts"):
        expired = badge(words.expiry(definition), "attention") if definition.expired(words.today()) else ""
        show(raw("div", words.value_badge(mine.value) + expired, class_="host-titled"))
        if definition.unusable:
            st.warning(text("admin.flags.unusable.text", reason=definition.unusable))
        facts(
            {
                text("admin.flags.fact.mine"): f"{words.value(mine.value)}, {words.source(definition, mine)}",
                text("admin.flags.fact.base"): _base(definition),
                text("admin.flags.fact.default"): words.value(definition.flag.default),
                text("admin.flags.fact.choices"): ", ".join(map(words.value, definition.flag.choices)),
                text("admin.flags.fact.variable"): variable_of(definition.name),
                text("admin.flags.fact.owner"): definition.flag.owner,
                text("admin.flags.fact.expires"): _day(definition),
            }
        )


def _day(definition: Definition) -> str:
    day = definition.flag.expires
    return words.reader().value(day) if day is not None else ""


def _base(definition: Definition) -> str:
    return f"{words.value(definition.base.value)}, {words.source(definition, definition.base)}"


def _locked(flagging: Flagging, definition: Definition) -> str:
    if definition.pinned is not None:
        return text("admin.flags.pinned", variable=variable_of(definition.name))
    return text("admin.flags.elsewhere", provider=flagging.provider) if flagging.provider else ""


def _value(flagging: Flagging, definition: Definition) -> None:
    stored = definition.override.value
    # Follows what is in force, also when somebody else changes it.
    key = f"{PATH}/{definition.name}/value/{stored}"
    chosen = value_choice(definition, key, stored, may_leave=True)
    wanted = None if chosen is NOT_SET else chosen
    st.button(
        text("admin.flags.apply"),
        key=f"{PATH}/apply",
        type="primary",
        disabled=wanted == stored and type(wanted) is type(stored),
        on_click=action(_apply, permission=FLAGS_WRITE),
        args=(flagging, definition, key),
    )


def _apply(flagging: Flagging, definition: Definition, key: str) -> None:
    chosen = read_choice(definition, key, definition.override.value, may_leave=True)
    attempt(flagging.set_value, definition, None if chosen is NOT_SET else chosen)
