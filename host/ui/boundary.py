"""Error boundaries: a page or a part of one that raises becomes a card with an error id, the rest goes on."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Final

import streamlit as st

from host.errors import HostError
from host.kernel.context import current
from host.logs import get_logger, report_error
from host.ui.design.card import problem
from host.ui.text import text

_log = get_logger(__name__)
CAUGHT: Final = (Exception, SystemExit)
"""Streamlit's rerun and stop are neither, so they pass."""


@contextmanager
def boundary(what: str, *, key: str, retry: bool = True) -> Iterator[None]:
    """Catch what the block raises, write it to the log, show a card in its place.

    Args:
        what: name of the page or part, for the card's heading.
        key: prefix of the card's widget keys, unique on the page.
        retry: whether the card offers to try again.
    """
    try:
        yield
    except CAUGHT as error:
        _show(error, what, key, retry=retry)


def block(title: str) -> AbstractContextManager[None]:
    """Let a part of a page fail alone: ``with host.block("Chart"):`` and the parts around it go on.

    Args:
        title: text key or plain text; unique on the page.
    """
    return boundary(text(title), key=f"{current().page or 'host'}/block/{title}")


def note(error: BaseException) -> str:
    """Write `error` to the log with page, plugin and version, and return its id."""
    context = current()
    plugin = context.application.plugins.get(context.plugin or "")
    version = plugin.version if plugin is not None else ""
    return report_error(_log, error, plugin=context.plugin, version=version, page=context.page)


def user_text(error: BaseException) -> str:
    """Return what a reader may see of `error`."""
    return text(error.user_message) if isinstance(error, HostError) else text("host.error.text")


def _show(error: BaseException, what: str, key: str, *, retry: bool) -> None:
    error_id = note(error)
    context = current()
    plugin = context.application.plugins.get(context.plugin or "")
    source = f"{plugin.id} {plugin.version}" if plugin is not None else ""
    with problem(
        text("host.error.title", what=what),
        user_text(error),
        key=key,
        facts={text("host.error.id"): error_id, text("host.error.source"): source},
    ):
        if retry:
            st.button(text("host.error.retry"), key=f"{key}/retry/{error_id}", icon=":material/refresh:")
