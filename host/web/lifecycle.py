"""Where a web process stands between start and end: starting, serving, draining."""

from typing import Final, Literal

from host.logs import get_logger

_log = get_logger(__name__)
Stage = Literal["starting", "serving", "draining"]
DRAIN_GRACE_S: Final = 0.25
"""Seconds in which connections accepted just before the listener closed may still bring their request."""


class Lifecycle:
    """The stage of this process; it only moves forward."""

    def __init__(self) -> None:
        self.stage: Stage = "starting"

    @property
    def draining(self) -> bool:
        """Whether new sockets are refused and each answer ends its connection."""
        return self.stage == "draining"

    def serve(self) -> None:
        """Become ready; a process that already drains stays so."""
        if self.stage == "starting":
            self.stage = "serving"

    def drain(self) -> None:
        """Stop being ready."""
        self.stage = "draining"
        _log.info("draining")
