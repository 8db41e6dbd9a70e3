"""Distributions of durations in few numbers: logarithmic buckets that merge by adding."""

import math
from collections.abc import Mapping
from typing import Final, final

PER_OCTAVE: Final = 4
"""Buckets between a duration and its double."""
RELATIVE_ERROR: Final = 2 ** (1 / (2 * PER_OCTAVE)) - 1
"""A quantile is at most this share above or below the true one (9.1 %): a bucket answers with its geometric middle."""
_SMALLEST_S: Final = 1e-6
_LAST: Final = PER_OCTAVE * 40
_SCALE: Final = 1 / _SMALLEST_S


def bucket_of(seconds: float) -> int:
    """Return the bucket of a duration; everything below a microsecond shares the first one."""
    scaled = seconds * _SCALE
    return 0 if scaled <= 1 else min(_LAST, int(math.log2(scaled) * PER_OCTAVE))


@final
class Histogram:
    """Counts per bucket.

    Args:
        counts: bucket → how many; taken over, not copied.
    """

    __slots__ = ("counts",)

    def __init__(self, counts: dict[int, int] | None = None) -> None:
        self.counts: Final = {} if counts is None else counts

    def merge(self, other: "Histogram") -> None:
        """Add the counts of `other`; the order of merges makes no difference."""
        for bucket, count in other.counts.items():
            self.counts[bucket] = self.counts.get(bucket, 0) + count

    def quantile(self, share: float) -> float:
        """Return the duration in seconds that `share` (0 to 1) of all do not exceed; 0 when nothing was counted."""
        rank = max(1, math.ceil(share * sum(self.counts.values())))
        seen = 0
        for bucket in sorted(self.counts):
            seen += self.counts[bucket]
            if seen >= rank:
                return float(_SMALLEST_S * 2 ** ((bucket + 0.5) / PER_OCTAVE))
        return 0.0

    def encode(self) -> dict[str, int]:
        """Return what a JSON column holds."""
        return {str(bucket): count for bucket, count in self.counts.items()}

    @classmethod
    def decode(cls, stored: Mapping[str, int]) -> "Histogram":
        """Return the histogram that `encode` wrote."""
        return cls({int(bucket): count for bucket, count in stored.items()})
