"""The filters above the records, each of which stands in the address, and the head above one record's history."""

from typing import Any, Final

import streamlit as st

from host import action, current, navigate, text
from host.ui.design import element, show
from plugins.admin.audit_params import AuditParams
from plugins.admin.auditing import ACTIONS, Auditing

PATH: Final = "admin/audit"
_DATES: Final = {True: "DD.MM.YYYY", False: "YYYY-MM-DD"}


def filters(auditing: Auditing, params: AuditParams) -> None:
    """Draw the filters; each change goes to the address that it means."""
    names = ["", *auditing.tables()]
    german = current().language.startswith("de")
    tables = names if params.table in names else [*names, params.table]
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"{PATH}/filters"):
        _field(
            params, "q", 260, st.text_input, icon=":material/search:", max_chars=200, label=_looked_in(auditing, params)
        )
        _field(params, "user", 180, st.text_input, max_chars=200)
        _field(params, "table", 240, st.selectbox, options=tables, format_func=_named)
        _field(params, "action", 180, st.selectbox, options=("", *ACTIONS), format_func=_action)
        _field(params, "since", 150, st.date_input, format=_DATES[german])
        _field(params, "until", 150, st.date_input, format=_DATES[german])
        _field(params, "run", 220, st.text_input, max_chars=200)


def _field(params: AuditParams, name: str, width: int, widget: Any, **options: Any) -> None:
    key = f"{PATH}/filter/{name}"
    # The address decides: going back brings the former filter into the field.
    st.session_state[key] = getattr(params, name)
    with st.container(width=width):
        label = options.pop("label", text(f"admin.audit.filter.{name}"))
        widget(label, key=key, on_change=action(_follow), args=(params, name), **options)


def _looked_in(auditing: Auditing, params: AuditParams) -> str:
    return text("admin.audit.filter.q" if auditing.shows_personal(params) else "admin.audit.filter.q.key")


def _follow(params: AuditParams, name: str) -> None:
    navigate(PATH, params.narrowed(**{name: st.session_state[f"{PATH}/filter/{name}"]}))


def _named(table: str) -> str:
    return table or text("admin.audit.filter.all")


def _action(name: str) -> str:
    return text(f"admin.audit.action.{name}") if name else text("admin.audit.filter.all")


def history_head(params: AuditParams) -> None:
    """Draw which record's history this is, and the way back to all records."""
    back = action(navigate)
    st.button(text("admin.audit.all"), key=f"{PATH}/all", icon=":material/arrow_back:", on_click=back, args=(PATH, {}))
    show(element("h2", text("admin.audit.history", table=params.table, id=params.key), class_="host-section"))
