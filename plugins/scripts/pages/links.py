"""`st.switch_page` and `st.page_link` of scripts: to the folder's pages in the host, or to the script's own."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, NoReturn

import streamlit as st

from host import action, navigate
from plugins.scripts.pages.navigation import ScriptSubpage, inside_folder, show_subpage
from plugins.scripts.running import running
from plugins.scripts.titles import names, slug

_LINKS: Final = "__script_links__"


def _target(page: Any, hosted: Mapping[Path, str]) -> tuple[str, str]:
    """Return what a link leads to: a page of the host, or else one of the script's own."""
    if isinstance(page, ScriptSubpage):
        return "", page.url_path
    file = inside_folder(page)
    if file in hosted:
        return hosted[file], ""
    return "", slug(file.stem)


def switch_page(hosted: Mapping[Path, str]) -> Callable[..., NoReturn]:
    """Return `st.switch_page` for a folder whose files are the host's pages `hosted`."""

    def switch(page: Any, *, query_params: Any = None) -> NoReturn:
        path, subpage = _target(page, hosted)
        params = dict(query_params or {})
        if path:
            navigate(path, params)
        else:
            show_subpage(subpage, params)
        st.rerun()

    return switch


def page_link(hosted: Mapping[Path, str]) -> Callable[..., Any]:
    """Return ``x.page_link`` for the same."""

    def link(where: Any, page: Any, **options: Any) -> Any:
        real = getattr(where, "page_link", None)
        if not callable(getattr(where, "button", None)) or (isinstance(page, str) and "://" in page):
            return real(page, **options) if callable(real) else None
        path, subpage = _target(page, hosted)
        return where.button(
            options.get("label") or _title(page),
            key=_link_key(path, subpage),
            icon=options.get("icon"),
            help=options.get("help"),
            disabled=options.get("disabled", False),
            width=options.get("width", "content"),
            type="tertiary",
            on_click=action(_follow),
            args=(path, subpage, dict(options.get("query_params") or {})),
        )

    return link


def _title(page: Any) -> str:
    return page.title if isinstance(page, ScriptSubpage) else names(Path(page))[2]


def _link_key(path: str, subpage: str) -> str:
    run = running()
    links: list[int] = vars(run.namespace).setdefault(_LINKS, []) if run else []
    links.append(len(links))
    return f"scripts/link/{len(links)}/{path}/{subpage}"


def _follow(path: str, subpage: str, params: Mapping[str, Any]) -> None:
    if path:
        navigate(path, params)
    else:
        show_subpage(subpage, params)
