"""What somebody enters on a page until a service has taken it: widgets with stable keys, faults below their field."""

import secrets
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

import streamlit as st

from host import redraw, text
from plugins.warehouse.amounts import UnreadableNumberError, parse_number
from plugins.warehouse.faults import Fault, InputError, refuse
from plugins.warehouse.formats import decimal_mark
from plugins.warehouse.pages.parts import language, say
from plugins.warehouse.services.article_input import short

Value = TypeVar("Value")


class Draft:
    """One entry.

    Args:
        name: begins with the page's path; what was entered under it stays until it is taken.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._state: dict[str, Any] = st.session_state.setdefault(f"{name}/draft", _fresh())
        self._values: dict[str, Any] = {}

    @property
    def token(self) -> str:
        """Names this entry: sent twice, it counts once."""
        return str(self._state["token"])

    @property
    def lines(self) -> list[Any]:
        """What was added to the entry piece by piece."""
        found: list[Any] = self._state["lines"]
        return found

    def add_line(self, line: Any) -> None:
        """Add a piece to the entry; what was wrong with its lines before is over."""
        self.lines.append(line)
        self._state["faults"] = [fault for fault in self._faults() if fault.field != "lines"]

    def key(self, field: str) -> str:
        """Return the key of a field's widget; a taken entry is followed by one with other keys."""
        return f"{self._name}/{self.token}/{field}"

    def text(self, field: str, value: str = "", **options: Any) -> str:
        """Draw a text field with its faults below."""
        key = self._seeded(field, value)
        found = st.text_input(_label(field), key=key, persist_state="session", **options) or ""
        return self._noted(field, found)

    def area(self, field: str, value: str = "") -> str:
        """Draw a field for longer text."""
        found = st.text_area(_label(field), key=self._seeded(field, value), height=100, persist_state="session") or ""
        return self._noted(field, found)

    def choice(self, field: str, options: list[str], value: str = "", **more: Any) -> str:
        """Draw a choice; an option is a text key's last part, or its own label."""
        key = self._seeded(field, value if value in options else (options[0] if options else None))
        found = st.selectbox(_label(field), options, key=key, persist_state="session", **more) or ""
        if found not in options and not more.get("accept_new_options"):
            found = value  # made up: Streamlit takes anything whose label is that of an option
        return self._noted(field, found)

    def day(self, field: str, value: date | None = None) -> date | None:
        """Draw a field for a date that may be empty."""
        key, shape = self._seeded(field, value), "DD.MM.YYYY" if language() == "de" else "YYYY-MM-DD"
        found = st.date_input(_label(field), value=None, key=key, format=shape, persist_state="session")
        return self._noted(field, found if isinstance(found, date) else None)

    def tick(self, field: str, value: bool) -> bool:
        """Draw a tick box."""
        return self._noted(field, st.checkbox(_label(field), key=self._seeded(field, value), persist_state="session"))

    def quantity(self, field: str) -> Decimal:
        """Return what was entered in a text field as a quantity; `InputError` if it is none or missing."""
        entered = str(self._values.get(field, "")).strip()
        if not entered:
            raise refuse("warehouse.error.quantity_missing", field)
        try:
            return parse_number(entered, decimal_mark(language()))
        except UnreadableNumberError:
            raise refuse("warehouse.error.quantity", field, value=short(entered)) from None

    def attempt(self, work: Callable[[], str]) -> None:
        """Hand the entry to a service and draw the page anew.

        Args:
            work: returns what to say when the entry was taken, and the entry is empty then; when it raises
                `InputError` the entry stays, with the faults below its fields.
        """
        try:
            said = work()
        except InputError as error:
            self._state["faults"] = list(error.faults)
            self._state["values"] = dict(self._values)
        else:
            self.begin_anew()
            say(said)
        redraw()

    def begin_anew(self) -> None:
        """Drop what was entered: the next run starts from what is stored."""
        st.session_state[f"{self._name}/draft"] = _fresh()

    def forget_faults(self) -> None:
        """Drop what was wrong: the entry stands on other ground now."""
        self._state["faults"] = []

    def general_faults(self, *fields: str) -> None:
        """Draw the faults that belong to no field, or to one of `fields`."""
        for fault in self._faults():
            if fault.field in {"", *fields} or fault.field not in self._values:
                st.error(fault.render(language()))

    def _seeded(self, field: str, value: Any) -> str:
        key = self.key(field)
        if key not in st.session_state:
            st.session_state[key] = value
        return key

    def _noted(self, field: str, value: Value) -> Value:
        self._values[field] = value
        for fault in self._faults():
            # A fault goes as soon as the field holds something else.
            if fault.field == field and self._state["values"].get(field) == value:
                st.error(fault.render(language()))
        return value

    def _faults(self) -> list[Fault]:
        found: list[Fault] = self._state["faults"]
        return found


def _fresh() -> dict[str, Any]:
    return {"token": secrets.token_hex(8), "faults": [], "values": {}, "lines": []}


def _label(field: str) -> str:
    return text(f"warehouse.field.{field}")
