"""Retention: what is old goes or loses its personal data, unless a legal hold or another row needs it.

The counting and the doing select by the same statement at one moment, so a dry run says exactly what a run does.
"""

from host.data.retention.cleaner import Cleaner, Due
from host.data.retention.holds import Hold, HoldBook
from host.data.retention.policies import Policy, in_order

__all__ = ["Cleaner", "Due", "Hold", "HoldBook", "Policy", "in_order"]
