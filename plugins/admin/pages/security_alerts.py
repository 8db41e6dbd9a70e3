"""Open alerts: what was found, about whom, and the answer that closes one."""

import streamlit as st

from host import ValidationError, action, navigate, text
from host.data.security.reading import EventReading
from host.ui.design import badge, card, element, literal, raw, show
from plugins.admin.audit_diff import Reader
from plugins.admin.pages.parts import facts
from plugins.admin.pages.security_words import PATH, evidence, explained, kind
from plugins.admin.permissions import SECURITY
from plugins.admin.security import SecurityDesk

SHOWN = 10
_SAID = f"{PATH}/said"


def announce() -> None:
    """Show what the last answer led to, once."""
    if said := st.session_state.pop(_SAID, ""):
        st.toast(said, icon=":material/check:")


def open_alerts(desk: SecurityDesk, reader: Reader) -> None:
    """Draw the alerts that wait, newest first."""
    found = desk.open_alerts()
    if not found:
        return
    show(element("h2", text("admin.security.open", count=len(found)), class_="host-section"))
    for alert in found[:SHOWN]:
        with card(key=f"{PATH}/alert/{alert.id}"):
            _alert(alert, desk, reader)
    if len(found) > SHOWN:
        show(element("p", text("admin.security.more", count=len(found) - SHOWN), class_="host-muted"))


def _alert(alert: EventReading, desk: SecurityDesk, reader: Reader) -> None:
    sign = badge(text("admin.security.severity.alert"), "bad")
    head = raw("div", element("h3", kind(alert.kind), class_="host-card-title") + sign, class_="host-titled")
    show(head + element("p", explained(alert), class_="host-muted"))
    about = {
        text("admin.security.at"): reader.moment(alert.at),
        text("admin.security.person"): desk.name_of(alert.user_id),
        text("admin.security.network"): alert.client,
    }
    facts(about | evidence({name: value for name, value in alert.detail.items() if name != "subject"}))
    key = f"{PATH}/note/{alert.id}"
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"{PATH}/answer/{alert.id}"):
        with st.container(width=420):
            st.text_input(text("admin.security.note"), key=key, max_chars=1000)
        given = action(_answer, permission=SECURITY)
        st.button(
            text("admin.security.answer"),
            key=f"{PATH}/give/{alert.id}",
            icon=":material/check:",
            help=text("admin.security.answer.help", kind=kind(alert.kind)),
            on_click=given,
            args=(desk, alert.id, key),
        )
        _way_on(alert, desk)


def _way_on(alert: EventReading, desk: SecurityDesk) -> None:
    wanted = {"user": alert.user_id} if alert.user_id else {"network": _beginning(alert.client)}
    if not any(wanted.values()):
        return
    person = desk.name_of(alert.user_id) or alert.client
    st.button(
        text("admin.security.timeline"),
        key=f"{PATH}/timeline/{alert.id}",
        type="tertiary",
        icon=":material/timeline:",
        help=text("admin.security.timeline.help", person=literal(person)),
        on_click=action(navigate),
        args=(PATH, wanted),
    )


def _beginning(network: str) -> str:
    """Return how addresses of a network begin: ``192.0.2.`` for ``192.0.2.0/24``."""
    address, slash, _ = network.partition("/")
    if not slash:
        return address
    return address.removesuffix("0") if "." in address else address.removesuffix(":")


def _answer(desk: SecurityDesk, event_id: int, key: str) -> None:
    try:
        desk.answer(event_id, st.session_state.get(key, ""))
    except ValidationError as error:
        st.toast(str(error), icon=":material/error:")
        return
    st.session_state[_SAID] = text("admin.security.answered")
