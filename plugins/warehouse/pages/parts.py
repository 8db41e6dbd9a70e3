"""What the pages share: the reader's language, formatted values, reruns, lists that follow the address."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

import streamlit as st

from host import current, navigate, text
from host.ui.design import element, empty_state, show
from plugins.warehouse import formats
from plugins.warehouse.faults import InputError
from plugins.warehouse.services.paging import START, Part, Stretch

T = TypeVar("T")
_NOTHING: Final = object()
_SAID: Final = "warehouse/said"


def language() -> str:
    """Return the language of this run."""
    return current().language


def counted(key: str, count: int) -> str:
    """Return the text of `key` for so many, or of ``<key>.one`` for one."""
    return text(f"{key}.one") if count == 1 else text(key, count=formats.number(count, language()))


def quantity(value: Decimal, unit: str) -> str:
    """Return a quantity with its unit."""
    return f"{formats.number(value, language())} {text(f'warehouse.unit.{unit}')}"


def money(cents: int, currency: str) -> str:
    """Return an amount of money."""
    return formats.money(cents, currency, language())


def day(value: date | None) -> str:
    """Return a date, ``–`` for none."""
    return formats.day(value, language())


def moment(value: datetime) -> str:
    """Return a moment in the reader's time zone."""
    zone = st.context.timezone
    return formats.moment(value.astimezone(ZoneInfo(zone)) if zone else value, language())


def hint(words: str) -> None:
    """Draw a quiet line; what people wrote in it is shown as written."""
    show(element("p", words, class_="host-muted"))


def looked_up(read: Callable[[], T], list_path: str) -> T | None:
    """Return what `read` finds; where the address names nothing, say so with the way to the list, return ``None``."""
    try:
        return read()
    except InputError as error:
        said = error.render(language())
    with empty_state(text("warehouse.not_there"), said, icon=":material/explore_off:", key=f"{list_path}/none"):
        if st.button(text("warehouse.not_there.list"), key=f"{list_path}/to-list", icon=":material/arrow_back:"):
            navigate(list_path)
    return None


def say(said: str) -> None:
    """Keep a short message for the next run: one that is drawn right before a rerun is never seen."""
    st.session_state[_SAID] = said


def announce() -> None:
    """Show the message that was kept, once; call it first on every page."""
    if said := st.session_state.pop(_SAID, ""):
        st.toast(said, icon=":material/check:")


def follow(key: str, value: Any) -> None:
    """Let the widget `key` show `value` when the address has changed, or the widget has forgotten; call it before."""
    seen = f"{key}/seen"
    if key not in st.session_state or st.session_state.get(seen, _NOTHING) != value:
        st.session_state[key] = value
    st.session_state[seen] = value


def stay(path: str, params: Any, **changes: Any) -> None:
    """Go to `path` with the parameters of this list but for `changes`; back at its first part unless told."""
    defaults = type(params)().model_dump()
    begin = {name: defaults[name] for name in ("part", "before", "after") if name in defaults}
    values = {**params.model_dump(), **begin, **changes}
    navigate(path, {name: value for name, value in values.items() if value != defaults[name]})


def search_box(path: str, params: Any, hint: str) -> None:
    """Draw a search field that stands in the address; `hint` says what is searched."""
    key = f"{path}/q"
    follow(key, params.q)
    found = st.text_input(
        text("warehouse.filter.q"), key=key, icon=":material/search:", type="search", max_chars=200, placeholder=hint
    )
    if (found or "") != params.q:
        stay(path, params, q=found or "")


def choice(path: str, params: Any, name: str, options: Sequence[str], labels: Mapping[str, str]) -> None:
    """Draw a choice that stands in the address as `name`."""
    key, value = f"{path}/{name}", getattr(params, name)
    follow(key, value)
    label = text(f"warehouse.filter.{name}")
    found = st.selectbox(label, options, key=key, format_func=lambda option: labels.get(option, option))
    if found != value:
        stay(path, params, **{name: found})


def switch(path: str, params: Any, name: str) -> None:
    """Draw a switch that stands in the address as `name`."""
    key, value = f"{path}/{name}", getattr(params, name)
    follow(key, value)
    if st.toggle(text(f"warehouse.filter.{name}"), key=key) != value:
        stay(path, params, **{name: not value})


def leaf(path: str, params: Any, stretch: Stretch[Any]) -> None:
    """Draw the buttons that lead to newer and older entries, where there are any."""
    if stretch.newer is None and stretch.older is None:
        return
    with st.container(horizontal=True, key=f"{path}/leaf"):
        for name, place, icon in (
            ("newest", START if stretch.newer else None, ":material/first_page:"),
            ("newer", stretch.newer, ":material/chevron_left:"),
            ("older", stretch.older, ":material/chevron_right:"),
        ):
            label = text(f"warehouse.list.{name}")
            if st.button(label, key=f"{path}/{name}", icon=icon, disabled=place is None) and place is not None:
                stay(path, params, before=place.before, after=place.after)


def pager(path: str, params: Any, part: Part[Any]) -> None:
    """Draw how much there is, and the numbers of the parts where there are several."""
    hint(counted("warehouse.list.count", part.total))
    if part.pages == 1:
        return
    key = f"{path}/part"
    follow(key, part.page)
    # The number of parts may shrink below what the widget remembers.
    st.session_state[key] = min(st.session_state[key], part.pages)
    if (chosen := st.pagination(part.pages, key=key)) != part.page:
        stay(path, params, part=chosen)
