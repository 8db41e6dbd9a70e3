"""Imports: choose a file, watch it, decide about bad rows; goes on after a refresh, in any tab."""

from collections.abc import Iterator
from typing import Final

import streamlit as st

from host import fragment, navigate, text
from host.ui.design import Metric, Tone, card, metric_row, plain_header, status_badge
from plugins.warehouse.addresses import ImportParams
from plugins.warehouse.faults import Fault, InputError
from plugins.warehouse.formats import number
from plugins.warehouse.import_models import Import
from plugins.warehouse.importing.imports import RUNNING, Imports, fault_text
from plugins.warehouse.pages.parts import counted, hint, language, looked_up, moment, pager
from plugins.warehouse.pages.tables import picking_table, table
from plugins.warehouse.services.paging import Window

PATH: Final = "warehouse/import"
CHUNK: Final = 1 << 20
EVERY_S: Final = 0.5
WORK_S: Final = 0.3
"""Seconds of work in each turn of the watching fragment: the rest of the time belongs to everybody else."""
FAULT_ROWS: Final = 25
_TONES: Final[dict[str, Tone]] = {
    "reading": "info",
    "ready": "info",
    "deciding": "attention",
    "applied": "good",
    "discarded": "neutral",
    "failed": "bad",
}


def draw(imports: Imports, params: ImportParams) -> None:
    """Draw the page."""
    plain_header("warehouse.import.title", "warehouse.import.subtitle")
    shown = _shown(imports, params)
    if shown is None or shown.state not in {*RUNNING, "deciding"}:
        _choose(imports)
    if shown is not None:
        _one(imports, shown, params)
    _recent(imports)


def _shown(imports: Imports, params: ImportParams) -> Import | None:
    """Return the import that the address names, else the oldest one that needs somebody."""
    key = params.id
    if key is not None:
        return looked_up(lambda: imports.get(key), PATH)
    return next(iter(imports.unfinished()), None)


def _choose(imports: Imports) -> None:
    turn = st.session_state.setdefault(f"{PATH}/turn", 0)
    with card(text("warehouse.import.choose"), text("warehouse.import.choose.text"), key=f"{PATH}/choose"):
        file = st.file_uploader(text("warehouse.import.file"), type=["csv", "txt", "tsv"], key=f"{PATH}/file/{turn}")
        if file is None:
            return
        chunks: Iterator[bytes] = iter(lambda: file.read(CHUNK), b"")
        file.seek(0)
        try:
            begun = imports.begin(file.name, chunks)
        except InputError as error:
            for fault in error.faults:
                st.error(fault.render(language()))
            return
    # The next uploader is another widget: this file is stored, and must not be begun again.
    st.session_state[f"{PATH}/turn"] = turn + 1
    navigate(PATH, id=begun.id)


def _one(imports: Imports, shown: Import, params: ImportParams) -> None:
    with card(shown.name, key=f"{PATH}/one"):
        if shown.state in RUNNING:
            _watch(imports, shown.id)
        else:
            _result(imports, shown)
        if shown.rows_bad and shown.state not in RUNNING:
            _bad_rows(imports, shown, params)


@fragment(run_every=EVERY_S)
def _watch(imports: Imports, import_id: int) -> None:
    """Take the import a little further in each turn, and show how far it is."""
    now = imports.advance(import_id, WORK_S)
    if now.state not in RUNNING:
        st.rerun(scope="app")
    st.progress(min(1.0, now.cursor / max(1, now.size)), text("warehouse.import.progress", **_counts(now)))
    hint(text("warehouse.import.safe"))
    if st.button(text("warehouse.import.stop"), key=f"{PATH}/stop"):
        imports.decide(import_id, keep_good=False)
        st.rerun(scope="app")


def _result(imports: Imports, shown: Import) -> None:
    status_badge(text(f"warehouse.import.state.{shown.state}"), _TONES[shown.state])
    if shown.reason:
        st.error(Fault(shown.reason).render(language()))
    figures = ("rows_good", "rows_bad") if shown.state == "deciding" else ("created", "updated", "rows_bad")
    counted_rows = {name: getattr(shown, name) for name in figures}
    if shown.state == "applied" and (unchanged := shown.rows_good - shown.created - shown.updated):
        counted_rows["unchanged"] = unchanged
    metric_row([Metric(text(f"warehouse.import.{name}"), number(n, language())) for name, n in counted_rows.items()])
    ignored = [
        heading for heading, field in zip(shown.headings, shown.columns, strict=True) if field is None and heading
    ]
    if ignored:
        hint(text("warehouse.import.ignored", columns=", ".join(ignored)))
    if shown.state == "deciding":
        _decide(imports, shown)


def _decide(imports: Imports, shown: Import) -> None:
    st.write(text("warehouse.import.decide", **_counts(shown)))
    with st.container(horizontal=True):
        keep = counted("warehouse.import.keep", shown.rows_good)
        if st.button(keep, key=f"{PATH}/keep", type="primary", disabled=not shown.rows_good):
            imports.decide(shown.id, keep_good=True)
            navigate(PATH, id=shown.id)
        if st.button(text("warehouse.import.discard"), key=f"{PATH}/discard"):
            imports.decide(shown.id, keep_good=False)
            navigate(PATH, id=shown.id)


def _bad_rows(imports: Imports, shown: Import, params: ImportParams) -> None:
    part = imports.faults(shown.id, Window(params.part, FAULT_ROWS))
    columns = {
        "line": [str(row.line) for row in part.rows],
        "column": [row.column or "–" for row in part.rows],
        "value": [row.value for row in part.rows],
        "reason": [fault_text(row, language()) for row in part.rows],
    }
    st.subheader(text("warehouse.import.bad"), anchor=False)
    table(columns, key=f"{PATH}/bad", alt=text("warehouse.import.bad"))
    pager(PATH, params, part)


def _recent(imports: Imports) -> None:
    found = imports.recent()
    if not found:
        return
    columns = {
        "file": [each.name for each in found],
        "state": [text(f"warehouse.import.state.{each.state}") for each in found],
        "created": [number(each.created, language()) for each in found],
        "updated": [number(each.updated, language()) for each in found],
        "bad": [number(each.rows_bad, language()) for each in found],
        "at": [moment(each.started_at) for each in found],
        "by": [each.by for each in found],
    }
    with card(text("warehouse.import.recent"), key=f"{PATH}/recent"):
        picking_table(
            columns,
            lambda index: navigate(PATH, id=found[index].id),
            key=f"{PATH}/recent-table",
            numbers=("created", "updated", "bad"),
            alt=text("warehouse.import.recent"),
        )


def _counts(import_: Import) -> dict[str, str]:
    return {name: number(getattr(import_, name), language()) for name in ("rows_good", "rows_bad", "line")}
