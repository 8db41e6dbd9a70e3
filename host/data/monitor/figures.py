"""Reads figures from their rows."""

from typing import Any, Final

from host.data.monitor.buckets import Figures
from host.data.monitor.histogram import Histogram
from host.data.monitor.tables import FigureRow

NUMBERS: Final = (
    FigureRow.count,
    FigureRow.errors,
    FigureRow.rows,
    FigureRow.statements,
    FigureRow.retries,
    FigureRow.seconds,
    FigureRow.histogram,
)
"""The columns that add up."""


def figures_of(row: Any) -> Figures:
    """Return the figures of a row that has the columns `NUMBERS`."""
    counts = {column.key: row._mapping[column.key] for column in NUMBERS}
    return Figures(**counts | {"histogram": Histogram.decode(row.histogram)})
