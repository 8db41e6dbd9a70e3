"""`st.navigation` and `st.Page` of scripts, under the host's one navigation.

A script that builds its own navigation stays one page of the host; which of its pages is shown stands in the
address.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from host import PluginError, action
from host.ui.router import PAGE
from plugins.scripts.pages.address import SUBPAGE
from plugins.scripts.running import running
from plugins.scripts.titles import names, slug

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
            type(self).execute(inside_folder(self.page))


def inside_folder(page: str | Path) -> Path:
    """Return the file that a script means by `page`: beside itself, or in its folder.

    Raises:
        PluginError: it lies outside the folder.
    """
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
                    on_click=action(show_subpage),
                    args=(page.url_path, {}),
                )


def show_subpage(url_path: str, params: Mapping[str, Any]) -> None:
    """Put one of the script's own pages into the address."""
    chosen = {SUBPAGE: url_path} if url_path else {}
    st.query_params.from_dict({PAGE: st.query_params.get(PAGE, ""), **chosen, **params})
