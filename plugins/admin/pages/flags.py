"""The list of feature flags, or one of them when the address names it."""

from collections.abc import Iterable

import streamlit as st

from host import FlagValue, action, current, navigate, text
from host.kernel.flags.definition import Definition, Snapshot
from host.ui.design import badge, card, element, empty_state, literal, plain_header, raw, show
from plugins.admin.flagging import Flagging
from plugins.admin.pages import flag_words as words
from plugins.admin.pages.flag_detail import attempt, flag_detail
from plugins.admin.pages.flag_words import PATH
from plugins.admin.params import FlagsParams
from plugins.admin.permissions import FLAGS_WRITE

FIND = f"{PATH}/find"


def flags(flagging: Flagging, params: FlagsParams) -> None:
    """Draw the list, or one flag when the address names it."""
    snapshot = flagging.snapshot()
    wanted = snapshot.definitions.get(params.flag)
    if wanted is not None:
        flag_detail(flagging, wanted)
        return
    plain_header("admin.flags.title", "admin.flags.subtitle")
    if params.flag:
        st.warning(text("admin.flags.unknown", flag=literal(params.flag)))
    if flagging.provider:
        st.info(text("admin.flags.elsewhere", provider=flagging.provider), icon=":material/info:")
    for note in snapshot.notes:
        st.warning(note)
    _list(flagging, snapshot, params)
    _without_plugin(flagging, snapshot)


def _list(flagging: Flagging, snapshot: Snapshot, params: FlagsParams) -> None:
    st.session_state.setdefault(FIND, params.find)
    if snapshot.definitions:
        st.text_input(text("admin.flags.find"), key=FIND, icon=":material/search:", on_change=action(_find))
    shown = list(_found(snapshot.definitions.values(), params.find))
    mine = flagging.mine()
    for definition in sorted(shown, key=lambda each: (not each.expired(words.today()), each.name)):
        _entry(definition, mine[definition.name])
    if not shown:
        none = text("admin.flags.none_found", find=params.find) if params.find else text("admin.flags.none")
        with empty_state(none, icon=":material/flag:", key=PATH):
            pass


def _find() -> None:
    navigate(PATH, {"find": st.session_state[FIND] or None})


def _found(definitions: Iterable[Definition], find: str) -> Iterable[Definition]:
    part = find.strip().lower()
    return (each for each in definitions if part in each.name or part in words.title(each.flag).lower())


def _entry(definition: Definition, mine: FlagValue) -> None:
    with card(key=f"{PATH}/{definition.name}"):
        key = f"{PATH}/{definition.name}/head"
        with st.container(key=key, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            name = element("h2", words.title(definition.flag), class_="host-card-title")
            signs = words.value_badge(definition.base.value) + _sign(definition)
            show(raw("div", name + signs, class_="host-titled"))
            st.button(
                text("admin.flags.details"),
                key=f"{PATH}/{definition.name}/details",
                type="tertiary",
                icon=":material/chevron_right:",
                icon_position="right",
                help=text("admin.flags.details.help", flag=definition.name),
                on_click=action(navigate),
                args=(PATH, {"flag": definition.name}),
            )
        show(element("p", " · ".join(_facts(definition, mine)), class_="host-muted"))


def _sign(definition: Definition) -> str:
    if definition.unusable:
        return badge(text("admin.flags.unusable"), "bad")
    return badge(words.expiry(definition), "attention") if definition.expired(words.today()) else ""


def _facts(definition: Definition, mine: FlagValue) -> list[str]:
    rules = len(definition.override.rules)
    facts = [
        definition.name,
        words.source(definition, definition.base),
        "" if mine == definition.base.value else text("admin.flags.for_you", value=words.value(mine)),
        text("admin.flags.rules.count" if rules > 1 else "admin.flags.rules.count.one", count=rules) if rules else "",
        text("admin.flags.owned_by", owner=definition.flag.owner),
        "" if definition.expired(words.today()) else words.expiry(definition),
    ]
    return [fact for fact in facts if fact]


def _without_plugin(flagging: Flagging, snapshot: Snapshot) -> None:
    if not snapshot.orphans:
        return
    with card(text("admin.flags.kept"), text("admin.flags.kept.text"), key=f"{PATH}/kept"):
        for name, override in sorted(snapshot.orphans.items()):
            key = f"{PATH}/kept/{name}"
            with st.container(key=key, horizontal=True, vertical_alignment="center"):
                show(element("p", text("admin.flags.kept.by", flag=name, name=words.person(override.by))))
                if current().principal.may(FLAGS_WRITE):
                    st.button(
                        text("admin.flags.forget"),
                        key=f"{key}/forget",
                        type="tertiary",
                        icon=":material/delete:",
                        help=text("admin.flags.forget.help", flag=name),
                        on_click=action(attempt, permission=FLAGS_WRITE),
                        args=(flagging.forget, name),
                    )
