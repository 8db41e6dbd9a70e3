"""Axes of amounts whose numbers are written as the reader's language does; ECharts itself groups with commas only."""

import math
from collections.abc import Sequence
from typing import Any, Final

from plugins.warehouse.formats import number

PARTS: Final = 6
"""Parts that an axis is cut into, give or take one."""
_ROUND: Final = (1, 2, 5, 10)


def ticks(largest: float) -> list[int]:
    """Return evenly spaced round amounts from 0 to at least `largest`."""
    rough = max(1.0, largest / PARTS)
    power = 10 ** math.floor(math.log10(rough))
    step = next(power * each for each in _ROUND if power * each >= rough)
    return [step * count for count in range(math.ceil(max(largest, 1) / step) + 1)]


def amount_axis(marks: Sequence[int], **more: Any) -> dict[str, Any]:
    """Return a value axis with a line at each of `marks`, and no numbers of its own."""
    spaced = {"min": 0, "max": marks[-1], "interval": marks[1]}
    return {"type": "value", "axisLabel": {"show": False}, **spaced, **more}


def amount_labels(marks: Sequence[int], language: str, side: str) -> dict[str, Any]:
    """Return what a series draws beside the axis at each of `marks`; it takes no part in the series' colours.

    Args:
        side: ``start`` for the left axis, ``end`` for the right one.
    """
    data = [{"yAxis": each, "label": {"formatter": number(each, language)}} for each in marks]
    look = {"symbol": "none", "silent": True, "animation": False, "lineStyle": {"color": "transparent"}}
    return {**look, "label": {"position": side, "distance": 8, "fontSize": 12, "color": "#808495"}, "data": data}
