"""The control for a flag's value: what its type and choices allow, and nothing else."""

from collections.abc import Sequence
from enum import Enum
from typing import Any, Final

import streamlit as st

from host import FlagValue, text
from host.kernel.flags.definition import Definition
from host.kernel.flags.values import LONGEST_TEXT, type_of
from plugins.admin.pages import flag_words as words


class Choice(Enum):
    """What stands beside a flag's values."""

    NOT_SET = "not set"
    OWN = "own"


NOT_SET: Final = Choice.NOT_SET
OWN: Final = Choice.OWN
OWN_PLACE: Final = 1
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
    options = _options(definition, may_leave=may_leave)
    if options:
        begin = 0 if stored is None else OWN_PLACE if OWN in options else options.index(stored, int(may_leave))
        _choose(definition, options, begin, key)
    if not options or read_choice(definition, key, stored, may_leave=may_leave, entered=False) is OWN:
        _enter(definition, key, _begin(definition, stored))
    return read_choice(definition, key, stored, may_leave=may_leave)


def read_choice(
    definition: Definition, key: str, stored: FlagValue | None, *, may_leave: bool, entered: bool = True
) -> Any:
    """Return what is chosen now: in a callback that is newer than what was drawn.

    Args:
        entered: return the value that was entered, not that there is one.
    """
    options = _options(definition, may_leave=may_leave)
    chosen = options[st.session_state.get(f"{key}/place") or 0] if options else OWN
    if chosen is not OWN or not entered:
        return chosen
    return st.session_state.get(f"{key}/entered", _begin(definition, stored))


def _options(definition: Definition, *, may_leave: bool) -> list[Any]:
    """Return what stands to choose, empty where only a value can be entered."""
    flag = definition.flag
    values = (True, False) if type_of(flag) is bool else flag.choices
    if values:
        return [NOT_SET, *values] if may_leave else list(values)
    return [NOT_SET, OWN] if may_leave else []


def _begin(definition: Definition, stored: FlagValue | None) -> FlagValue:
    return definition.fallback.value if stored is None else stored


def _choose(definition: Definition, options: Sequence[Any], begin: int, key: str) -> None:
    """Let the reader choose by place: to a widget True and 1 are one option."""
    label, places = text("admin.flags.value.label"), range(len(options))
    told = [_told(definition, each) for each in options].__getitem__
    control = st.radio if len(options) <= _FEW else st.selectbox
    control(label, places, begin, told, key=f"{key}/place")  # type: ignore[operator]


def _told(definition: Definition, option: Any) -> str:
    if option is NOT_SET:
        fallback = definition.fallback
        return text(f"admin.flags.leave.{fallback.source}", value=words.value(fallback.value))
    return text("admin.flags.value.own") if option is OWN else words.value(option)


def _enter(definition: Definition, key: str, begin: FlagValue) -> None:
    label, key = text("admin.flags.value.own"), f"{key}/entered"
    kind = type_of(definition.flag)
    if kind is str:
        st.text_input(label, str(begin), max_chars=LONGEST_TEXT, key=key)
    elif kind is int:
        st.number_input(label, -_LARGEST, _LARGEST, int(begin), 1, key=key)
    else:
        st.number_input(label, value=float(begin), step=0.1, format="%g", key=key)
