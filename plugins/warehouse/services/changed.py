"""What somebody else changed while an editor had the same record open."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from host import FieldConflict, StaleVersionError
from plugins.warehouse.faults import Fault, InputError


class ChangedMeanwhileError(InputError):
    """Somebody else saved first; nothing was overwritten.

    Args:
        name: of the record, as people know it.
        conflicts: the fields that are no longer what the editor saw.
    """

    def __init__(self, name: str, conflicts: Sequence[FieldConflict]) -> None:
        self.name = name
        self.conflicts = tuple(conflicts)
        super().__init__(Fault("warehouse.error.changed_meanwhile", "", {"name": name}))

    def __reduce__(self) -> tuple[type["ChangedMeanwhileError"], tuple[str, Sequence[FieldConflict]]]:  # type: ignore[override]
        """Travel between processes with the conflicts."""
        return type(self), (self.name, self.conflicts)


@contextmanager
def told_apart(name: str) -> Iterator[None]:
    """Turn the repository's refusal of a stale record into a `ChangedMeanwhileError`."""
    try:
        yield
    except StaleVersionError as error:
        raise ChangedMeanwhileError(name, error.conflicts) from error
