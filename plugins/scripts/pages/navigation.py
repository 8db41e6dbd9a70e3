"""`st.navigation`, `st.Page`, `st.switch_page`, `st.page_link` of scripts, under the host's one navigation.

A script that builds its own navigation stays one page of the host; which of its pages is shown stands in the
address. The pages of a folder are pages of the host, and links between them lead there.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NoReturn

import streamlit as st

from host import PluginError, action, navigate
from host.ui.router import PAGE
from plugins.scripts.catalogue import names, slug
from plugins.scripts.pages.address import SUBPAGE
from plugins.scripts.running import running

_LINKS: Final = "__script_links__"
Execute = Callable[[Path], None]


class ScriptSubpage:
    """Stands in for `st.Page`: one page of a script that navigates by itself.

    Args:
        page: a file, relative to the script, or a function.
    """

    execute: Execute

    def __init__(
        self,
        page: str | Path | Callable[[], object],
        *,
        title: str | None = None,
        icon: str | None = None,
        url_path: str | None = None,
        default: bool = False,
        visibility: str = "visible",
        help: str | None = None,  # noqa: A002
    ) -> None:
        self.page = page
        _, own_icon, own_title = names(Path(getattr(page, "__name__", "page") if callable(page) else page))
        self.title = title or own_title
        self.icon = icon or own_icon or ""
        self.is_default = default
        self.visibility = visibility
        self.help = help or ""
        self._url_path = url_path or slug(Path(page).stem if isinstance(page, str | Path) else own_title)

    @property
    def url_path(self) -> str:
        """The page's name in the address; empty for the default page."""
        return "" if self.is_default else self._url_path

    def run(self) -> None:
        """Run the page."""
        if callable(self.page):
            self.page()
        else:
            type(self).execute(_inside_folder(self.page))


def _inside_folder(page: str | Path) -> Path:
    run = running()
    if run is None:
        raise PluginError(f"page {page} was opened by a thread that runs no script")
    beside, at_root = (run.file.parent / page).resolve(), (run.folder.root / page).resolve()
    file = beside if beside.is_file() else at_root
    if not file.is_relative_to(run.folder.root):
        raise PluginError(f"page {page} lies outside {run.folder.root}", remedy="Move it into the script's folder.")
    return file


Pages = Sequence[Any] | Mapping[str, Sequence[Any]]


def navigation(pages: Pages, *, position: str = "sidebar", expanded: bool | int = False) -> ScriptSubpage:
    """Draw the script's own navigation and return the page to run."""
    sections = {name: [_subpage(each) for each in group] for name, group in _sections(pages).items()}
    every = [page for group in sections.values() for page in group]
    if not every:
        raise PluginError("st.navigation was given no page", remedy="Give it at least one st.Page.")
    if not any(page.is_default for page in every):
        every[0].is_default = True
    wanted = st.query_params.get(SUBPAGE, "")
    current = next((page for page in every if page.url_path == wanted), None) or _default(every)
    if position != "hidden" and len(every) > 1:
        _draw(sections, current, st.sidebar if position == "sidebar" else st)
    return current


def _sections(pages: Pages) -> Mapping[str, Sequence[Any]]:
    return pages if isinstance(pages, Mapping) else {"": pages}


def _subpage(page: Any) -> ScriptSubpage:
    return page if isinstance(page, ScriptSubpage) else ScriptSubpage(page)


def _default(pages: Iterable[ScriptSubpage]) -> ScriptSubpage:
    return next(page for page in pages if page.is_default)


def _draw(sections: Mapping[str, Sequence[ScriptSubpage]], current: ScriptSubpage, where: Any) -> None:
    flat = where is st
    box = where.container(horizontal=flat, key="scripts/navigation")
    for name, group in sections.items():
        if name and not flat:
            box.caption(name)
        for page in group:
            if page.visibility == "visible":
                box.button(
                    page.title,
                    key=f"scripts/navigation/{page.url_path}",
                    icon=page.icon or None,
                    help=page.help or None,
                    type="secondary" if page is current else "tertiary",
                    width="content" if flat else "stretch",
                    on_click=action(_show),
                    args=(page.url_path, {}),
                )


def _show(url_path: str, params: Mapping[str, Any]) -> None:
    chosen = {SUBPAGE: url_path} if url_path else {}
    st.query_params.from_dict({PAGE: st.query_params.get(PAGE, ""), **chosen, **params})


def _target(page: Any, hosted: Mapping[Path, str]) -> tuple[str, str]:
    """Return what a link leads to: a page of the host, or else one of the script's own."""
    if isinstance(page, ScriptSubpage):
        return "", page.url_path
    file = _inside_folder(page)
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
            _show(subpage, params)
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
        _show(subpage, params)
