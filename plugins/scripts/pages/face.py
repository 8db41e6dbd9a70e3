"""`streamlit` as the scripts of one folder see it: the real module, but for what belongs to the shell."""

from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

import streamlit as st

from plugins.scripts.pages.address import ScriptQueryParams
from plugins.scripts.pages.navigation import Execute, ScriptSubpage, navigation, page_link, switch_page
from plugins.scripts.pages.state import ScriptSessionState
from plugins.scripts.running import running
from plugins.scripts.stand_ins import StandIn


class ScriptStop(BaseException):
    """`st.stop` of a script: ends the script, not the shell around it."""


def _stop() -> NoReturn:
    raise ScriptStop


def _set_page_config(page_title: str | None = None, **_ignored: Any) -> None:
    """Set the title of the browser tab; icon, layout, sidebar and menu are the shell's."""
    if page_title:
        st.set_page_config(page_title=page_title)


def _entering(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return `function` so that its later reruns, which don't pass the script, enter the run that called it."""
    run = running()
    if run is None:
        return function
    bound = run.bound(function)

    @wraps(function)
    def ending(*args: Any, **kwargs: Any) -> Any:
        try:
            return bound(*args, **kwargs)
        except ScriptStop:
            return None

    return ending


def _fragment(function: Callable[..., Any] | None = None, **options: Any) -> Any:
    if function is None:
        return lambda wanted: _fragment(wanted, **options)

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        return st.fragment(_entering(function), **options)(*args, **kwargs)

    return call


def _dialog(title: Any, **options: Any) -> Any:
    if callable(title):
        return st.dialog(title, **options)

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            return st.dialog(title, **options)(_entering(function))(*args, **kwargs)

        return call

    return decorate


def streamlit_for(folder: str, hosted: Mapping[Path, str], execute: Execute) -> ModuleType:
    """Return the module that ``import streamlit`` gives to the scripts of one folder.

    Args:
        folder: the folder's unique name.
        hosted: its files that are pages of the host, by page path.
        execute: runs another file of the folder in place of the script.
    """
    subpage = type("Page", (ScriptSubpage,), {"execute": staticmethod(execute)})
    return StandIn(
        st,
        session_state=ScriptSessionState(folder),
        query_params=ScriptQueryParams(),
        set_page_config=_set_page_config,
        stop=_stop,
        fragment=_fragment,
        dialog=_dialog,
        Page=subpage,
        navigation=navigation,
        switch_page=switch_page(hosted),
        page_link=lambda page, **options: page_link(hosted)(st, page, **options),
    )
