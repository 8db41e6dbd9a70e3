"""Audit records as lines of JSON or rows of CSV, one record at a time."""

import csv
import io
import json
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any, Final

from host.data.audit.reading import AuditRecord
from host.data.audit.values import escaped
from host.formulas import csv_safe

COLUMNS: Final = (
    "id", "seq", "at", "user_id", "user_name", "plugin", "page", "correlation_id", "table", "key", "action",
)  # fmt: skip


def as_json(record: AuditRecord) -> dict[str, Any]:
    """Return a record for JSON: values that JSON doesn't know become text."""
    plain = asdict(record)
    plain["at"] = record.at.isoformat()
    plain["before"], plain["after"] = _plain(record.before), _plain(record.after)
    return plain


def json_lines(records: Iterable[AuditRecord]) -> Iterator[str]:
    """Yield one line of JSON a record."""
    for record in records:
        yield escaped(json.dumps(as_json(record), ensure_ascii=False)) + "\n"


def csv_lines(records: Iterable[AuditRecord]) -> Iterator[str]:
    """Yield the head and one row a record; before and after are JSON in one cell each."""
    yield _row((*COLUMNS, "before", "after"))
    for record in records:
        plain = as_json(record)
        sides = (
            escaped(json.dumps(plain[side], ensure_ascii=False)) if plain[side] else "" for side in ("before", "after")
        )
        yield _row((*(plain[column] for column in COLUMNS), *sides))


def _row(cells: Iterable[Any]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([_cell(cell) for cell in cells])
    return out.getvalue()


def _cell(value: Any) -> Any:
    return csv_safe(value) if isinstance(value, str) else value


def _plain(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if values is None else {name: plain_value(value) for name, value in values.items()}


def plain_value(value: Any) -> Any:
    """Return a recorded value as JSON knows it: the text of what it doesn't, ``…`` for what is kept encrypted."""
    if isinstance(value, bytes):
        return b64encode(value).decode("ascii")
    if isinstance(value, dict) and len(value) == 1:
        ((kind, inner),) = value.items()
        if kind == "$stored":
            return "…"
        if kind == "$enum":
            return inner
    if value is None or isinstance(value, str | int | float | dict | list):
        return value
    return str(value)
