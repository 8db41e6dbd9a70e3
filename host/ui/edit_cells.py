"""One cell of an edited table: what its column takes, and a value from the browser read as that."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final, Literal, final

Kind = Literal["text", "integer", "decimal", "boolean", "date", "time", "datetime", "choice"]
LONGEST_TEXT: Final = 10_000
LARGEST_INTEGER: Final = 2**63 - 1
"""No database column holds a larger one."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class EditColumn:
    """A column of an edited table, as the server sees it; say the same here as in the editor's `column_config`.

    Args:
        name: of the column in the rows.
        kind: what its cells hold; cells become `str`, `int`, `Decimal`, `bool`, `date`, `time`, `datetime`, or for
            ``choice`` one of `options`.
        editable: whether cells of rows that were there may change.
        settable: whether a new row may bring a value for a column that is not editable.
        required: whether a cell may not be empty; empty cells are ``None``.
        options: of ``choice``.
        minimum: least number, day or moment.
        maximum: greatest one.
        longest: characters of a text.
        pattern: regular expression that the whole of a text matches.
    """

    name: str
    kind: Kind = "text"
    editable: bool = True
    settable: bool = False
    required: bool = False
    options: Sequence[Any] = ()
    minimum: Any = None
    maximum: Any = None
    longest: int = LONGEST_TEXT
    pattern: str = ""


class CellError(Exception):
    """A value that a column doesn't take.

    Args:
        reason: ``missing``, ``kind``, ``option``, ``small``, ``large``, ``long``, ``pattern`` or ``control``.
    """

    def __init__(self, reason: str, **details: Any) -> None:
        super().__init__(reason)
        self.reason = reason
        self.details = details


def read_cell(column: EditColumn, value: Any) -> Any:
    """Return `value` as the column's kind; ``None`` for an empty cell.

    Raises:
        CellError: the column doesn't take it.
    """
    if value is None or (value == "" and column.kind != "choice"):
        if column.required:
            raise CellError("missing")
        return None
    read = _READ[column.kind](column, value)
    try:
        if column.minimum is not None and read < column.minimum:
            raise CellError("small", minimum=column.minimum)
        if column.maximum is not None and read > column.maximum:
            raise CellError("large", maximum=column.maximum)
    except TypeError:  # a moment with a zone against a limit without one, or the other way round
        raise CellError("kind", kind=column.kind) from None
    return read


def _text(column: EditColumn, value: Any) -> str:
    if not isinstance(value, str):
        raise CellError("kind", kind=column.kind)
    if len(value) > column.longest:
        raise CellError("long", longest=column.longest, length=len(value))
    if "\0" in value:
        raise CellError("control")
    if column.required and not value.strip():
        raise CellError("missing")
    if column.pattern and not re.fullmatch(column.pattern, value):
        raise CellError("pattern")
    return value


def _integer(column: EditColumn, value: Any) -> int:
    # JSON from a browser knows one kind of number only.
    if type(value) in {int, float} and abs(value) <= LARGEST_INTEGER and value == int(value):
        return int(value)
    raise CellError("kind", kind=column.kind)


def _decimal(column: EditColumn, value: Any) -> Decimal:
    if type(value) is int or (type(value) is float and math.isfinite(value)):
        return Decimal(str(value))
    raise CellError("kind", kind=column.kind)


def _boolean(column: EditColumn, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise CellError("kind", kind=column.kind)


def _choice(column: EditColumn, value: Any) -> Any:
    for option in column.options:
        # True is no 1 here, and 1.0 is: the browser has one kind of number.
        if value == option and isinstance(value, bool) == isinstance(option, bool):
            return option
    raise CellError("option")


def _moment(parse: Callable[[str], Any]) -> Callable[[EditColumn, Any], Any]:
    def read(column: EditColumn, value: Any) -> Any:
        try:
            return parse(value)
        except (TypeError, ValueError, AttributeError):
            raise CellError("kind", kind=column.kind) from None

    return read


def _day(value: str) -> date:
    # Streamlit's editor sends a day as the midnight that it begins with.
    return datetime.fromisoformat(value).date() if "T" in value else date.fromisoformat(value)


_READ: Final[Mapping[Kind, Callable[[EditColumn, Any], Any]]] = {
    "text": _text,
    "integer": _integer,
    "decimal": _decimal,
    "boolean": _boolean,
    "choice": _choice,
    "date": _moment(_day),
    "time": _moment(time.fromisoformat),
    "datetime": _moment(datetime.fromisoformat),
}
