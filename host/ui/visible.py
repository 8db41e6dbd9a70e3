"""The pages a reader may see, in the order of the menu."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Final

from host.contributions import Page
from host.kernel.context import RunContext, current
from host.kernel.registry import Owned
from host.logs import get_logger
from host.ui.text import text
from host.web.streamlit_adapter import draws_icon

_log: Final = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page as a menu or a card shows it; texts are in the reader's language."""

    path: str
    title: str
    summary: str
    icon: str
    section: str
    plugin: str


def visible(context: RunContext) -> list[Owned[Page]]:
    """Return the pages that are exposed to the reader and permitted, sections in the order of their first page."""
    application, principal = context.application, context.principal
    found = list(application.pages.values())
    exposed = {plugin: application.exposed(plugin, principal) for plugin in {owned.plugin for owned in found}}
    pages = [owned for owned in found if exposed[owned.plugin] and principal.may(owned.value.permission)]
    first: dict[str, tuple[bool, int, str]] = {}
    for owned in pages:
        page = owned.value
        mark = (bool(page.section), page.order, page.section)
        first[page.section] = min(first.get(page.section, mark), mark)
    return sorted(pages, key=lambda o: (first[o.value.section], o.value.order, o.value.path))


def in_menu(pages: Iterable[Owned[Page]]) -> list[Owned[Page]]:
    """Return those of `pages` that the menu lists."""
    return [owned for owned in pages if owned.value.menu]


def links(pages: Iterable[Owned[Page]]) -> list[PageLink]:
    """Return `pages` with their texts in the reader's language."""
    return [
        PageLink(
            path=owned.value.path,
            title=text(owned.value.title),
            summary=text(owned.value.summary) if owned.value.summary else "",
            icon=_icon(owned.value.icon, owned.plugin),
            section=text(owned.value.section) if owned.value.section else "",
            plugin=owned.plugin,
        )
        for owned in pages
    ]


@cache
def _icon(icon: str, plugin: str) -> str:
    """Return `icon`, or none where it can't be drawn: a slip in one plugin must not end everybody's menu."""
    if draws_icon(icon):
        return icon
    _log.warning("a page's icon is none that Streamlit knows", plugin=plugin, icon=icon)
    return ""


def sections(found: Iterable[PageLink]) -> list[tuple[str, list[PageLink]]]:
    """Group `found`, which stands in menu order, by section."""
    return [(name, list(group)) for name, group in groupby(found, key=lambda link: link.section)]


def visible_pages() -> list[PageLink]:
    """Return the pages that the menu shows to the reader of this run.

    Raises:
        NoContextError: called outside a run.
    """
    return links(in_menu(visible(current())))
