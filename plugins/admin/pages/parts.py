"""Small parts that the operators' pages share."""

from collections.abc import Mapping
from typing import Final

from host.ui.design import Tone, element, raw, show

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
    show(raw("dl", listed, class_="host-facts"))


def milliseconds(value: float) -> str:
    """Return a duration for the reader."""
    return f"{value:.0f} ms" if value >= 1 else "< 1 ms"
