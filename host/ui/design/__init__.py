"""The design system: parts that pages are made of; colours and measures stand in `files/tokens.css`."""

from host.ui.design.card import card, empty_state, problem
from host.ui.design.heading import page_header, plain_header
from host.ui.design.html import element, post_button, raw, show
from host.ui.design.markdown import literal
from host.ui.design.status import Metric, Tone, badge, metric_row, status_badge
from host.ui.design.tiles import page_tiles

__all__ = [
    "Metric",
    "Tone",
    "badge",
    "card",
    "element",
    "empty_state",
    "literal",
    "metric_row",
    "page_header",
    "page_tiles",
    "plain_header",
    "post_button",
    "problem",
    "raw",
    "show",
    "status_badge",
]
