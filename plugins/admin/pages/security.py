"""Security: open alerts first, the last day at a glance, then every event, and what happened to one person."""

from typing import Final
from zoneinfo import ZoneInfo

import streamlit as st

from host import current, text
from host.ui.design import Metric, card, metric_row, plain_header
from plugins.admin.audit_diff import Reader
from plugins.admin.pages.security_alerts import announce, open_alerts
from plugins.admin.pages.security_events import events, filters, timeline_head
from plugins.admin.pages.security_words import PATH, kind
from plugins.admin.security import SecurityDesk
from plugins.admin.security_params import SecurityParams

SHOWN_KINDS: Final = 12
_TILES: Final = {
    "sign_ins": ("sign_in.ok",),
    "failures": ("sign_in.failed", "sign_in.code_failed", "sign_in.locked"),
    "refused": ("authz.denied", "files.denied"),
    "read": ("export.made", "files.fetched"),
}


def security(params: SecurityParams) -> None:
    """Draw what the address asks for."""
    announce()
    plain_header("admin.security.title", "admin.security.subtitle")
    zone = ZoneInfo(st.context.timezone) if st.context.timezone else None
    host = current().application.host
    desk = SecurityDesk(host.security_reader(), host.alert_answers(), zone)
    reader = Reader(current().language, zone, text("admin.audit.yes"), text("admin.audit.no"))
    if params.user:
        timeline_head(desk, params)
    elif params == SecurityParams():
        open_alerts(desk, reader)
        _last_day(desk, reader)
    filters(desk, params)
    events(desk.page(params), desk, reader, params)


def _last_day(desk: SecurityDesk, reader: Reader) -> None:
    counts = desk.counts()
    figures = []
    for name, kinds in _TILES.items():
        total = sum(sum(counts.get(each, ())) for each in kinds)
        figures.append(Metric(text(f"admin.security.tile.{name}"), reader.value(total), text("admin.security.day")))
    metric_row(figures)
    if not counts:
        return
    rows = [
        {"kind": kind(name), "count": sum(hours), "course": hours} for name, hours in list(counts.items())[:SHOWN_KINDS]
    ]
    columns = {
        "kind": st.column_config.TextColumn(text("admin.security.filter.kind"), width=190),
        "count": st.column_config.NumberColumn(text("admin.security.count"), format="localized", width=75),
        "course": st.column_config.LineChartColumn(text("admin.security.course"), y_min=0),
    }
    with card(text("admin.security.counts"), text("admin.security.counts.text"), key=f"{PATH}/counts"):
        st.dataframe(rows, key=f"{PATH}/counts/table", hide_index=True, column_config=columns)
