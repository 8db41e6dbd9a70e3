"""Small parts that the operators' pages share."""

from collections.abc import Mapping
from typing import Final

from host import current
from host.ui.design import Tone, element, raw, show
from plugins.admin.audit_diff import localized

TONES: Final[Mapping[str, Tone]] = {
    "active": "good",
    "planned": "info",
    "off": "neutral",
    "failed": "bad",
    "missing": "bad",
    "ok": "good",
    "degraded": "attention",
}


def facts(rows: Mapping[str, str]) -> None:
    """Draw label and value side by side; empty values are left out."""
    listed = "".join(element("dt", label) + element("dd", value) for label, value in rows.items() if value)
    if listed:
        show(raw("dl", listed, class_="host-facts"))


def milliseconds(value: float) -> str:
    """Return a duration for the reader."""
    return f"{value:.0f} ms" if value >= 1 else "< 1 ms"


def duration(value_ms: float) -> str:
    """Return a duration that may be far below a millisecond, or seconds long."""
    if value_ms >= 1000:
        return f"{decimal(value_ms / 1000)} s"
    return f"{decimal(value_ms, 0 if value_ms >= 10 else 2)} ms"


def decimal(value: float, digits: int = 1) -> str:
    """Return a number with so many decimal places, as the reader's language writes it."""
    return localized(f"{value:,.{digits}f}", current().language)
