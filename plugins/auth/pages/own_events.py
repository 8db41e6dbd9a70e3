"""What happened around one's own account lately, in words."""

from collections.abc import Sequence
from typing import Final

from host import text
from host.data.security.reading import EventReading
from host.ui.design import Tone, badge, element, raw, show
from plugins.auth.pages.parts import hint, moment
from plugins.auth.services.own_account import OwnAccount

_TONES: Final[dict[str, Tone]] = {"info": "neutral", "warning": "attention", "alert": "bad"}


def own_events(own_account: OwnAccount) -> None:
    """Draw the reader's newest events."""
    event_list(own_account.events())


def event_list(events: Sequence[EventReading]) -> None:
    """Draw security events, one line each."""
    if not events:
        hint(text("auth.page.events.none"))
        return
    show(raw("ul", "".join(_event(each) for each in events), class_="host-lines"))


def _event(event: EventReading) -> str:
    sign = badge(_words(event.kind), _TONES.get(event.severity, "neutral"))
    times = text("auth.page.events.times", count=event.times) if event.times > 1 else ""
    facts = " · ".join(part for part in (moment(event.at), event.client, times) if part)
    return raw("li", sign + element("span", facts, class_="host-muted"), class_="host-titled")


def _words(kind: str) -> str:
    """Return an event as people read it; one that has no words yet goes by its own name."""
    key = f"auth.page.event.{kind}"
    words = text(key)
    return kind if words == key else words
