"""What a check of the chain found."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, final

FaultKind = Literal["changed", "reordered", "missing", "cut", "anchor", "key"]
LISTED: Final = 100
"""Faults that are named; of the rest only the number is kept."""


@final
@dataclass(frozen=True, slots=True)
class ChainFault:
    """One thing that is not as it was written.

    Args:
        kind: ``changed`` (its content or mac isn't what was written, or it was never written by the app),
            ``reordered`` (its place in the chain isn't the one it was sealed at), ``missing`` (records were removed),
            ``cut`` (the end was removed), ``anchor`` (the anchor file itself), ``key`` (its key isn't there).
        what: one line for people, which names the record.
        seq: place in the chain, where there is one.
        id: the record's id, where there is one.
    """

    kind: FaultKind
    what: str
    seq: int | None = None
    id: int | None = None


@final
@dataclass(frozen=True, slots=True)
class Verification:
    """The outcome.

    Args:
        records: how many were read.
        unsealed: how many of them have no place in the chain yet; only their content was checked.
        head: place of the last sealed record.
        anchors: lines of the anchor file that were compared.
        fault_count: all faults; `faults` holds the first ones.
        at: when it began, as ISO text in UTC.
    """

    records: int
    unsealed: int
    head: int
    anchors: int
    fault_count: int
    faults: tuple[ChainFault, ...]
    at: str
    seconds: float

    @property
    def sound(self) -> bool:
        """Whether nothing was found."""
        return not self.fault_count

    def as_json(self) -> Mapping[str, Any]:
        """Return it for JSON."""
        return {"sound": self.sound, **asdict(self)}
