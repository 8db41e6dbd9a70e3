"""Runs one page: typed parameters, services, events, within its error boundary."""

from typing import Any

import streamlit as st

from host.contributions import Page
from host.kernel.context import current
from host.kernel.registry import Owned
from host.ui import visits
from host.ui.boundary import boundary
from host.ui.design.card import problem
from host.ui.design.markdown import literal
from host.ui.param_texts import expectation
from host.ui.params import ParamProblem, ParamsError, Query, annotation, parse
from host.ui.text import text


def run(owned: Owned[Page], query: Query) -> None:
    """Draw the page; whatever it raises becomes a card in its place.

    Args:
        query: the address's parameters; empty when a guard led here from another page.
    """
    page = owned.value
    with boundary(text(page.title), key=page.path):
        try:
            _run(owned, query)
        except ParamsError as error:
            _incomplete(page, error)


def typed(owned: Owned[Page], query: Query) -> Any:
    """Return the page's typed parameters, without a word about those that don't fit."""
    return parse(annotation(owned.value.render), query).value


def _run(owned: Owned[Page], query: Query) -> None:
    page = owned.value
    parsed = parse(annotation(page.render), query)
    event, left = visits.arrive(owned, query)
    if left is not None:
        visits.say_goodbye(left, typed)
    for fault in parsed.problems:
        _ignored(fault)
    shown = visits.instance(owned, parsed.value)
    visits.tell(shown, event)
    if shown is not None:
        shown.render()
        return
    context = current()
    context.application.bind(owned.plugin, page.render, params=parsed.value, principal=context.principal)()


def _ignored(fault: ParamProblem) -> None:
    sentence = text("host.params.ignored", name=literal(fault.name), value=literal(fault.given[:80]))
    st.info(f"{sentence} {expectation(fault)}".strip(), icon=":material/info:")


def _incomplete(page: Page, error: ParamsError) -> None:
    title = text("host.params.incomplete.title", what=text(page.title))
    with problem(
        title, text("host.params.incomplete.text", names=", ".join(error.names)), key=f"{page.path}/incomplete"
    ):
        pass
