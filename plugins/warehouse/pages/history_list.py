"""The history of a record as people read it: when, who, and per field what it was and what it became."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import streamlit as st

from host import text
from host.ui.design import card, element, raw, show
from plugins.warehouse.pages.draft import Draft
from plugins.warehouse.pages.parts import hint, moment
from plugins.warehouse.services.history import Change, Version

FIRST: Final = 5
"""Changes that stand open; the rest is folded away."""
Told = Callable[[str, Any], str]


def history_card(
    versions: Sequence[Version],
    told: Told,
    fields: Mapping[str, str],
    *,
    key: str,
    bring_back: Callable[[int], str] | None = None,
) -> None:
    """Draw a history.

    Args:
        told: writes the value of a column for the reader.
        fields: column → field of the form that names it, where they differ.
        bring_back: gives the record the data that it had after a change, and returns what to say then; ``None`` where
            that isn't offered.
    """
    with card(text("warehouse.history"), key=f"{key}/history"):
        if not versions:
            hint(text("warehouse.history.none"))
            return
        draft = Draft(f"{key}/bring-back")
        draft.general_faults()
        for version in versions[:FIRST]:
            _version(version, told, fields, key)
            if version is not versions[0]:
                _back(draft, version, key, bring_back)
        if len(versions) > FIRST:
            with st.expander(text("warehouse.history.older"), key=f"{key}/older"):
                for version in versions[FIRST:]:
                    _version(version, told, fields, key)
                    _back(draft, version, key, bring_back)


def _version(version: Version, told: Told, fields: Mapping[str, str], key: str) -> None:
    who = text(f"warehouse.history.{version.action}", by=version.by)
    head = element("strong", f"{moment(version.at)} · {who}")
    new = version.action == "insert"
    rows = "".join(_change(change, told, fields, new=new) for change in version.changes)
    show(raw("div", head + (raw("dl", rows, class_="host-facts") if rows else "")))


def _back(draft: Draft, version: Version, key: str, bring_back: Callable[[int], str] | None) -> None:
    if bring_back is None or version.action not in {"insert", "update", "restore"}:
        return
    label = text("warehouse.history.bring_back")
    if st.button(label, key=f"{key}/back/{version.id}", icon=":material/history:", type="tertiary"):
        draft.attempt(lambda: bring_back(version.id))


def _change(change: Change, told: Told, fields: Mapping[str, str], *, new: bool) -> str:
    now = told(change.field, change.after) or "–"
    words = now if new else f"{told(change.field, change.before) or '–'} → {now}"
    return element("dt", text(f"warehouse.field.{fields.get(change.field, change.field)}")) + element("dd", words)
