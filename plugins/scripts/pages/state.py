"""`st.session_state` as a script sees it: its own names only, kept apart per folder, the host's out of reach."""

from collections.abc import Iterator, MutableMapping
from typing import Any, Final

import streamlit as st

ACTIVE: Final = "scripts/active"
STASH: Final = "scripts/stash"
NAMES: Final = "scripts/names"


class _Names:
    """What one folder's scripts keep in the session.

    Args:
        values: names that a script has set.
        widgets: names given to widgets; Streamlit drops their values when they are not drawn.
    """

    def __init__(self) -> None:
        self.values: set[str] = set()
        self.widgets: set[str] = set()


def _names(folder: str) -> _Names:
    every: dict[str, _Names] = st.session_state.setdefault(NAMES, {})
    return every.setdefault(folder, _Names())


def note_widget(folder: str, key: object) -> None:
    """Remember that a script of `folder` gave a widget the key `key`."""
    if isinstance(key, str):
        _names(folder).widgets.add(key)


def activate(folder: str) -> None:
    """Bring back what `folder`'s scripts keep, and put aside what the folder before it kept."""
    before = st.session_state.get(ACTIVE)
    if before == folder:
        return
    stash: dict[str, dict[str, Any]] = st.session_state.setdefault(STASH, {})
    if before is not None:
        names = _names(before)
        values = {name: st.session_state[name] for name in names.values - names.widgets if name in st.session_state}
        stash[before] = values
        for name in (names.values | names.widgets) & set(st.session_state):
            del st.session_state[name]
    for name, value in stash.pop(folder, {}).items():
        st.session_state[name] = value
    st.session_state[ACTIVE] = folder


class ScriptSessionState(MutableMapping[str, Any]):
    """Stands in for `st.session_state` in the scripts of one folder.

    Args:
        folder: the folder's name, unique in the process.
    """

    def __init__(self, folder: str) -> None:
        object.__setattr__(self, "_folder", folder)

    def __getitem__(self, key: str) -> Any:
        return st.session_state[key]

    def __setitem__(self, key: str, value: Any) -> None:
        st.session_state[key] = value
        _names(self._folder).values.add(str(key))

    def __delitem__(self, key: str) -> None:
        del st.session_state[key]

    def __iter__(self) -> Iterator[str]:
        names = _names(self._folder)
        own = names.values | names.widgets
        return iter([str(key) for key in st.session_state if key in own])

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, key: object) -> bool:
        return key in st.session_state

    def __getattr__(self, name: str) -> Any:
        return getattr(st.session_state, name)

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value

    def __delattr__(self, name: str) -> None:
        delattr(st.session_state, name)

    def __repr__(self) -> str:
        return repr(self.to_dict())

    def to_dict(self) -> dict[str, Any]:
        """Return the script's own names and values."""
        return dict(self)
