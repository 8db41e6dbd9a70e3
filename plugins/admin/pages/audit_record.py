"""One audit record: who, when, what, and each column's old and new value."""

from typing import Any, Final

import streamlit as st

from host import action, current, navigate, text
from host.data.audit.reading import AuditRecord
from host.ui.design import Tone, badge, element, literal, raw, show
from plugins.admin.audit_diff import Reader, pieces
from plugins.admin.audit_params import AuditParams
from plugins.admin.pages.audit_filters import PATH
from plugins.admin.permissions import AUDIT_RESTORE

_TONES: Final[dict[str, Tone]] = {"insert": "good", "update": "info", "delete": "bad", "soft_delete": "attention"}
_TAGS: Final = {"same": "span", "gone": "del", "new": "ins"}


def draw_record(record: AuditRecord, reader: Reader, params: AuditParams, *, one: bool) -> None:
    """Draw a record; `one` leaves out the record's name and offers to restore it."""
    sign = badge(text(f"admin.audit.action.{record.action}"), _TONES.get(record.action, "neutral"))
    name = reader.moment(record.at) if one else f"{record.table} {record.key}"
    head = raw("div", element("h3", name, class_="host-card-title") + sign, class_="host-titled")
    with st.container(horizontal=True):
        show(head + element("p", _who(record, reader, one=one), class_="host-muted"))
        _way_on(record, params, one=one)
    show(difference(record, reader))


def _way_on(record: AuditRecord, params: AuditParams, *, one: bool) -> None:
    if not one:
        _button(record, "of_record", ":material/history:", {"table": record.table, "key": record.key})
    elif current().principal.may(AUDIT_RESTORE) and params.version != record.id:
        _button(record, "restore", ":material/settings_backup_restore:", params.narrowed(version=record.id))


def _button(record: AuditRecord, name: str, icon: str, address: dict[str, Any]) -> None:
    label, key = text(f"admin.audit.{name}"), f"{PATH}/{name}/{record.id}"
    described = text(f"admin.audit.{name}.help", table=literal(record.table), id=literal(record.key))
    st.button(
        label, key=key, icon=icon, type="tertiary", help=described, on_click=action(navigate), args=(PATH, address)
    )


def _who(record: AuditRecord, reader: Reader, *, one: bool) -> str:
    seal = "" if record.seq is not None else text("admin.audit.waits")
    where = " ".join(part for part in (record.plugin, record.page) if part)
    parts = ("" if one else reader.moment(record.at), record.user_name, where, record.correlation_id, seal)
    return " · ".join(part for part in parts if part)


def difference(record: AuditRecord, reader: Reader) -> str:
    """Return the columns of a record as markup; what was only made or only removed is folded away."""
    edited = record.before is not None and record.after is not None
    listed = "".join(
        element("dt", column) + raw("dd", _column(record, column, reader))
        for column in record.columns
        if edited or _side(record).get(column) not in (None, "")
    )
    table = raw("dl", listed, class_="host-facts host-diff")
    if edited:
        return table
    count = sum(value not in (None, "") for value in _side(record).values())
    return raw("details", element("summary", text("admin.audit.values", count=count)) + table)


def _side(record: AuditRecord) -> dict[str, Any]:
    return dict(record.before or record.after or {})


def _column(record: AuditRecord, column: str, reader: Reader) -> str:
    if record.before is None or record.after is None:
        return element("span", reader.value(_side(record).get(column)))
    old, new = reader.value(record.before.get(column)), reader.value(record.after.get(column))
    parts = pieces(old, new)
    arrow = element("span", " → ") if [part.kind for part in parts] == ["gone", "new"] else ""
    marked = [element(_TAGS[part.kind], part.text) for part in parts]
    return arrow.join(marked) if arrow else "".join(marked)
