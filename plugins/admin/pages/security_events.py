"""The list of events: filters that stand in the address, a row each, a person's timeline."""

from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

from host import action, current, navigate, text
from host.data.security.reading import EventPage, EventReading
from host.ui.design import badge, card, element, literal, raw, show
from plugins.admin.audit_diff import Reader
from plugins.admin.pages.security_words import PATH, TONES, evidence, kind
from plugins.admin.security import SecurityDesk
from plugins.admin.security_params import SecurityParams

_DATES: Final = {True: "DD.MM.YYYY", False: "YYYY-MM-DD"}
_SEVERITIES: Final = ("info", "warning", "alert")


def filters(desk: SecurityDesk, params: SecurityParams) -> None:
    """Draw the filters; each change goes to the address that it means."""
    kinds = sorted({params.kind, *desk.kinds()} - {""})
    german = current().language.startswith("de")
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"{PATH}/filters"):
        _choice(params, "kind", 260, {name: kind(name) for name in kinds})
        weights = {name: text(f"admin.security.severity.{name}") for name in _SEVERITIES}
        _choice(params, "severity", 160, weights)
        _field(params, "user", 180, st.text_input, max_chars=100)
        _field(params, "network", 180, st.text_input, max_chars=64)
        _field(params, "since", 150, st.date_input, format=_DATES[german])
        _field(params, "until", 150, st.date_input, format=_DATES[german])


def timeline_head(desk: SecurityDesk, params: SecurityParams) -> None:
    """Draw whose timeline this is, and the way back to all events."""
    back = action(navigate)
    st.button(
        text("admin.security.all"), key=f"{PATH}/all", icon=":material/arrow_back:", on_click=back, args=(PATH, {})
    )
    title = text("admin.security.timeline.of", person=desk.name_of(params.user))
    show(element("h2", title, class_="host-section"))


def events(page: EventPage, desk: SecurityDesk, reader: Reader, params: SecurityParams) -> None:
    """Draw the events and the way to older ones."""
    with card(text("admin.security.events"), key=f"{PATH}/events"):
        for event in page.events:
            _event(event, desk, reader, params)
        if not page.events:
            show(element("p", text("admin.security.none"), class_="host-muted"))
    _pager(page, params)


def _event(event: EventReading, desk: SecurityDesk, reader: Reader, params: SecurityParams) -> None:
    sign = badge(text(f"admin.security.severity.{event.severity}"), TONES.get(event.severity, "neutral"))
    head = raw("div", element("strong", kind(event.kind)) + sign, class_="host-titled")
    with st.container(horizontal=True, vertical_alignment="center", key=f"{PATH}/event/{event.id}"):
        show(head + element("p", _line(event, reader), class_="host-muted") + _detail(event, reader))
        if event.user_id and event.user_id != params.user:
            _person(event, desk)


def _person(event: EventReading, desk: SecurityDesk) -> None:
    person = literal(desk.name_of(event.user_id))
    st.button(
        person,
        key=f"{PATH}/person/{event.id}",
        type="tertiary",
        icon=":material/person:",
        help=text("admin.security.timeline.help", person=person),
        on_click=action(navigate),
        args=(PATH, {"user": event.user_id}),
    )


def _line(event: EventReading, reader: Reader) -> str:
    times = text("admin.security.times", count=reader.value(event.times)) if event.times > 1 else ""
    return " · ".join(part for part in (reader.moment(event.at), event.client, times) if part)


def _detail(event: EventReading, reader: Reader) -> str:
    rows = evidence(event.detail)
    rows |= {
        text("admin.security.evidence.session"): event.session,
        text("admin.security.evidence.device"): event.device,
    }
    if event.answer is not None:
        told = f"{event.answer.user_name}, {reader.moment(event.answer.at)}: {event.answer.note}"
        rows[text("admin.security.answered_by")] = told
    listed = "".join(element("dt", label) + element("dd", value) for label, value in rows.items() if value)
    if not listed:
        return ""
    return raw("details", element("summary", text("admin.security.detail")) + raw("dl", listed, class_="host-facts"))


def _choice(params: SecurityParams, name: str, width: int, labels: Mapping[str, str]) -> None:
    named = {"": text("admin.security.filter.every"), **labels}
    # Named beforehand: Streamlit also asks for the label of an option when no run is under way.
    _field(params, name, width, st.selectbox, options=list(named), format_func=lambda each: named.get(each, each))


def _field(params: SecurityParams, name: str, width: int, widget: Any, **options: Any) -> None:
    key = f"{PATH}/filter/{name}"
    # The address decides: going back brings the former filter into the field.
    st.session_state[key] = getattr(params, name)
    with st.container(width=width):
        label = text(f"admin.security.filter.{name}")
        widget(label, key=key, on_change=action(_follow), args=(params, name), **options)


def _follow(params: SecurityParams, name: str) -> None:
    navigate(PATH, params.narrowed(**{name: st.session_state[f"{PATH}/filter/{name}"]}))


def _pager(page: EventPage, params: SecurityParams) -> None:
    with st.container(horizontal=True):
        if params.before is not None:
            newest = action(navigate)
            args = (PATH, params.narrowed())
            st.button(text("admin.security.newest"), key=f"{PATH}/newest", on_click=newest, args=args)
        if page.older is not None:
            following = {**params.narrowed(), "before": page.older}
            older = action(navigate)
            st.button(text("admin.security.older"), key=f"{PATH}/older", on_click=older, args=(PATH, following))
