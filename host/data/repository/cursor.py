"""The position of a row in a list as a token for addresses and buttons; made here, checked when it comes back."""

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, final

from host.data.audit.values import decode, encode
from host.data.repository.faults import CursorError
from host.data.repository.ordering import Sort
from host.data.repository.shape import Shape

_REMEDY: Final = "Ask for the first page, without a cursor."


@final
@dataclass(frozen=True, slots=True)
class Cursor:
    """A place between two rows.

    Args:
        values: of the row beside it, one a sort.
        backward: the page ends here instead of beginning here.
        including: that row itself is on the page.
    """

    values: tuple[Any, ...]
    backward: bool = False
    including: bool = False


def written(cursor: Cursor, shape: Shape, sorts: Sequence[Sort]) -> str:
    """Return the cursor as a token."""
    content = [_listing(shape, sorts), cursor.backward, cursor.including, [encode(value) for value in cursor.values]]
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read(token: str, shape: Shape, sorts: Sequence[Sort]) -> Cursor:
    """Return the cursor that a token stands for.

    A forged one can name another place in the same list, no more: its values reach the database as parameters.

    Raises:
        CursorError: it is damaged, or was made for another list or order.
    """
    try:
        padded = token + "=" * (-len(token) % 4)
        listing, backward, including, values = json.loads(
            base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True)
        )
        cursor = Cursor(tuple(decode(value) for value in values), bool(backward), bool(including))
    except (ValueError, TypeError, ArithmeticError, binascii.Error, RecursionError) as error:
        raise CursorError("The cursor is damaged.", remedy=_REMEDY) from error
    if listing != _listing(shape, sorts):
        raise CursorError("The cursor belongs to another list or order.", remedy=_REMEDY)
    if not _fit(cursor, shape, sorts):
        raise CursorError("The cursor is damaged.", remedy=_REMEDY)
    return cursor


def _listing(shape: Shape, sorts: Sequence[Sort]) -> str:
    """Return a digest of model and order, so that a token of another list is noticed."""
    named = [shape.table.name, *((each.field, each.descending, each.empty_first) for each in sorts)]
    return hashlib.sha256(json.dumps(named).encode()).hexdigest()[:12]


def _fit(cursor: Cursor, shape: Shape, sorts: Sequence[Sort]) -> bool:
    return len(cursor.values) == len(sorts) and all(
        shape.fits(sort.field, value) for sort, value in zip(sorts, cursor.values, strict=True)
    )
