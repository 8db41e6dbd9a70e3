"""Tables of rows that were read for this view only: to be read, or to open one of them."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

import streamlit as st

from host import action, text

Columns = Mapping[str, Sequence[str]]
_MARKDOWN: Final = re.compile(r"([\\`*_{}\[\]()#+\-.!|~:$<>&^=])")


WIDTHS: Final = {"number": 100, "name": 235, "warning": 125}
"""Column → its width in pixels where the first rows don't tell how wide the widest cell is."""


def table(columns: Columns, *, key: str, alt: str) -> None:
    """Draw a table to be read; long cells wrap, and a screen reader walks through it.

    Args:
        columns: name → cells; the heading is the text ``warehouse.column.<name>``.
        alt: what the table shows, for those who hear it.
    """
    cells = {text(f"warehouse.column.{name}"): [_literal(cell) for cell in found] for name, found in columns.items()}
    with st.container(key=key):
        st.table(cells, border="horizontal", hide_index=True, alt=alt)


def _literal(cell: str) -> str:
    """Return `cell` so that nothing in it is taken for Markdown: what people and files write is shown as written."""
    return _MARKDOWN.sub(r"\\\1", cell)


def picking_table(
    columns: Columns, pick: Callable[[int], None], *, key: str, numbers: Sequence[str] = (), alt: str
) -> None:
    """Draw a table whose rows can be opened.

    Args:
        pick: called with the index of the row.
        numbers: names of the columns that are aligned to the right.
    """
    st.dataframe(
        dict(columns),
        key=key,
        hide_index=True,
        height="content",
        column_config=_config(columns, numbers),
        on_select=action(partial(_picked, key, pick)),
        selection_mode="single-row",
        alt=alt,
    )


def _picked(key: str, pick: Callable[[int], None]) -> None:
    rows = st.session_state[key]["selection"]["rows"]
    if rows:
        pick(rows[0])


def _config(columns: Columns, numbers: Sequence[str]) -> dict[str, Any]:
    return {
        name: st.column_config.TextColumn(
            text(f"warehouse.column.{name}"),
            alignment="right" if name in numbers else None,
            width=WIDTHS.get(name),
        )
        for name in columns
    }
