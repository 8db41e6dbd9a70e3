"""What can go wrong with a repository, told with the row and the fields it concerns."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, final

from host.errors import HostError, ValidationError


class NotFoundError(HostError):
    """No live row has this key."""

    user_message = "This entry is not there, or no longer."
    exit_code = 3

    def __init__(self, model: type[Any], key: object) -> None:
        self.model = model
        self.key = key
        super().__init__(f"{model.__name__} {key!r} is not there.", remedy="Look whether it was deleted meanwhile.")


@final
@dataclass(frozen=True, slots=True)
class FieldConflict:
    """One field that somebody else changed meanwhile.

    Args:
        field: the model's attribute.
        seen: the value this editor started from.
        theirs: the value that is stored now.
        mine: the value this editor wants; the same as `seen` where they didn't touch it.
    """

    field: str
    seen: Any
    theirs: Any
    mine: Any


class StaleVersionError(HostError):
    """Somebody else edited the row since it was read; `conflicts` tells what they changed.

    Args:
        conflicts: the fields that differ from what this editor saw; empty where only the version was handed over.
        version: the version that is stored now.
    """

    user_message = "Somebody else changed this meanwhile. Please look at the new values."

    def __init__(self, model: type[Any], key: object, conflicts: Sequence[FieldConflict], version: int) -> None:
        self.model = model
        self.key = key
        self.conflicts = tuple(conflicts)
        self.version = version
        fields = ", ".join(conflict.field for conflict in conflicts) or "fields unknown"
        super().__init__(
            f"{model.__name__} {key!r} was changed by somebody else: {fields}.",
            remedy="Read it again and repeat the change on the new values.",
        )


class RestoreConflictError(HostError):
    """A live row has taken the place of one that was to be restored."""

    user_message = "This cannot be brought back: something else has taken its place, such as its number."
    exit_code = 3

    def __init__(self, model: type[Any], batch: object) -> None:
        self.model = model
        self.batch = batch
        super().__init__(
            f"Rows of {model.__name__} deleted under {batch} cannot be restored beside the live ones.",
            remedy="Rename or delete the live row first.",
        )


class CursorError(ValidationError):
    """A page was asked for with a cursor that was not made for this listing."""

    user_message = "This page of the list cannot be found. Please start from the first page."
