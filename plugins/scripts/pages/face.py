"""`streamlit` as the scripts of one folder see it: the real module, but for what belongs to the shell."""

from collections.abc import Callable, Mapping
from functools import partial, wraps
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

import streamlit as st

from host import fragment
from plugins.scripts.pages.address import ScriptQueryParams
from plugins.scripts.pages.ends import ScriptStop, contained
from plugins.scripts.pages.links import page_link, switch_page
from plugins.scripts.pages.navigation import Execute, ScriptSubpage, navigation
from plugins.scripts.pages.state import ScriptSessionState
from plugins.scripts.running import running
from plugins.scripts.stand_ins import StandIn


def _stop() -> NoReturn:
    raise ScriptStop


def _set_page_config(*_settings: Any, **_more: Any) -> None:
    """Leave title, icon, layout, sidebar and menu as they are: they belong to the shell."""


def _entering(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return `function` so that its later reruns, which don't pass the script, enter the run that called it."""
    run = running()
    if run is None:
        return function
    bound = run.bound(function)

    @wraps(function)
    def inside(*args: Any, **kwargs: Any) -> Any:
        with contained(run.file, run.folder):
            return bound(*args, **kwargs)

    return inside


def _fragment(
    function: Callable[..., Any] | None = None, *, run_every: Any = None, parallel: bool = False, key: Any = None
) -> Any:
    """Stand in for `st.fragment`; ``parallel`` fragments run one after the other."""
    if function is None:
        return partial(_fragment, run_every=run_every, parallel=parallel, key=key)

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        return fragment(run_every=run_every, key=key)(_entering(function))(*args, **kwargs)

    return call


def _dialog(title: str, **options: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Stand in for `st.dialog`; its content is a fragment of the host, which judges the reader at each rerun."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            content = fragment(_entering(function))
            return st.dialog(title, **options)(content)(*args, **kwargs)

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
