"""The performance monitor: what the app asks of its database, how long that takes, and what would make it faster."""

from host.data.monitor.findings import NPlusOne, NPlusOneError
from host.data.monitor.monitor import Monitor
from host.data.monitor.tally import Tally, current_tally

__all__ = ["Monitor", "NPlusOne", "NPlusOneError", "Tally", "current_tally"]
