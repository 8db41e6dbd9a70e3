"""What a repository must know about its model, worked out once per model."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, Final, final
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Dialect, Table
from sqlalchemy import inspect as inspect_sql
from sqlalchemy.orm import InstrumentedAttribute, Mapper, Session

from host.data.rows.mixins import SoftDelete, Versioned
from host.errors import HostError, ValidationError

_WIDER: Final[Mapping[type, tuple[type, ...]]] = {float: (int, Decimal), Decimal: (int,)}
"""What is taken for a number besides its own type."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A model's key, fields and abilities.

    Args:
        key: attribute names of the primary key.
        fields: attribute name → column of every stored field.
    """

    model: type[Any]
    mapper: Mapper[Any]
    table: Table
    key: tuple[str, ...]
    fields: Mapping[str, ColumnElement[Any]]
    soft: bool
    versioned: bool

    def attribute(self, name: str) -> InstrumentedAttribute[Any]:
        """Return the field `name`; `ValidationError` names the ones that were perhaps meant."""
        self.require((name,))
        attribute: InstrumentedAttribute[Any] = getattr(self.model, name)
        return attribute

    def dialect(self, session: Session) -> Dialect:
        """Return what the database speaks in which a session keeps this model."""
        return session.get_bind(self.mapper).dialect

    def require(self, names: Iterable[str]) -> None:
        """Raise `ValidationError` unless every one is a stored field."""
        for name in names:
            if name not in self.fields:
                likely = get_close_matches(str(name), self.fields) or sorted(self.fields)
                raise ValidationError(
                    f"{self.model.__name__} has no field {name!r}.", remedy=f"Use one of: {', '.join(likely)}."
                )

    def python_type(self, name: str) -> type | None:
        """Return the type of a field's values, or ``None`` where its column type does not say."""
        try:
            found: type = self.fields[name].type.python_type
        except NotImplementedError:
            return None
        return None if found is object else found

    def fits(self, name: str, value: Any) -> bool:
        """Tell whether `value` can stand in a field: of its type, or empty where that may be."""
        wanted = self.python_type(name)
        if value is None:
            return bool(getattr(self.fields[name], "nullable", True))
        if wanted is None:
            return True
        return isinstance(value, (wanted, *_WIDER.get(wanted, ()))) and (wanted is bool or not isinstance(value, bool))

    def key_of(self, row: Any) -> Any:
        """Return the row's id: the value of a one-column key, else a tuple."""
        values = tuple(getattr(row, name) for name in self.key)
        return values[0] if len(values) == 1 else values

    def key_in(self, row: Mapping[str, Any]) -> Any:
        """Return the row's id, of a row given as column → value."""
        values = tuple(row[column.key] for column in self.table.primary_key)
        return values[0] if len(values) == 1 else values

    def require_key(self, key: Any) -> None:
        """Raise `ValidationError` unless `key` has as many values as the primary key, none of them empty."""
        values = key if isinstance(key, tuple) else (key,)
        if len(values) != len(self.key) or None in values:
            named = ", ".join(self.key)
            raise ValidationError(f"{key!r} is no key of {self.model.__name__}.", remedy=f"Hand over ({named}).")

    def values_of(self, row: Any) -> dict[str, Any]:
        """Return field name → value of what is loaded of `row`, without asking the database."""
        loaded = inspect_sql(row).dict
        return {name: loaded[name] for name in self.fields if name in loaded}


_KNOWN: Final[WeakKeyDictionary[type[Any], Shape]] = WeakKeyDictionary()


def shape_of(model: type[Any]) -> Shape:
    """Return what a repository must know about `model`.

    Raises:
        HostError: it is stored in several tables, or its own ``__mapper_args__`` hide those of `Versioned`.
    """
    known = _KNOWN.get(model)
    if known is None:
        known = _KNOWN[model] = _worked_out(model)
    return known


def _worked_out(model: type[Any]) -> Shape:
    mapper: Mapper[Any] = inspect_sql(model)
    versioned = issubclass(model, Versioned)
    if versioned and mapper.version_id_col is None:
        raise HostError(
            f"{model.__name__} takes on Versioned, but its __mapper_args__ leave out the version.",
            remedy='Add "version_id_col": cls.version, "version_id_generator": False to them.',
        )
    table = mapper.local_table
    if not isinstance(table, Table) or len(mapper.tables) > 1:
        raise HostError(
            f"{model.__name__} is stored in more than one table.", remedy="Give the repository a model of one."
        )
    key = tuple(mapper.get_property_by_column(column).key for column in table.primary_key)
    fields = {attribute.key: attribute.columns[0] for attribute in mapper.column_attrs}
    return Shape(model, mapper, table, key, fields, issubclass(model, SoftDelete), versioned)
