"""What is known of a snapshot: how it was verified, or why there is none."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import final


class SnapshotError(Exception):
    """A copy could not be made, or is not what it should be."""


@final
@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verified copy holds.

    Args:
        how: it was verified.
        rows: table → number of rows; empty where they were not counted.
    """

    how: str
    rows: Mapping[str, int]
