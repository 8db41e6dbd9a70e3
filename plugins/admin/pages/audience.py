"""Who sees a plugin: roles and a share of users, in force at once."""

import streamlit as st

from host import PluginStatus, ValidationError, action, text
from plugins.admin.administration import Administration
from plugins.admin.permissions import MANAGE

PATH = "admin/plugins"


def audience(administration: Administration, row: PluginStatus) -> None:
    """Draw the controls; they begin with what is in force and follow when somebody else changes it."""
    key = f"{PATH}/{row.id}/{row.exposure}"
    roles, percent = f"{key}/roles", f"{key}/percent"
    st.session_state.setdefault(roles, sorted(row.exposure.roles))
    st.session_state.setdefault(percent, int(row.exposure.percent))
    st.multiselect(
        text("admin.audience.roles"),
        sorted({*row.exposure.roles, *st.session_state[roles]}),
        key=roles,
        accept_new_options=True,
        placeholder=text("admin.audience.everybody"),
        help=text("admin.audience.roles.help"),
    )
    st.slider(text("admin.audience.percent"), 0, 100, key=percent, format="%d %%")
    same = frozenset(st.session_state[roles]) == row.exposure.roles and st.session_state[percent] == int(
        row.exposure.percent
    )
    st.button(
        text("admin.audience.apply"),
        key=f"{PATH}/expose",
        type="primary",
        disabled=same,
        on_click=action(_expose, permission=MANAGE),
        args=(administration, row.id, roles, percent),
    )


def _expose(administration: Administration, plugin: str, roles: str, percent: str) -> None:
    try:
        administration.expose(plugin, st.session_state[roles], float(st.session_state[percent]))
    except ValidationError as error:
        st.toast(str(error), icon=":material/error:")
        return
    st.toast(text("admin.audience.applied", plugin=plugin), icon=":material/check:")
