"""`st.query_params` as a script sees it: everything but the name by which the host finds the page."""

from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from typing import Any, Final

import streamlit as st

from host.ui.router import PAGE

SUBPAGE: Final = "script_page"
"""Which of a script's own `st.Page`s is shown."""
_RENAMED: Final = {PAGE: f"script_{PAGE}_param"}
"""A script's own ``?page=``, under the name that it has in the address."""


def _outside(key: str) -> str:
    return _RENAMED.get(key, key)


def _inside(key: str) -> str:
    return next((inner for inner, outer in _RENAMED.items() if outer == key), key)


class ScriptQueryParams(MutableMapping[str, str]):
    """Stands in for `st.query_params`."""

    def __getitem__(self, key: str) -> str:
        return st.query_params[_outside(key)]

    def __setitem__(self, key: str, value: Any) -> None:
        st.query_params[_outside(key)] = value

    def __delitem__(self, key: str) -> None:
        del st.query_params[_outside(key)]

    def __iter__(self) -> Iterator[str]:
        return iter([_inside(key) for key in st.query_params if key not in (PAGE, SUBPAGE)])

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __getattr__(self, name: str) -> str:
        try:
            return self[name]
        except KeyError as error:
            raise AttributeError(str(error)) from error

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value

    def __delattr__(self, name: str) -> None:
        try:
            del self[name]
        except KeyError as error:
            raise AttributeError(str(error)) from error

    def get_all(self, key: str) -> list[str]:
        """Return every value of `key`."""
        return st.query_params.get_all(_outside(key))

    def to_dict(self) -> dict[str, str]:
        """Return the last value of each."""
        return dict(self)

    def clear(self) -> None:
        """Remove the script's parameters; the page stays."""
        self.from_dict({})

    def from_dict(self, params: Mapping[str, Any] | Iterable[tuple[str, Any]]) -> None:
        """Replace the script's parameters; the page stays."""
        kept = {key: st.query_params[key] for key in (PAGE, SUBPAGE) if key in st.query_params}
        st.query_params.from_dict({**kept, **{_outside(key): value for key, value in dict(params).items()}})
