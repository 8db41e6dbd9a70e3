"""How a mapped class lies in its audited tables, worked out once a class."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, final

from sqlalchemy import Table
from sqlalchemy.orm import InstanceState, Mapper
from sqlalchemy.orm.exc import UnmappedColumnError

from host.data.audit.exemptions import reason

State = InstanceState[Any]


@final
@dataclass(frozen=True, slots=True)
class TablePlan:
    """How the attributes of a mapped class lie in one of its tables.

    Args:
        columns: column name → attribute.
        key: attributes of the primary key, in its order.
        quiet: attributes that an update sets by itself, such as a version: they never count as modified.
        bare: attributes that nobody gives a value but the object: an insert without one writes NULL.
        attributes: all of them.
    """

    table: Table
    columns: Mapping[str, str]
    key: tuple[str, ...]
    quiet: frozenset[str]
    bare: frozenset[str]
    attributes: tuple[str, ...]

    def named(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return column → value of a mapping by attributes."""
        return {name: values.get(attribute) for name, attribute in self.columns.items()}

    def of(self, attributes: Collection[str]) -> list[str]:
        """Return the columns of some attributes."""
        return [name for name, attribute in self.columns.items() if attribute in attributes]


_plans: dict[Mapper[Any], tuple[TablePlan, ...]] = {}


def plans(mapper: Mapper[Any]) -> tuple[TablePlan, ...]:
    """Return the audited tables of a mapped class; several with joined inheritance."""
    if mapper not in _plans:
        tables = [table for table in mapper.tables if isinstance(table, Table) and reason(table) is None]
        _plans[mapper] = tuple(_plan(mapper, table) for table in tables)
    return _plans[mapper]


def _plan(mapper: Mapper[Any], table: Table) -> TablePlan:
    mapped: dict[Any, str] = {}
    for column in table.columns:
        with suppress(UnmappedColumnError):
            mapped[column] = mapper.get_property_by_column(column).key
    key = tuple(mapped[column] for column in table.primary_key.columns)
    quiet = {attribute for column, attribute in mapped.items() if column.onupdate or column.server_onupdate}
    if mapper.version_id_col is not None and mapper.version_id_col in mapped:
        quiet.add(mapped[mapper.version_id_col])
    # A default of the class reaches the INSERT, but not always the object.
    given = {*key, *quiet, *(attribute for attribute, _, _ in mapper._insert_orm_defaults[table])}
    bare = {each for column, each in mapped.items() if column.default is None and column.server_default is None}
    names = {column.name: attribute for column, attribute in mapped.items()}
    return TablePlan(table, names, key, frozenset(quiet), frozenset(bare - given), tuple(names.values()))


def old_key(plan: TablePlan, state: State) -> tuple[Any, ...]:
    """Return the key that the row had; the object may have been given another one, or its attributes be expired."""
    identity = state.identity or ()
    names = [state.mapper.get_property_by_column(column).key for column in state.mapper.primary_key]
    known = dict(zip(names, identity, strict=True))
    return tuple(known[attribute] if attribute in known else state.dict[attribute] for attribute in plan.key)


def new_key(plan: TablePlan, state: State) -> tuple[Any, ...]:
    """Return the key that the row has now."""
    # An expired attribute was not given another value.
    values, old = state.dict, old_key(plan, state)
    return tuple([values.get(attribute, part) for attribute, part in zip(plan.key, old, strict=True)])
