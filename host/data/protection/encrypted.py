"""The column type `Encrypted`: what the database holds is a token, what the program sees is the value."""

from contextlib import suppress
from typing import Any, ClassVar, Final, final

from sqlalchemy import Column, ColumnElement, Dialect, String, Text
from sqlalchemy.sql import operators
from sqlalchemy.types import TypeDecorator, TypeEngine, to_instance

from host.data.protection.ciphers import cipher_of
from host.data.protection.codecs import codec_for
from host.data.protection.faults import EncryptedColumnError, EncryptedValueError, no_text
from host.data.protection.place import bind_once, bind_to_column, required

_ABOUT_NULL: Final = {operators.is_, operators.is_not}
_EQUALITY: Final = {operators.eq, operators.ne}


class _NoComparison(TypeEngine.Comparator[Any]):
    """Two tokens of one value differ, so the database can compare them with nothing but NULL."""

    def operate(self, op: Any, *other: Any, **options: Any) -> Any:
        # SQLAlchemy's own dictionaries of columns ask whether a column is itself.
        about_itself = op in _EQUALITY and (other[0] is None or _is_it(other[0], self.expr))
        if op in _ABOUT_NULL or about_itself:
            return super().operate(op, *other, **options)
        raise _incomparable(self.expr, op)

    def reverse_operate(self, op: Any, other: Any, **options: Any) -> Any:
        raise _incomparable(self.expr, op)


@final
class Encrypted(TypeDecorator[Any]):
    """Encrypts a column with AES-256-GCM: ``mapped_column(Encrypted(String(200), pii="email"))``.

    The table's column is `Text`. ``NULL`` stays ``NULL``. A token is bound to its table and column, not to its row.

    Args:
        kind: what the program sees: ``String``, ``JSON``, ``Date``, ``UtcDateTime``, ``Integer``, ``Numeric``, ….
        pii: kind of personal data, which decides how the value is masked; empty for none.
        bound_to: ``table.column`` that the tokens are bound to, by default the column itself. After renaming a table or
            column, name the old place here.
    """

    impl = Text
    cache_ok = True
    comparator_factory = _NoComparison
    audit_as_stored: ClassVar[bool] = True
    """The audit keeps the token, never the value."""

    def __init__(self, kind: TypeEngine[Any] | type[TypeEngine[Any]], pii: str = "", bound_to: str = "") -> None:
        super().__init__()
        self.kind: TypeEngine[Any] = to_instance(kind)
        self.pii = pii
        self.bound_to = bound_to
        self._fixed = bool(bound_to)
        self._codec = codec_for(self.kind)

    def copy(self, **_: Any) -> "Encrypted":
        """Return the same type; as part of another column it will be bound to that one."""
        copied = Encrypted(self.kind, self.pii, self.bound_to)
        copied._fixed = self._fixed
        return copied

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Encrypt what is written."""
        if value is None:
            return None
        where = required(self.bound_to)
        return cipher_of(dialect).encrypt(self._dumped(value, where), where)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Decrypt what is read."""
        if value is None:
            return None
        return self._codec.load(cipher_of(dialect).decrypt(value, required(self.bound_to)))

    def _set_parent(self, parent: Any, outer: bool = False, **options: Any) -> None:
        super()._set_parent(parent, outer=outer, **options)
        bind_to_column(self, parent, self._attached)

    def _attached(self, column: Column[Any], place: str) -> None:
        if self.pii:
            column.info.setdefault("pii", self.pii)
        bind_once(self, place)

    def process_literal_param(self, value: Any, dialect: Dialect) -> str:
        """Refuse to write the value into a statement's text."""
        raise EncryptedColumnError(f"{self.bound_to} is encrypted and cannot stand in a statement's text.")

    def compare_values(self, x: Any, y: Any) -> bool:
        """Tell whether two values are the same to the program."""
        return bool(x == y)

    def _dumped(self, value: Any, where: str) -> bytes:
        longest = self.kind.length if isinstance(self.kind, String) else None
        if not isinstance(value, self._codec.python):
            wanted = " or ".join(kind.__name__ for kind in self._codec.python)
            raise EncryptedValueError(f"{where} takes {wanted}, not {type(value).__name__}.")
        if longest is not None and isinstance(value, str) and len(value) > longest:
            raise EncryptedValueError(f"{where} takes {longest} characters, not {len(value)}.", remedy="Shorten it.")
        with suppress(UnicodeEncodeError):
            return self._codec.dump(value)
        # Raised out here: that error holds the whole value.
        raise no_text(where)


def _is_it(other: Any, expression: Any) -> bool:
    return isinstance(other, ColumnElement) and hash(other) == hash(expression)


def _incomparable(expression: Any, operator: Any) -> EncryptedColumnError:
    place = expression.type.bound_to
    what = f"{place} is encrypted: the database cannot compare or sort it ({getattr(operator, '__name__', operator)})."
    name = place.rpartition(".")[2]
    remedy = f'Add a column {name}_index of type BlindIndex("{name}") and ask for equality there.'
    return EncryptedColumnError(what, remedy=remedy)
