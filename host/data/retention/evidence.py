"""What the audit keeps of rows that retention removed: that they went, and nothing personal that they held."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Connection, String

from host.data.audit import Change
from host.data.audit.rows import load
from host.data.protection.blind_index import BlindIndex
from host.data.protection.encrypted import Encrypted
from host.data.protection.masks import HIDDEN, masked, pii_kind
from host.data.retention.policies import Policy

Key = tuple[Any, ...]


def read_before(connection: Connection, policy: Policy, keys: Sequence[Key]) -> dict[Key, dict[str, Any]]:
    """Return key → values before; personal texts masked, encrypted values not read at all."""
    columns = _columns(policy)
    readable = [column.name for column in columns if not isinstance(column.type, Encrypted | BlindIndex)]
    found = load(connection, policy.table, keys, readable)
    hidden = {column.name: HIDDEN for column in columns if isinstance(column.type, Encrypted) and _textual(column)}
    return {key: {**_masked(policy, values), **hidden} for key, values in found.items()}


def change_of(policy: Policy, key: Key, before: Mapping[str, Any]) -> Change:
    """Return what is recorded of one row."""
    if policy.declared.action == "delete":
        return Change(policy.table, key, "delete", before, None)
    after = {name: value for name, value in policy.declared.values.items() if name in before}
    return Change(policy.table, key, "update", before, after)


def _columns(policy: Policy) -> list[Column[Any]]:
    columns = list(policy.table.columns)
    if policy.declared.action == "delete":
        return columns
    return [column for column in columns if column.name in policy.declared.values]


def _masked(policy: Policy, values: Mapping[str, Any]) -> dict[str, Any]:
    kinds = {name: pii_kind(policy.table.c[name]) for name in values}
    kept = {name: value for name, value in values.items() if not kinds[name] or _textual(policy.table.c[name])}
    return {name: masked(value, kinds[name]) if kinds[name] else value for name, value in kept.items()}


def _textual(column: Column[Any]) -> bool:
    kind = column.type.kind if isinstance(column.type, Encrypted) else column.type
    return isinstance(kind, String)
