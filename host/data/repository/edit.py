"""One edit: which row, what its editor saw, what they want; and whether somebody else was faster."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from sqlalchemy import inspect as inspect_sql
from sqlalchemy.orm.state import InstanceState

from host.data.repository.faults import FieldConflict, StaleVersionError
from host.data.repository.shape import Shape
from host.errors import ValidationError

VERSION = "version"


@final
@dataclass(frozen=True, slots=True)
class Edit:
    """What somebody wants to change.

    Args:
        seen: field → value as the editor read it; may lack fields, or all but the version.
        mine: field → new value.
    """

    key: Any
    seen: Mapping[str, Any]
    mine: Mapping[str, Any]

    def check(self, shape: Shape, row: Any) -> None:
        """Raise `StaleVersionError` if `row` is no longer the version that was seen."""
        if not shape.versioned or VERSION not in self.seen or row.version == self.seen[VERSION]:
            return
        raise StaleVersionError(shape.model, self.key, self.conflicts(shape, row), row.version)

    def conflicts(self, shape: Shape, row: Any) -> list[FieldConflict]:
        """Return what differs between what was seen and `row`."""
        compared = self.seen.keys() - {VERSION} - shape.model.unversioned
        stored = shape.values_of(row)
        return [
            FieldConflict(name, self.seen[name], stored[name], self.mine.get(name, self.seen[name]))
            for name in shape.fields
            if name in compared and stored[name] != self.seen[name]
        ]


def edit_of(shape: Shape, target: Any, changes: Mapping[str, Any], version: int | None = None) -> Edit:
    """Return the edit that a changed row, or a key with changes, stands for.

    Raises:
        ValidationError: a name is no field that can be changed, or the row was never stored.
    """
    seen: dict[str, Any] = {} if version is None else {VERSION: version}
    if not isinstance(target, shape.model):
        return Edit(target, seen, allowed(shape, changes))
    state: InstanceState[Any] = inspect_sql(target)
    if state.key is None:
        raise ValidationError(f"This {shape.model.__name__} was never stored.", remedy="Hand it to add() instead.")
    changed = set(state.committed_state)
    mine = {name: state.dict[name] for name in changed if name in state.dict} | dict(changes)
    key = state.key[1]
    before = {name: state.committed_state[name] for name in changed & shape.fields.keys()}
    seen = shape.values_of(target) | before | seen
    return Edit(key if len(key) > 1 else key[0], seen, allowed(shape, mine))


def allowed(shape: Shape, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return `changes`.

    Raises:
        ValidationError: a name is no field that can be changed.
    """
    shape.require(changes)
    fixed = changes.keys() & {*shape.key, *((VERSION,) if shape.versioned else ())}
    if fixed:
        raise ValidationError(
            f"{shape.model.__name__}.{min(fixed)} cannot be changed.", remedy="Leave keys and the version alone."
        )
    return dict(changes)
