"""A record's primary key as the text that names it in the audit, and back."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table

from host.data.audit.values import decode, encode
from host.errors import ValidationError


def key_text(key: Any) -> str:
    """Return the text of a primary key: the value itself, or a JSON list when it has several columns.

    Text that is empty, holds control characters or begins with a quote becomes JSON: it stays on one line and is seen.
    """
    if type(key) is int:
        return str(key)
    if isinstance(key, tuple | list):
        return key_text(key[0]) if len(key) == 1 else _json([_plain(part) for part in key])
    if isinstance(key, str):
        plain = key and key.isprintable() and not key.startswith('"')
        return key if plain else _json(key)
    return str(_plain(key))


def key_values(table: Table, text: str) -> tuple[Any, ...]:
    """Return the primary key that `text` names, one value a column.

    Raises:
        ValidationError: the text is no key of this table.
    """
    columns = list(table.primary_key.columns)
    try:
        quoted = len(columns) == 1 and text.startswith('"')
        parts: Sequence[Any] = [json.loads(text)] if quoted else json.loads(text) if len(columns) > 1 else [text]
        if not isinstance(parts, list) or len(parts) != len(columns):
            raise ValueError(text)
        return tuple(_read(column.type.python_type, part) for column, part in zip(columns, parts, strict=True))
    except (ValueError, TypeError, ArithmeticError):
        names = ", ".join(column.name for column in columns)
        raise ValidationError(f"{text!r} is no key of {table.name} ({names}).") from None


def _read(kind: type, part: Any) -> Any:
    if kind is str:
        return part
    if kind in (int, bool):
        return int(part)
    if kind is bytes:
        return decode({"$bytes": part})
    tag = f"${kind.__name__.lower()}"
    read = decode({tag: part})
    return kind(part) if isinstance(read, dict) else read


def _plain(part: Any) -> Any:
    encoded = encode(part)
    return next(iter(encoded.values())) if isinstance(encoded, dict) else encoded


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
