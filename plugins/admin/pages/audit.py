"""Who changed what: filters, records with a readable difference, the history of one record, restoring."""

from datetime import datetime
from zoneinfo import ZoneInfo

import streamlit as st

from host import action, current, navigate, text
from host.data.audit.last_check import LastCheck
from host.ui.design import Metric, card, empty_state, metric_row, plain_header
from plugins.admin.audit_diff import Reader
from plugins.admin.audit_params import AuditParams
from plugins.admin.auditing import Auditing
from plugins.admin.pages.audit_filters import PATH, filters, history_head
from plugins.admin.pages.audit_record import draw_record
from plugins.admin.pages.audit_restore import announce, offer


def audit(params: AuditParams) -> None:
    """Draw what the address asks for."""
    announce()
    plain_header("admin.audit.title", "admin.audit.subtitle")
    zone = ZoneInfo(st.context.timezone) if st.context.timezone else None
    host = current().application.host
    told = st.session_state.setdefault(f"{PATH}/told", set())
    auditing = Auditing(host.audit_trail(), host.database(), zone, told)
    reader = Reader(current().language, zone, text("admin.audit.yes"), text("admin.audit.no"))
    one = bool(params.table and params.key)
    if one:
        history_head(params)
        offer(auditing, reader, params)
    else:
        _summary(auditing, reader)
        filters(auditing, params)
    _personal(auditing, params)
    page = auditing.page(params)
    for record in page.records:
        with card(key=f"{PATH}/{record.id}"):
            draw_record(record, reader, params, one=one)
    if not page.records:
        with empty_state(text("admin.audit.none"), icon=":material/history:", key=PATH):
            pass
    _pager(params, page.older)


def _summary(auditing: Auditing, reader: Reader) -> None:
    status = auditing.status()
    if not status.holds:
        st.error(text("admin.audit.broken", command="app audit verify"), icon=":material/gpp_bad:")
    metric_row(
        [
            Metric(text("admin.audit.sealed"), reader.value(status.sealed)),
            Metric(text("admin.audit.unsealed"), reader.value(status.unsealed)),
            _last_check(status.checked, reader),
        ]
    )


def _last_check(checked: LastCheck | None, reader: Reader) -> Metric:
    title = text("admin.audit.checked")
    if checked is None:
        return Metric(title, text("admin.audit.never"), "app audit verify")
    at = reader.moment(datetime.fromisoformat(checked.at))
    if checked.fault_count:
        return Metric(title, text("admin.audit.faults", count=checked.fault_count), at, tone="bad")
    return Metric(title, text("admin.audit.sound"), at)


def _personal(auditing: Auditing, params: AuditParams) -> None:
    if not auditing.sees_personal:
        return
    key = f"{PATH}/personal"
    st.session_state[key] = params.personal
    changed = params.narrowed(personal=not params.personal)
    st.toggle(text("admin.audit.personal"), key=key, on_change=action(navigate), args=(PATH, changed))


def _pager(params: AuditParams, older: int | None) -> None:
    with st.container(horizontal=True):
        if params.before is not None:
            newest = action(navigate)
            st.button(text("admin.audit.newest"), key=f"{PATH}/newest", on_click=newest, args=(PATH, params.narrowed()))
        if older is not None:
            following = {**params.narrowed(), "before": older}
            st.button(text("admin.audit.older"), key=f"{PATH}/older", on_click=action(navigate), args=(PATH, following))
