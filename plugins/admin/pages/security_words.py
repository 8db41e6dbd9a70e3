"""What kinds of events, rules and counted facts are called; one that no text names is shown as it is written."""

from collections.abc import Mapping
from typing import Any, Final

from host import text
from host.data.security.reading import EventReading
from host.ui.design import Tone

PATH: Final = "admin/security"
TONES: Final[Mapping[str, Tone]] = {"info": "neutral", "warning": "attention", "alert": "bad"}


def kind(name: str) -> str:
    """Return what a kind of event is called."""
    return _text(f"admin.security.kind.{name}", name)


def explained(event: EventReading) -> str:
    """Return one sentence on what an alert means."""
    return _text(f"admin.security.rule.{event.rule}", "")


def evidence(detail: Mapping[str, Any]) -> dict[str, str]:
    """Return label → value of what was counted."""
    return {_text(f"admin.security.evidence.{name}", name): _value(value) for name, value in detail.items()}


def _value(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(kind(str(each)) for each in value)
    return str(value)


def _text(key: str, otherwise: str) -> str:
    found = text(key)
    return otherwise if found == key else found
