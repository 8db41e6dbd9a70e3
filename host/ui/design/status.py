"""Status at a glance: badges and rows of figures; colour never stands alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from host.ui.design.html import element, raw, show

Tone = Literal["good", "attention", "bad", "neutral", "info"]
_SIGNS: Final[dict[Tone, str]] = {"good": "✓", "attention": "!", "bad": "✕", "neutral": "–", "info": "i"}


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure.

    Args:
        label: what it counts.
        value: formatted for the reader.
        detail: a short line below.
    """

    label: str
    value: str
    detail: str = ""
    tone: Tone = "neutral"


def badge(label: str, tone: Tone = "neutral") -> str:
    """Return a badge as markup, to be part of a larger piece."""
    sign = element("span", _SIGNS[tone], class_="host-badge-sign", aria_hidden="true")
    return raw("span", sign + element("span", label), class_=f"host-badge host-{tone}")


def status_badge(label: str, tone: Tone = "neutral") -> None:
    """Draw a badge.

    Args:
        tone: its colour and sign.
    """
    show(badge(label, tone))


def metric_row(metrics: Sequence[Metric]) -> None:
    """Draw figures side by side; on a phone two beside each other."""
    show(raw("dl", "".join(_figure(each) for each in metrics), class_="host-metrics"))


def _figure(metric: Metric) -> str:
    detail = element("dd", metric.detail, class_="host-metric-detail") if metric.detail else ""
    value = element("dd", metric.value, class_="host-metric-value")
    return raw("div", element("dt", metric.label) + value + detail, class_=f"host-metric host-{metric.tone}")
