"""The way a session came, newest last; follows the browser's own back button."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

import streamlit as st

from host.ui import keys

LONGEST: Final = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """An address: a page's path and its query."""

    page: str
    query: Mapping[str, tuple[str, ...]]


def entries() -> list[Entry]:
    """Return the way so far."""
    return list(cast("list[Entry]", st.session_state.get(keys.HISTORY, [])))


def push(page: str, query: Mapping[str, Sequence[str]]) -> None:
    """Note that the reader goes to an address; staying is not noted."""
    way, entry = entries(), _entry(page, query)
    if not way or way[-1] != entry:
        _store([*way, entry])


def follow(page: str, query: Mapping[str, Sequence[str]]) -> None:
    """Note where the browser is: one step back along the way, or a new address that was typed or followed."""
    way = entries()
    if len(way) > 1 and way[-2] == _entry(page, query):
        _store(way[:-1])
    else:
        push(page, query)


def pop() -> Entry | None:
    """Take the last step back and return where it leads, ``None`` at the beginning."""
    way = entries()
    if len(way) < 2:
        return None
    _store(way[:-1])
    return way[-2]


def _entry(page: str, query: Mapping[str, Sequence[str]]) -> Entry:
    return Entry(page, {name: tuple(values) for name, values in query.items()})


def _store(way: list[Entry]) -> None:
    st.session_state[keys.HISTORY] = way[-LONGEST:]
