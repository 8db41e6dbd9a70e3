"""The mapped classes and tables that this process has loaded, found by a table's name."""

from typing import Any

from sqlalchemy import Table
from sqlalchemy.orm import Mapper, configure_mappers
from sqlalchemy.orm.mapper import _all_registries


def mapped_tables() -> dict[str, Table]:
    """Return table name → table, for every table of every loaded declarative base."""
    # SQLAlchemy keeps the registries, but hands them out to itself only.
    registries = _all_registries()
    return {table.name: table for registry in registries for table in registry.metadata.tables.values()}


def mapper_of(table: Table) -> Mapper[Any] | None:
    """Return the mapper whose own table it is, the base where several classes share it; ``None`` for none."""
    configure_mappers()
    mappers = {mapper for registry in _all_registries() for mapper in registry.mappers if mapper.local_table is table}
    return next((mapper for mapper in mappers if mapper.inherits not in mappers), None)
