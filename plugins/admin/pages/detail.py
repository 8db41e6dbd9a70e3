"""One plugin: what is known of it, its switch with a preview, its audience."""

import streamlit as st

from host import PluginStatus, ValidationError, action, current, navigate, text
from host.ui.design import card, element, literal, page_header, raw, show, status_badge
from plugins.admin.administration import Administration
from plugins.admin.pages.audience import audience
from plugins.admin.pages.parts import TONES, facts, milliseconds
from plugins.admin.pages.restart import restart_notice
from plugins.admin.params import PluginsParams
from plugins.admin.permissions import MANAGE

PATH = "admin/plugins"
SELF = "admin"


def detail(administration: Administration, row: PluginStatus, params: PluginsParams) -> None:
    """Draw the plugin of `row`."""
    with page_header(row.id):
        st.button(
            text("admin.plugins.all"),
            key=f"{PATH}/back",
            icon=":material/arrow_back:",
            type="tertiary",
            on_click=action(navigate),
            args=(PATH,),
        )
    restart_notice(administration)
    with card(key=f"{PATH}/facts"):
        status_badge(text(f"admin.state.{row.state}"), TONES[row.state])
        if row.reason:
            show(element("p", f"{row.reason} {row.remedy}".strip()))
        facts(_facts(row))
    if not current().principal.may(MANAGE):
        return
    with card(text("admin.switch.title"), key=f"{PATH}/switch"):
        _switch(administration, row, params)
    with card(text("admin.audience.title"), text("admin.audience.subtitle"), key=f"{PATH}/audience"):
        audience(administration, row)


def _facts(row: PluginStatus) -> dict[str, str]:
    return {
        text("admin.fact.version"): row.version,
        text("admin.fact.distribution"): row.distribution,
        text("admin.fact.package"): row.package,
        text("admin.fact.stage"): text(f"admin.stage.{row.stage}"),
        text("admin.fact.start"): milliseconds(row.start_ms) if row.state == "active" else "",
        text("admin.fact.requires"): ", ".join(row.requires),
        text("admin.fact.required_by"): ", ".join(row.required_by),
        text("admin.fact.provides"): ", ".join(row.provides),
        text("admin.fact.origin"): text(f"admin.origin.{row.origin}"),
        text("admin.fact.audience"): _audience(row),
    }


def _audience(row: PluginStatus) -> str:
    who = ", ".join(sorted(row.exposure.roles)) or text("admin.audience.everybody")
    return who if row.exposure.percent >= 100 else f"{row.exposure.percent:g} % · {who}"


def _switch(administration: Administration, row: PluginStatus, params: PluginsParams) -> None:
    if row.origin == "pinned":
        show(element("p", text("admin.switch.pinned", name=f"FEATURE_{row.id.upper()}"), class_="host-muted"))
        return
    wanted = not row.enabled
    if params.change != ("on" if wanted else "off"):
        _offer(row, wanted)
        return
    _preview(administration, row, wanted=wanted)


def _offer(row: PluginStatus, wanted: bool) -> None:
    show(element("p", text(f"admin.switch.is_{'on' if row.enabled else 'off'}"), class_="host-muted"))
    st.button(
        text(f"admin.switch.{'enable' if wanted else 'disable'}"),
        key=f"{PATH}/offer",
        icon=":material/power_settings_new:",
        on_click=action(navigate),
        args=(PATH, {"plugin": row.id, "change": "on" if wanted else "off"}),
    )


def _preview(administration: Administration, row: PluginStatus, *, wanted: bool) -> None:
    try:
        difference = administration.preview(row.id, enabled=wanted)
    except ValidationError as error:
        st.warning(literal(str(error)))
        return
    show(element("p", text("admin.preview.title")))
    lines = difference.lines or (text("admin.preview.nothing"),)
    show(raw("ul", "".join(element("li", line) for line in lines)))
    when = "admin.preview.restart" if difference.restart else "admin.preview.at_once"
    show(element("p", text(when), class_="host-muted"))
    if row.id == SELF and not wanted:
        st.warning(text("admin.preview.self", command="app plugins enable admin"))
    with st.container(horizontal=True):
        st.button(
            text(f"admin.switch.confirm_{'enable' if wanted else 'disable'}", plugin=row.id),
            key=f"{PATH}/confirm",
            type="primary",
            on_click=action(_confirm, permission=MANAGE),
            args=(administration, row.id, wanted),
        )
        st.button(
            text("admin.switch.cancel"),
            key=f"{PATH}/cancel",
            on_click=action(navigate),
            args=(PATH, {"plugin": row.id}),
        )


def _confirm(administration: Administration, plugin: str, wanted: bool) -> None:
    administration.switch(plugin, enabled=wanted)
    navigate(PATH, {"plugin": plugin})
