"""Tables of rows that were read for this view only, with columns aligned as numbers and words are."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from host import action, text

Columns = Mapping[str, Sequence[str]]


def table(columns: Columns, *, key: str, numbers: Sequence[str] = (), alt: str) -> None:
    """Draw a table.

    Args:
        columns: name → cells; the heading is the text ``warehouse.column.<name>``.
        numbers: names of the columns that are aligned to the right.
        alt: what the table shows, for those who hear it.
    """
    st.dataframe(
        dict(columns), key=key, hide_index=True, height="content", column_config=_config(columns, numbers), alt=alt
    )


def picking_table(
    columns: Columns, pick: Callable[[int], None], *, key: str, numbers: Sequence[str] = (), alt: str
) -> None:
    """Draw a table whose rows can be opened; `pick` is called with the row's index."""
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
        )
        for name in columns
    }
