"""Retention policies as the host runs them: checked against their tables, children before those they refer to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, final

from sqlalchemy import Date, DateTime, MetaData, Table
from sqlalchemy.schema import sort_tables
from sqlalchemy.types import TypeDecorator, TypeEngine

from host.contributions import RetentionPolicy
from host.data.protection.encrypted import Encrypted
from host.errors import ConfigError

ACTIONS: Final = ("delete", "anonymise")


@final
@dataclass(frozen=True, slots=True)
class Policy:
    """One policy of one owner.

    Args:
        owner: ``host`` or a plugin's id.
        table: whose rows it is about.
    """

    owner: str
    declared: RetentionPolicy
    table: Table

    @property
    def name(self) -> str:
        """The full name: ``warehouse.old_movements``."""
        return f"{self.owner}.{self.declared.name}"

    @property
    def dates(self) -> bool:
        """Whether the age column holds days instead of moments."""
        return isinstance(_inner(self.table.c[self.declared.age].type), Date)


def in_order(declared: Iterable[tuple[str, RetentionPolicy]], known: Iterable[MetaData]) -> list[Policy]:
    """Return the policies in the order in which they can be run.

    Args:
        declared: owner and policy.
        known: metadata of every loaded model.

    Raises:
        ConfigError: with every fault of every policy.
    """
    faults: list[str] = []
    tables = [table for metadata in known for table in metadata.tables.values()]
    policies = [
        Policy(owner, policy, table)
        for owner, policy in declared
        if (table := _table(owner, policy, faults)) is not None
    ]
    for policy in policies:
        faults += [f"retention policy {policy.name}: {fault}" for fault in _faults(policy, tables)]
    if faults:
        raise ConfigError(faults, remedy="Correct the plugin's retention hook.")
    rank = {table: number for number, table in enumerate(reversed(sort_tables(tables)))}
    return sorted(policies, key=lambda policy: (rank[policy.table], policy.name))


def _table(owner: str, policy: RetentionPolicy, faults: list[str]) -> Table | None:
    table = getattr(policy.table, "__table__", policy.table)
    if isinstance(table, Table):
        return table
    faults.append(f"retention policy {owner}.{policy.name}: table is neither a mapped class nor a Table")
    return None


def _faults(policy: Policy, known: Sequence[Table]) -> Iterable[str]:
    declared, columns = policy.declared, policy.table.columns
    if policy.table not in known:
        yield f"{policy.table.name} is not among the models that migrations() names"
    if declared.age not in columns or not isinstance(_inner(columns[declared.age].type), DateTime | Date):
        yield f"{policy.table.name}.{declared.age} is no column with a moment or a day"
    if declared.keep.total_seconds() < 0 or declared.action not in ACTIONS:
        yield f"keep must not be negative, and action is one of {', '.join(ACTIONS)}"
    if (declared.action == "anonymise") != bool(declared.values):
        yield "values belong to the action anonymise, which needs some"
    for name, value in declared.values.items():
        yield from _value_faults(policy.table, name, value)


def _value_faults(table: Table, name: str, value: Any) -> Iterable[str]:
    column = table.columns.get(name)
    if column is None or column.primary_key:
        yield f"{table.name}.{name} is no column that can be anonymised"
    elif value is None and not column.nullable:
        yield f"{table.name}.{name} may not be empty: give a value"
    elif value is not None and isinstance(column.type, Encrypted):
        yield f"{table.name}.{name} is encrypted: anonymise it with None"


def _inner(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    return kind.impl_instance if isinstance(kind, TypeDecorator) else kind
