"""Home's entry point."""

from collections.abc import Sequence
from pathlib import Path

from host import SIGNED_IN, Catalogue, Page, Plugin, Principal, Report, hookimpl, load_catalogues
from plugins.home.services import HomeServices


def _render(report: Report, principal: Principal) -> None:
    """Draw the page; Streamlit is imported by the first visit, not by the start of a command."""
    from plugins.home.pages import home

    home(report, principal)


class HomeHooks:
    """Contributes one page and its texts."""

    @hookimpl
    def pages(self) -> Sequence[Page]:
        """Add the home page, first in the menu."""
        return [
            Page(
                path="home",
                title="home.title",
                render=_render,
                permission=SIGNED_IN,
                icon=":material/home:",
                order=0,
            )
        ]

    @hookimpl
    def translations(self) -> Sequence[Catalogue]:
        """Add texts in English and German."""
        return load_catalogues(Path(__file__).parent / "texts")


plugin = Plugin(services=HomeServices, hooks=HomeHooks())
