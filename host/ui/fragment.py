"""`fragment`: a part of a page that reruns by itself enters through the same door, since its rerun misses the shell."""

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, overload

import streamlit as st

from host.ui.boundary import boundary
from host.ui.places import place
from host.ui.reentry import TURNED_AWAY, enter_page, page_here

P = ParamSpec("P")
R = TypeVar("R")


@overload
def fragment(function: Callable[P, R], /) -> Callable[P, R | None]: ...
@overload
def fragment(
    *, run_every: float | None = None, key: str | None = None
) -> Callable[[Callable[P, R]], Callable[P, R | None]]: ...
def fragment(
    function: Callable[..., Any] | None = None, /, *, run_every: float | None = None, key: str | None = None
) -> Any:
    """Make a part of a page that reruns by itself; use it instead of Streamlit's own.

    Args:
        run_every: seconds between reruns without a click.
        key: name by which a callback reruns it.
    """
    if function is None:
        return functools.partial(_part, run_every=run_every, key=key)
    return _part(function, run_every=run_every, key=key)


def _part(function: Callable[P, R], *, run_every: float | None, key: str | None) -> Callable[P, R | None]:
    @functools.wraps(function)
    def draw(*args: P.args, **kwargs: P.kwargs) -> R | None:
        return enclose(
            functools.partial(function, *args, **kwargs), page_here(), like=function, every=run_every, key=key
        )

    return draw


def enclose(
    body: Callable[[], R], page: str, *, like: Callable[..., Any], every: float | None = None, key: str | None = None
) -> R | None:
    """Draw `body` as a fragment of `page`.

    Args:
        like: the function whose name the fragment bears, in its identity and in its error card.
        every: seconds between reruns without a click.
    """

    @functools.wraps(like)
    def run() -> R | None:
        outer = place()
        try:
            with enter_page("fragment" if outer is None else outer.location, page):
                return _within_boundary(body, f"{page or 'host'}/part/{like.__name__}", like.__name__)
        except TURNED_AWAY:
            st.rerun(scope="app")

    return st.fragment(run, run_every=every, key=key)()  # noqa: TID251 -- the wrapper that all others go through


def _within_boundary(body: Callable[[], R], key: str, name: str) -> R | None:
    with boundary(name, key=key):
        return body()
    return None
