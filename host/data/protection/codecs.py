"""What an encrypted column may hold, as bytes and back."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, Final, final

from sqlalchemy import types

from host.data.types import UtcDateTime
from host.errors import ValidationError


@final
@dataclass(frozen=True, slots=True)
class Codec:
    """One kind of value.

    Args:
        python: what the column takes.
    """

    python: tuple[type, ...]
    dump: Callable[[Any], bytes]
    load: Callable[[bytes], Any]


def _moment(value: datetime) -> bytes:
    if value.tzinfo is None:
        raise ValidationError("A moment has no time zone.", remedy="Use datetime.now(UTC).")
    return value.astimezone(UTC).isoformat().encode()


def _text(kind: type, load: Callable[[str], Any]) -> Codec:
    return Codec((kind,), lambda value: str(value).encode(), lambda plain: load(plain.decode()))


_JSON: Final = Codec((object,), lambda value: json.dumps(value, ensure_ascii=False).encode(), json.loads)
_CODECS: Final[tuple[tuple[type[types.TypeEngine[Any]], Codec], ...]] = (
    (UtcDateTime, Codec((datetime,), _moment, lambda plain: datetime.fromisoformat(plain.decode()))),
    (types.JSON, _JSON),
    (types.Boolean, Codec((bool,), lambda value: b"1" if value else b"0", lambda plain: plain == b"1")),
    (types.Date, _text(date, date.fromisoformat)),
    (types.Time, _text(time, time.fromisoformat)),
    (types.Integer, _text(int, int)),
    (types.Float, Codec((float, int), lambda value: repr(float(value)).encode(), lambda plain: float(plain.decode()))),
    (types.Numeric, Codec((Decimal, int), lambda value: str(value).encode(), lambda plain: Decimal(plain.decode()))),
    (types.LargeBinary, Codec((bytes,), bytes, bytes)),
    (types.String, _text(str, str)),
)


def codec_for(kind: types.TypeEngine[Any]) -> Codec:
    """Return how values of a column type are written.

    Raises:
        ValidationError: such values cannot be encrypted.
    """
    for each, codec in _CODECS:
        if isinstance(kind, each):
            return codec
    known = ", ".join(each.__name__ for each, _ in _CODECS)
    raise ValidationError(f"A column of {type(kind).__name__} cannot be encrypted.", remedy=f"Use one of: {known}.")
