"""Says that the processes are being replaced, and watches until this one is, or the change is taken back."""

import streamlit as st

from host import PlanDiff, current, fragment, text
from host.ui.design import badge, card, element, raw, show
from plugins.admin.administration import Administration

LOOK_EVERY_S = 1.0
KEY = "admin/plugins/restart"


def restart_notice(administration: Administration) -> None:
    """Draw the notice while this process runs another plan than is wanted; nothing otherwise."""
    pending = administration.pending(current().application.plan)
    if pending is None:
        return
    with card(key=KEY):
        sign = badge(text("admin.restart.title"), "attention")
        show(raw("div", sign + element("span", text("admin.restart.text")), class_="host-titled", role="status"))
        _lines(pending)
        _watch(administration)


def _lines(pending: PlanDiff) -> None:
    show(raw("ul", "".join(element("li", line) for line in pending.lines), class_="host-muted"))


@fragment(run_every=LOOK_EVERY_S)
def _watch(administration: Administration) -> None:
    """Draw the page anew when nothing is pending any more; a new process draws it by itself."""
    if administration.pending(current().application.plan) is None:
        st.rerun(scope="app")
