"""Restoring a version: what it would change, the question, the answer."""

from typing import Final

import streamlit as st

from host import action, navigate, text
from host.ui.design import card, literal, show
from plugins.admin.audit_diff import Reader
from plugins.admin.audit_params import AuditParams
from plugins.admin.auditing import Auditing, RestoreError
from plugins.admin.pages.audit_filters import PATH
from plugins.admin.pages.audit_record import difference
from plugins.admin.permissions import AUDIT_RESTORE

_SAID: Final = f"{PATH}/said"


def announce() -> None:
    """Show what restoring led to, once."""
    if said := st.session_state.pop(_SAID, None):
        done, words = said
        if done:
            st.toast(literal(words), icon=":material/check:")
        else:
            st.error(literal(words))


def offer(auditing: Auditing, reader: Reader, params: AuditParams) -> None:
    """Draw what restoring the chosen version would change, and ask."""
    if params.version is None:
        return
    with card(text("admin.audit.preview"), key=f"{PATH}/preview"):
        try:
            planned = auditing.preview(params, params.version)
        except RestoreError as error:
            st.warning(literal(str(error)))
            return
        if not planned.columns:
            st.info(text("admin.audit.preview.nothing"))
            return
        show(difference(planned, reader))
        with st.container(horizontal=True):
            st.button(
                text("admin.audit.confirm"),
                key=f"{PATH}/confirm",
                type="primary",
                on_click=action(_restore, permission=AUDIT_RESTORE),
                args=(auditing, params),
            )
            st.button(
                text("admin.audit.cancel"),
                key=f"{PATH}/cancel",
                on_click=action(navigate),
                args=(PATH, params.narrowed()),
            )


def _restore(auditing: Auditing, params: AuditParams) -> None:
    try:
        auditing.restore(params.table, params.key, params.version or 0)
        st.session_state[_SAID] = (True, text("admin.audit.restored", table=params.table, id=params.key))
    except RestoreError as error:
        st.session_state[_SAID] = (False, str(error))
    navigate(PATH, params.narrowed())
