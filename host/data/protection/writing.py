"""Keeps blind indexes in step with their columns in every statement, and refuses to write past the encryption."""

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from weakref import WeakKeyDictionary

from sqlalchemy import BindParameter, Column, Insert, Table, Update, bindparam
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.types import NullType

from host.data.protection.blind_index import blind_indexes
from host.data.protection.encrypted import Encrypted
from host.data.protection.faults import EncryptedColumnError

Parameters = Mapping[str, Any]
_SUFFIX: Final = "_blind"


class _Protected:
    """What of one table a statement must mind."""

    def __init__(self, table: Table) -> None:
        self.encrypted: Final = {column.key for column in table.columns if isinstance(column.type, Encrypted)}
        by_name = {column.name: column.key for column in table.columns}
        self.indexes: Final[dict[str, list[Column[Any]]]] = {
            by_name.get(of, of): columns for of, columns in blind_indexes(table.columns).items()
        }


_known: Final[WeakKeyDictionary[Table, _Protected]] = WeakKeyDictionary()


def before_execute(
    _: Any, element: Any, many: Sequence[Parameters], one: Parameters, __: Any
) -> tuple[Any, Sequence[Parameters], Parameters]:
    """Complete a statement that writes to a protected table; SQLAlchemy's event of the same name."""
    if not isinstance(element, Insert | Update) or not isinstance(element.table, Table):
        return element, many, one
    table = element.table
    protected = _known.get(table) or _known.setdefault(table, _Protected(table))
    if not protected.encrypted and not protected.indexes:
        return element, many, one
    _refuse_select(element, protected)
    element, names = _completed(element, protected)
    return element, [_filled(each, protected, names) for each in many], _filled(one, protected, names)


def _filled(parameters: Parameters, protected: _Protected, names: Sequence[str]) -> Parameters:
    added = {
        index.key: parameters[key]
        for key, indexes in protected.indexes.items()
        if key in parameters
        for index in indexes
    }
    named = {name + _SUFFIX: parameters[name] for name in names if name in parameters}
    return {**parameters, **added, **named} if added or named else parameters


def _completed(element: Any, protected: _Protected) -> tuple[Any, list[str]]:
    """Return the statement with the indexes of the values in it, and the parameters whose indexes it also takes."""
    names: list[str] = []
    given = element._values or {}
    added = dict(_indexes_of(_plain(given), protected, names))
    if added:
        element = element.values(added)
    if getattr(element, "_multi_values", None):
        element = _many_rows(element, protected)
    if getattr(element, "_post_values_clause", None) is not None:
        element = _upserting(element, protected, names)
    return element, names


def _plain(values: Mapping[Any, Any]) -> dict[str, Any]:
    return {getattr(key, "key", key): value for key, value in values.items()}


def _indexes_of(values: Mapping[str, Any], protected: _Protected, names: list[str]) -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        if key in protected.encrypted:
            _refuse_expression(key, value)
        for index in protected.indexes.get(key, ()):
            if index.key not in values:
                yield index.key, _index_of(value, index, names)


def _index_of(value: Any, index: Column[Any], names: list[str]) -> Any:
    if not isinstance(value, BindParameter):
        return value
    if value.required:
        names.append(value.key)
        return bindparam(value.key + _SUFFIX, type_=index.type)
    return bindparam(None, value.value, type_=index.type, unique=True)


def _many_rows(element: Any, protected: _Protected) -> Any:
    rows = [
        row
        if isinstance(row, Mapping)
        else dict(zip((column.key for column in element.table.columns), row, strict=False))
        for rows in element._multi_values
        for row in rows
    ]
    plain = [_plain(row) for row in rows]
    completed = [{**row, **dict(_indexes_of(row, protected, []))} for row in plain]
    bare = element._generate()
    bare._multi_values = ()
    return bare.values(completed)


def _upserting(element: Any, protected: _Protected, names: list[str]) -> Any:
    clause = element._post_values_clause
    given = getattr(clause, "update_values_to_set", None) or {}
    values = _plain(given)
    added = {}
    for key, value in values.items():
        excluded = getattr(getattr(value, "table", None), "name", None) == "excluded"
        if key in protected.encrypted and not excluded:
            _refuse_expression(key, value)
        for index in protected.indexes.get(key, ()):
            if index.key not in values:
                added[index] = element.excluded[index.key] if excluded else _index_of(value, index, names)
    if not added:
        return element
    element, clause = element._generate(), copy.copy(clause)
    clause.update_values_to_set = {**given, **added}
    element._post_values_clause = clause
    return element


def _refuse_select(element: Any, protected: _Protected) -> None:
    taken = {getattr(name, "key", name) for name in getattr(element, "_select_names", None) or ()}
    if getattr(element, "select", None) is not None and taken & protected.encrypted:
        _refuse(", ".join(sorted(taken & protected.encrypted)))


def _refuse_expression(key: str, value: Any) -> None:
    # SQLAlchemy gives a value its column's type; one that has another was made to go past it.
    other = isinstance(value, BindParameter) and not isinstance(value.type, Encrypted | NullType)
    if other or (isinstance(value, ClauseElement) and not isinstance(value, BindParameter)):
        _refuse(key)


def _refuse(key: str) -> None:
    what = f"{key} is encrypted: it takes values from the program, not what the database computes or copies."
    raise EncryptedColumnError(what, remedy="Read the values, change them in the program, and write them back.")
