"""`checked_edits`: what a `st.data_editor` sends, checked again on the server, where it counts.

The editor's limits (columns that can't be edited, options, ranges, `num_rows`) hold in the browser only: Streamlit
takes every edit that a made-up message names. Save nothing of an editor but what comes out of here.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass, field
from typing import Any, Final, Literal, final

from host.errors import ValidationError
from host.kernel.context import running
from host.security.events import SecurityEvent
from host.ui.edit_cells import CellError, EditColumn, read_cell

__all__ = ["CellFault", "EditColumn", "Edits", "EditsError", "checked_edits"]

NumRows = Literal["fixed", "dynamic", "add", "delete"]
MOST_ROWS: Final = 10_000
"""Rows that one message may add."""
_FORGED: Final = frozenset({"shape", "row", "column", "locked", "add", "delete", "many"})


@final
@dataclass(frozen=True, slots=True)
class CellFault:
    """Why a cell, a row or the whole message isn't taken.

    Args:
        row: position among the original rows, counted from 0; behind them, the added ones; ``None`` for no row.
        column: its name; empty for a whole row.
        value: what was sent, shortened.
        reason: last part of the text key ``host.edits.<reason>``.
        details: fill the text's fields.
    """

    row: int | None
    column: str
    value: str
    reason: str
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def forged(self) -> bool:
        """Whether no browser sends this: somebody made the message up."""
        return self.reason in _FORGED

    def told(self, text: Callable[..., str]) -> str:
        """Return it for the reader: where, and what is wrong.

        Args:
            text: the façade `host.text`.
        """
        what = text(f"host.edits.{self.reason}", **{**self.details, "value": self.value, "column": self.column})
        if self.row is None:
            return what
        where = text("host.edits.cell" if self.column else "host.edits.line", row=self.row + 1, column=self.column)
        return f"{where}: {what}"


class EditsError(ValidationError):
    """Edits that can't be taken; none of the message counts, and `faults` names every one."""

    user_message = "Some of these changes can't be taken."

    def __init__(self, faults: Sequence[CellFault]) -> None:
        self.faults = tuple(faults)
        named = "; ".join(f"row {each.row}, {each.column or '-'}: {each.reason}" for each in faults[:5])
        super().__init__(f"{len(faults)} edits can't be taken: {named}", remedy="Correct the named cells.")


@final
@dataclass(frozen=True, slots=True)
class Edits:
    """What may be saved.

    Args:
        changed: position of an original row → column → value of the column's kind.
        added: the new rows, complete with every column that was given.
        deleted: positions of original rows.
    """

    changed: Mapping[int, Mapping[str, Any]]
    added: tuple[Mapping[str, Any], ...] = ()
    deleted: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.changed or self.added or self.deleted)


def checked_edits(original: Sized, state: Any, columns: Collection[EditColumn], num_rows: NumRows = "fixed") -> Edits:
    """Return the edits of a `st.data_editor`, each cell read as its column's kind.

    Args:
        original: the rows that were shown, in their order.
        state: ``st.session_state[key]`` of the editor.
        columns: what may be edited, and how; a column that isn't named can't be.
        num_rows: as the editor was drawn.

    Raises:
        EditsError: something can't be taken; nothing counts then. What no browser sends is a security event, too.
    """
    reading = _Reading(len(original), {each.name: each for each in columns}, num_rows)
    edits = reading.read(state)
    if reading.faults:
        _note(reading.faults)
        raise EditsError(reading.faults)
    return edits


class _Reading:
    """One message being read."""

    def __init__(self, rows: int, columns: Mapping[str, EditColumn], num_rows: NumRows) -> None:
        self._rows = rows
        self._columns = columns
        self._adds = num_rows in {"dynamic", "add"}
        self._deletes = num_rows in {"dynamic", "delete"}
        self.faults: list[CellFault] = []

    def read(self, state: Any) -> Edits:
        """Return the edits; `faults` holds what is wrong with them."""
        parts = [state.get(name, empty) for name, empty in _PARTS.items()] if isinstance(state, Mapping) else []
        if not parts or any(
            not isinstance(part, type(empty)) for part, empty in zip(parts, _PARTS.values(), strict=True)
        ):
            self._refuse(None, "", state, "shape")
            return Edits({})
        edited, added, deleted = parts
        gone = tuple(dict.fromkeys(self._gone(deleted)))
        changed = dict(self._changed(edited))
        return Edits({row: cells for row, cells in changed.items() if row not in gone}, self._new(added), gone)

    def _gone(self, deleted: list[Any]) -> Iterator[int]:
        if deleted and not self._deletes:
            self._refuse(None, "", deleted, "delete")
            return
        for row in deleted:
            if self._is_row(row):
                yield row
            else:
                self._refuse(None, "", row, "row")

    def _changed(self, edited: Mapping[Any, Any]) -> Iterator[tuple[int, Mapping[str, Any]]]:
        for row, cells in edited.items():
            if not self._is_row(row) or not isinstance(cells, Mapping):
                self._refuse(None, "", row, "row")
                continue
            read = self._cells(row, cells, new=False)
            if read:
                yield row, read

    def _new(self, added: list[Any]) -> tuple[Mapping[str, Any], ...]:
        if not added:
            return ()
        if not self._adds or len(added) > MOST_ROWS:
            self._refuse(None, "", len(added), "many" if self._adds else "add")
            return ()
        return tuple(self._new_row(self._rows + number, cells) for number, cells in enumerate(added))

    def _new_row(self, row: int, cells: Any) -> Mapping[str, Any]:
        if not isinstance(cells, Mapping):
            self._refuse(row, "", cells, "shape")
            return {}
        # A required column that the message leaves out is missing all the same.
        needed = {name: None for name, column in self._columns.items() if column.required and name not in cells}
        return self._cells(row, {**cells, **needed}, new=True)

    def _cells(self, row: int, cells: Mapping[Any, Any], *, new: bool) -> dict[str, Any]:
        read: dict[str, Any] = {}
        for name, value in cells.items():
            column = self._columns.get(name) if isinstance(name, str) else None
            if column is None:
                self._refuse(row, str(name), value, "column")
            elif not (column.editable or (new and column.settable)):
                self._refuse(row, column.name, value, "locked")
            else:
                self._read_cell(row, column, value, read)
        return read

    def _read_cell(self, row: int, column: EditColumn, value: Any, read: dict[str, Any]) -> None:
        try:
            read[column.name] = read_cell(column, value)
        except CellError as error:
            self._refuse(row, column.name, value, error.reason, error.details)

    def _is_row(self, row: Any) -> bool:
        return type(row) is int and 0 <= row < self._rows

    def _refuse(
        self, row: int | None, column: str, value: Any, reason: str, details: Mapping[str, Any] | None = None
    ) -> None:
        self.faults.append(CellFault(row, column[:100], str(value)[:60], reason, details or {}))


_PARTS: Final[Mapping[str, Any]] = {"edited_rows": {}, "added_rows": [], "deleted_rows": []}


def _note(faults: Sequence[CellFault]) -> None:
    """Tell the security events what no browser sends."""
    forged = [each for each in faults if each.forged]
    context = running()
    if not forged or context is None:
        return
    principal = context.principal
    reasons = sorted({each.reason for each in forged})
    detail = {"reasons": reasons, "page": context.page or "", "count": len(forged)}
    person = principal.viewed_by or principal.user_id
    event = SecurityEvent("forms.forged", "warning", person, session=principal.session, detail=detail)
    context.application.host.security_events().note(event)
