"""Many at once: `IN` of any size, keys that are loaded together, rows that stream past."""

from host.data.batches.loader import BatchLoader
from host.data.batches.membership import in_any
from host.data.batches.stream import streaming

__all__ = ["BatchLoader", "in_any", "streaming"]
