"""What the shell says instead of a page or above it: refused visits, an empty app, plugins that are out of order."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from host.kernel.context import RunContext
from host.kernel.host_contributions import OPERATE
from host.ui.admission import Admission
from host.ui.design.card import empty_state
from host.ui.design.html import element, raw, show
from host.ui.router import navigate
from host.ui.text import text
from host.ui.visible import PageLink

COMMAND: Final = "app plugins list"


def refused(admission: Admission, listed: Sequence[PageLink]) -> None:
    """Say that the page can't be opened, and show the way on."""
    if not listed:
        with empty_state(
            text("host.empty.title"), text("host.empty.text", command=COMMAND), icon=":material/widgets:", key="app"
        ):
            return
    reason = text(admission.reason) if admission.reason else text(f"host.refused.{admission.refusal}.text")
    icon = ":material/explore_off:" if admission.refusal == "missing" else ":material/lock:"
    with empty_state(text(f"host.refused.{admission.refusal}.title"), reason, icon=icon, key="refused"):
        home = listed[0]
        label = text("host.refused.home", title=home.title)
        st.button(label, key="host/refused/home", type="primary", on_click=navigate, args=(home.path,))


def failed_plugins(context: RunContext) -> None:
    """Tell operators in one line which plugins are out; the rest works, so nobody else is disturbed."""
    with st.container(key="host-notice", gap=None):
        failed = context.application.report.failed()
        if failed and context.principal.may(OPERATE):
            names = ", ".join(row.id for row in failed)
            line = element("strong", text("host.degraded.title", count=len(failed), names=names))
            hint = raw("span", element("span", text("host.degraded.hint") + " ") + element("code", COMMAND))
            show(raw("div", line + hint, class_="host-degraded", role="status"))
