"""Every setting in force, with the layer it comes from."""

from collections.abc import Iterable
from itertools import groupby

import streamlit as st

from host import AppConfig, action, current, navigate, text
from host.ui.design import card, element, empty_state, plain_header, raw, show
from plugins.admin.overview import DEFAULT, SettingRow, host_settings, plugin_settings
from plugins.admin.params import SettingsParams

PATH = "admin/settings"
FIND = f"{PATH}/find"


def settings(config: AppConfig, params: SettingsParams) -> None:
    """Draw the settings that the address asks for."""
    plain_header("admin.settings.title", "admin.settings.subtitle")
    st.session_state.setdefault(FIND, params.find)
    st.text_input(text("admin.settings.find"), key=FIND, icon=":material/search:", on_change=action(_find))
    rows = [*host_settings(config), *plugin_settings(current().application)]
    shown = [row for row in rows if params.find.lower() in row.name.lower()]
    for section, group in groupby(shown, key=_section):
        with card(section or text("admin.settings.general"), key=f"{PATH}/{section or 'general'}"):
            _table(group, section)
    if not shown:
        with empty_state(text("admin.settings.none", find=params.find), icon=":material/search_off:", key=PATH):
            pass


def _find() -> None:
    navigate(PATH, {"find": st.session_state[FIND] or None})


def _section(row: SettingRow) -> str:
    return (
        row.name.rpartition(".")[0]
        if row.name.startswith("plugins.")
        else row.name.partition(".")[0] * ("." in row.name)
    )


def _table(rows: Iterable[SettingRow], section: str) -> None:
    listed = ""
    for row in rows:
        name = row.name.removeprefix(f"{section}.") if section else row.name
        origin = "" if row.layer == DEFAULT else element("div", _origin(row), class_="host-muted")
        listed += element("dt", name) + raw("dd", element("div", row.value or "–") + origin)
    show(raw("dl", listed, class_="host-facts"))


def _origin(row: SettingRow) -> str:
    return text("admin.settings.from", place=row.where or row.layer)
