"""The column type `BlindIndex`: finds equal values of an encrypted column and keeps them unique."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, ClassVar, Final, Literal, final

from sqlalchemy import Column, Dialect, String, bindparam, or_
from sqlalchemy.sql import operators
from sqlalchemy.types import TypeDecorator, TypeEngine

from host.data.protection.ciphers import cipher_of
from host.data.protection.faults import EncryptedColumnError, no_text
from host.data.protection.place import bind_once, bind_to_column, required
from host.security.keys import MOST_INDEX_KEYS

Normal = Literal["text", "exact", "phone", "iban"]


def _text(value: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", value).casefold().split())


def _phone(value: str) -> str:
    plus = "+" if value.strip().startswith(("+", "00")) else ""
    digits = re.sub(r"\D", "", value)
    return plus + (digits[2:] if value.strip().startswith("00") else digits)


_NORMAL: Final[dict[Normal, Callable[[str], str]]] = {
    "text": _text,
    "exact": str,
    "phone": _phone,
    "iban": lambda value: re.sub(r"\s", "", value).upper(),
}
_ABOUT_NULL: Final = {operators.is_, operators.is_not}


class BlindToken(str):
    """An index as it stands in the database; written back as it is."""

    __slots__ = ()


class _Equality(TypeEngine.Comparator[Any]):
    """Compares with the indexes under every key that is still there, so that a rotation is never noticed."""

    def operate(self, op: Any, *other: Any, **options: Any) -> Any:
        if op in _ABOUT_NULL or (other and other[0] is None):
            return super().operate(op, *other, **options)
        if op is operators.eq and not hasattr(other[0], "__clause_element__"):
            return _same(self.expr, other[0])
        if op is operators.in_op:
            return or_(*(_same(self.expr, each) for each in other[0]))
        what = f"{self.expr} is a blind index: it can be asked for equality with a value only."
        raise EncryptedColumnError(what, remedy="Use == or in_() with values.")


def _same(expression: Any, value: Any) -> Any:
    slots = (_Slot(expression.type, number) for number in range(MOST_INDEX_KEYS))
    values = [bindparam(None, value, type_=slot, unique=True) for slot in slots]
    return TypeEngine.Comparator(expression).operate(operators.in_op, values)


@final
class BlindIndex(TypeDecorator[Any]):
    """Holds the HMAC of another column's value: ``email_index = mapped_column(BlindIndex("email"), unique=True)``.

    It is filled whenever the other column is written, through the ORM or without. ``Model.email_index ==
    "a@example.com"`` finds the value, whichever key it was written with.

    Args:
        of: name of the column whose values it finds; texts only.
        normal: what counts as equal: ``text`` ignores case and blanks around, ``phone`` and ``iban`` the ways to write
            them, ``exact`` nothing.
        bound_to: ``table.column`` that the indexes are bound to; the other column itself.
    """

    impl = String(64)
    cache_ok = True
    comparator_factory = _Equality
    audit_as_stored: ClassVar[bool] = True
    """The audit keeps the token, never the value."""

    def __init__(self, of: str, normal: Normal = "text", bound_to: str = "") -> None:
        super().__init__()
        self.of = of
        self.normal = normal
        self.bound_to = bound_to
        self._fixed = bool(bound_to)

    def copy(self, **_: Any) -> "BlindIndex":
        """Return the same type; as part of another table it will be bound to that one."""
        copied = BlindIndex(self.of, self.normal, self.bound_to)
        copied._fixed = self._fixed
        return copied

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Make the index of the value that is written, with the current key."""
        if value is None or isinstance(value, BlindToken):
            return value
        return cipher_of(dialect).index(self.normalised(value), required(self.bound_to))

    def process_result_value(self, value: str | None, dialect: Dialect) -> BlindToken | None:
        """Return the index itself."""
        return None if value is None else BlindToken(value)

    def normalised(self, value: str) -> str:
        """Return what all values that count as equal have in common."""
        if not isinstance(value, str):
            raise EncryptedColumnError(f"{self.of} holds {type(value).__name__}: a blind index finds texts only.")
        normalised = _NORMAL[self.normal](value)
        with suppress(UnicodeEncodeError):
            normalised.encode()
            return normalised
        # Raised out here: that error holds the whole value.
        raise no_text(self.bound_to or self.of)

    def _set_parent(self, parent: Any, outer: bool = False, **options: Any) -> None:
        super()._set_parent(parent, outer=outer, **options)
        bind_to_column(self, parent, self._attached)

    def _attached(self, column: Column[Any], _: str) -> None:
        bind_once(self, f"{column.table.name}.{self.of}")


@final
class _Slot(TypeDecorator[Any]):
    """One of the keys that a value may be indexed with: the current one is the first; missing ones repeat it."""

    impl = String(64)
    cache_ok = True

    def __init__(self, kind: BlindIndex, number: int) -> None:
        super().__init__()
        self.kind = kind
        self.number = number

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Make the index of the value that is looked for."""
        if value is None or isinstance(value, BlindToken):
            return value
        found = cipher_of(dialect).indexes(self.kind.normalised(value), required(self.kind.bound_to))
        return found[self.number] if self.number < len(found) else found[0]


def blind_indexes(columns: Iterable[Column[Any]]) -> dict[str, list[Column[Any]]]:
    """Return column name → the blind indexes over it."""
    found: dict[str, list[Column[Any]]] = {}
    for column in columns:
        if isinstance(column.type, BlindIndex):
            found.setdefault(column.type.of, []).append(column)
    return found
