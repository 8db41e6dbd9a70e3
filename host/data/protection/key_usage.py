"""How many values each key still has, in every table of the database, whether its plugin is loaded or not."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Session

from host.data.protection.declared import ProtectedTable
from host.security import Key, Keys

_AUDIT: Final = "host_audit"
_INDEX_LENGTH: Final = 52
_FIELD, _ID = len("hf1."), 8
_SIGNED: Final = re.compile(r'"key_id": ?"([0-9a-f]{8})"')


def key_usage(session: Session, keys: Keys, tables: Sequence[ProtectedTable]) -> Counter[str]:
    """Return key id → values made with it, audit records included.

    Args:
        session: only read from.
        tables: what loaded plugins declare; of every other table all columns of texts are looked at.
    """
    known = {each.table.name: each for each in tables}
    used: Counter[str] = Counter()
    inspector = inspect(session.connection())
    for name in inspector.get_table_names():
        if name == _AUDIT:
            used.update(_audit(session, keys))
        elif name in known:
            used.update(_declared(session, known[name]))
        elif not name.startswith("host_"):
            used.update(_texts(session, name, inspector.get_columns(name)))
    return Counter({key.id: used[key.id] for key in keys.all})


def anchored(path: Path) -> Counter[str]:
    """Return key id → lines of the audit's anchor file that only this key can check."""
    if not path.is_file():
        return Counter()
    with path.open(encoding="utf-8", errors="replace") as lines:
        return Counter(match[1] for line in lines if (match := _SIGNED.search(line)))


def _declared(session: Session, each: ProtectedTable) -> Counter[str]:
    fields = (_grouped(session, each.raw.c[column.name], _FIELD) for column in each.encrypted)
    indexes = (_grouped(session, each.raw.c[column.name], 0) for column in each.index_columns)
    return sum((*fields, *indexes), Counter[str]())


def _texts(session: Session, name: str, columns: Iterable[Any]) -> Counter[str]:
    texts = [column["name"] for column in columns if isinstance(column["type"], sa.String)]
    table = sa.table(name, *(sa.column(text, sa.Text()) for text in texts))
    used: Counter[str] = Counter()
    for column in table.c:
        looks_so = column.startswith("hf1.") | (func.length(column) == _INDEX_LENGTH)
        for start, count in _grouped(session, column, 0, looks_so, length=_FIELD + _ID).items():
            used[start[_FIELD:] if start.startswith("hf1.") else start[:_ID]] += count
    return used


def _grouped(session: Session, column: Any, skip: int, *only: Any, length: int = _ID) -> Counter[str]:
    key = func.substr(column, skip + 1, length)
    query = select(key, func.count()).where(column.is_not(None), *only).group_by(key)
    return Counter({str(id_): int(count) for id_, count in session.execute(query)})


def _audit(session: Session, keys: Keys) -> Counter[str]:
    table = sa.table(_AUDIT, sa.column("key_id", sa.Text()), sa.column("changes", sa.Text()))
    used = Counter(
        {
            str(id_): int(count)
            for id_, count in session.execute(select(table.c.key_id, func.count()).group_by(table.c.key_id))
        }
    )
    for key in keys.of("field"):
        used[key.id] += _mentions(session, table, f"hf1.{key.id}.")
    for key in keys.of("index"):
        used[key.id] += _mentions(session, table, f'"{key.id}.')
    return used


def _mentions(session: Session, table: Any, text: str) -> int:
    query = select(func.count()).select_from(table).where(table.c.changes.contains(text, autoescape=True))
    return session.scalar(query) or 0


def needed(key: Key, used: Counter[str]) -> str:
    """Return why a key cannot be removed; empty if nothing needs it."""
    if key.current:
        return "it is current"
    return f"{used[key.id]} values or records need it" if used[key.id] else ""
