"""How every part of the app is, with the root cause where one failure explains another."""

import streamlit as st

from host import current, fragment, text
from host.kernel.health import Component, HealthReport
from host.ui.design import Metric, badge, card, element, metric_row, plain_header, raw, show
from plugins.admin import overview
from plugins.admin.pages.parts import TONES, milliseconds

PATH = "admin/health"
LOOK_EVERY_S = 10.0


def health() -> None:
    """Draw the page; the checks run again every few seconds."""
    plain_header("admin.health.title", "admin.health.subtitle")
    _components()


@fragment(run_every=LOOK_EVERY_S)
def _components() -> None:
    report = overview.health(current().application)
    _summary(report)
    for component in report.components:
        _component(component)
    st.button(text("admin.health.again"), key=f"{PATH}/again", icon=":material/refresh:")


def _summary(report: HealthReport) -> None:
    well = sum(component.status == "ok" for component in report.components)
    metric_row(
        [
            Metric(text("admin.health.whole"), text(f"admin.health.{report.status}"), tone=TONES[report.status]),
            Metric(text("admin.health.components"), f"{well} / {len(report.components)}"),
        ]
    )


def _component(component: Component) -> None:
    with card(key=f"{PATH}/{component.name}"):
        name = element("h2", component.name, class_="host-card-title")
        sign = badge(text(f"admin.health.{component.status}"), TONES[component.status])
        parts = [component.detail, milliseconds(component.ms)]
        facts = element("p", " · ".join(part for part in parts if part), class_="host-muted")
        cause = element("p", text("admin.health.cause", cause=component.cause)) if component.cause else ""
        show(raw("div", name + sign, class_="host-titled") + facts + cause)
