"""The list of plugins."""

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from host import PluginStatus, action, current, navigate, text
from host.ui.design import Metric, badge, card, element, empty_state, literal, metric_row, plain_header, raw, show
from plugins.admin.administration import Administration
from plugins.admin.pages.detail import detail
from plugins.admin.pages.parts import TONES, milliseconds
from plugins.admin.pages.restart import restart_notice
from plugins.admin.params import PluginsParams

PATH = "admin/plugins"


def plugins(administration: Administration, params: PluginsParams) -> None:
    """Draw the list, or one plugin when the address names it."""
    rows = administration.plugins()
    wanted = next((row for row in rows if row.id == params.plugin), None)
    if wanted is not None:
        detail(administration, wanted, params)
        return
    plain_header("admin.plugins.title", "admin.plugins.subtitle")
    restart_notice(administration)
    if params.plugin:
        st.warning(text("admin.plugins.unknown", plugin=literal(params.plugin)))
    _counts(rows)
    for note in current().application.report.notes:
        st.info(note, icon=":material/info:")
    for row in sorted(rows, key=lambda each: (each.state not in ("failed", "missing"), each.id)):
        _entry(row)
    if not rows:
        with empty_state(text("admin.plugins.none"), key=PATH):
            pass


def _counts(rows: Sequence[PluginStatus]) -> None:
    count = Counter(row.state for row in rows)
    failed = count["failed"] + count["missing"]
    metric_row(
        [
            Metric(text("admin.state.active"), str(count["active"])),
            Metric(text("admin.state.off"), str(count["off"])),
            Metric(text("admin.state.failed"), str(failed), tone="bad" if failed else "neutral"),
        ]
    )


def _entry(row: PluginStatus) -> None:
    with card(key=f"{PATH}/{row.id}"):
        key = f"{PATH}/{row.id}/head"
        with st.container(key=key, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            name = element("h2", row.id, class_="host-card-title")
            state = badge(text(f"admin.state.{row.state}"), TONES[row.state])
            show(raw("div", name + state, class_="host-titled"))
            st.button(
                text("admin.plugins.details"),
                key=f"{PATH}/{row.id}/details",
                type="tertiary",
                icon=":material/chevron_right:",
                icon_position="right",
                help=text("admin.plugins.details.help", plugin=row.id),
                on_click=action(navigate),
                args=(PATH, {"plugin": row.id}),
            )
        facts = element("p", " · ".join(_facts(row)), class_="host-muted")
        show(facts + (element("p", _reason(row)) if row.reason else ""))


def _reason(row: PluginStatus) -> str:
    """Return why it is out and at which stage, or what is amiss though it runs."""
    stage = text("admin.plugins.notice") if row.state == "active" else text(f"admin.stage.{row.stage}")
    return f"{stage}: {row.reason}"


def _facts(row: PluginStatus) -> list[str]:
    facts = [f"{row.distribution} {row.version}".strip(), text(f"admin.origin.{row.origin}")]
    if row.state == "active":
        facts.append(milliseconds(row.start_ms))
    if row.required_by:
        facts.append(text("admin.plugins.needed_by", plugins=", ".join(row.required_by)))
    if row.exposure.roles or row.exposure.percent < 100:
        facts.append(text("admin.plugins.limited"))
    return [fact for fact in facts if fact]
