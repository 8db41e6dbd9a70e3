"""What whoever starts the app is told: where the first administrator is made, where the demonstration begins."""

from collections.abc import Callable
from typing import Any

from host.kernel.start_notices import StartNotice
from plugins.auth.services.demo import Demo
from plugins.auth.services.links import DEMO, Links
from plugins.auth.wording import wording


def demo_notice(services: Any) -> Callable[[str], StartNotice | None]:
    """Return what offers to enter as the demonstration's person, where the start asked for it."""
    demo: Demo = services.demo

    def notice(as_user: str) -> StartNotice | None:
        if as_user != DEMO or not demo.possible:
            return None
        return StartNotice(wording(_language(services), "auth.cli.start.demo"), demo.link().path, open=True)

    return notice


def setup_notice(services: Any) -> Callable[[str], StartNotice | None]:
    """Return what leads to the making of the first administrator, while nobody may sign in."""
    links: Links = services.links

    def notice(_: str) -> StartNotice | None:
        made = links.make_setup()
        if made is None:
            return None
        return StartNotice(wording(_language(services), "auth.cli.start.setup"), made.path, open=True)

    return notice


def _language(services: Any) -> str:
    chosen: str = services.config.language
    return "en" if chosen == "auto" else chosen
