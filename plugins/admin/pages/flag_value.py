"""The control for a flag's value: what its type and choices allow, and nothing else."""

from collections.abc import Sequence
from enum import Enum
from typing import Any, Final

import streamlit as st

from host import text
from host.contributions import FlagValue
from host.kernel.flags.definition import Definition
from host.kernel.flags.values import LONGEST_TEXT, type_of
from plugins.admin.pages import flag_words as words


class Choice(Enum):
    """What stands beside a flag's values."""

    NOT_SET = "not set"
    OWN = "own"


NOT_SET: Final = Choice.NOT_SET
OWN: Final = Choice.OWN
_FEW: Final = 5
_LARGEST: Final = 2**53 - 1
"""Whole numbers beyond it aren't exact in a browser."""


def value_choice(definition: Definition, key: str, stored: FlagValue | None, *, may_leave: bool) -> Any:
    """Draw the control and return what is chosen, `NOT_SET` where it is left to file and default.

    Args:
        key: of the widget.
        stored: what it begins with.
        may_leave: whether nothing may be chosen at all.
    """
    flag = definition.flag
    values = (True, False) if type_of(flag) is bool else flag.choices
    if values:
        return _one_of(definition, key, stored, values, may_leave=may_leave)
    if may_leave and _chosen((NOT_SET, OWN), 0 if stored is None else 1, definition, f"{key}/kind") is NOT_SET:
        return NOT_SET
    return _entered(definition, key, definition.fallback.value if stored is None else stored)


def _one_of(
    definition: Definition, key: str, stored: FlagValue | None, values: tuple[FlagValue, ...], *, may_leave: bool
) -> Any:
    options: list[Any] = [NOT_SET, *values] if may_leave else list(values)
    begin = 0 if stored is None else options.index(stored, 1 if may_leave else 0)
    return _chosen(options, begin, definition, key)


def _chosen(options: Sequence[Any], begin: int, definition: Definition, key: str) -> Any:
    """Let the reader choose by place: to a widget True and 1 are one option."""
    label, places = text("admin.flags.value.label"), range(len(options))
    told = [_told(definition, each) for each in options].__getitem__
    if len(options) <= _FEW:
        return options[st.radio(label, places, begin, told, key=key) or 0]
    return options[st.selectbox(label, places, begin, told, key=key) or 0]


def _told(definition: Definition, option: Any) -> str:
    if option is NOT_SET:
        fallback = definition.fallback
        return text(f"admin.flags.leave.{fallback.source}", value=words.value(fallback.value))
    return text("admin.flags.value.own") if option is OWN else words.value(option)


def _entered(definition: Definition, key: str, begin: FlagValue) -> FlagValue:
    label = text("admin.flags.value.own")
    kind = type_of(definition.flag)
    if kind is str:
        return st.text_input(label, str(begin), max_chars=LONGEST_TEXT, key=f"{key}/text")
    if kind is int:
        return st.number_input(label, -_LARGEST, _LARGEST, int(begin), 1, key=f"{key}/number")
    return st.number_input(label, value=float(begin), step=0.1, format="%g", key=f"{key}/number")
