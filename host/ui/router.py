"""Where the reader is and how to get elsewhere: the address is the only truth about page and parameters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from host.ui import history
from host.ui.params import encode
from host.ui.places import place

PAGE: Final = "page"


@dataclass(frozen=True, slots=True)
class Router:
    """The address, read.

    Args:
        current_page: path of the page, empty where the address names none.
        query: every other parameter with all its values.
    """

    current_page: str
    query: Mapping[str, Sequence[str]]

    @classmethod
    def from_address(cls) -> "Router":
        """Read the address of this run."""
        names = [name for name in st.query_params if name != PAGE]
        return cls(st.query_params.get(PAGE, ""), {name: tuple(st.query_params.get_all(name)) for name in names})

    @property
    def params(self) -> dict[str, str]:
        """The parameters as text; of several values the last."""
        return {name: values[-1] for name, values in self.query.items() if values}


def navigate(page: str | Mapping[str, Any], /, params: Mapping[str, Any] | None = None, **more: Any) -> None:
    """Go to `page`: one history entry, no reload; in a callback the same run shows it.

    Args:
        page: a path, or a mapping with ``"page"`` and parameters.
        params: parameters; ``None`` as a value leaves one out, a list gives several values.
        more: further parameters.

    Raises:
        TypeError: a value that an address can't hold.
    """
    if isinstance(page, Mapping):
        values = {**page, **(params or {}), **more}
        path = str(values.pop(PAGE, Router.from_address().current_page))
    else:
        path, values = page, {**(params or {}), **more}
    _go(path, encode(values))


def back(default: str = "") -> None:
    """Go to where the reader came from; only the page and its parameters change, nothing that was entered.

    Args:
        default: path of the page to go to when there is nothing before this one.
    """
    before = history.pop()
    _go(before.page, before.query) if before else _go(default, {})


def _go(path: str, query: Mapping[str, Sequence[str]]) -> None:
    same_page = path == Router.from_address().current_page
    st.query_params.from_dict({PAGE: path, **query} if path else dict(query))
    history.push(path, Router.from_address().query)
    _show(same_page=same_page)


def _show(*, same_page: bool) -> None:
    """Let Streamlit draw the new address: a callback's run follows anyway, elsewhere this run ends here."""
    here = place()
    if here is None:
        # A bare callback: the page's own fragment would follow, unless the whole app is asked for.
        if not same_page:
            st.rerun()
    elif here.location == "action":
        here.rerun = here.rerun or not same_page
    else:
        st.rerun(scope="fragment" if same_page and here.location == "fragment" else "app")
