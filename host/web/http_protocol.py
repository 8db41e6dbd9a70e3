"""The server's HTTP protocol with a bound on how long a connection may stay without asking for anything."""

import asyncio
from typing import Any, Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

HEAD_S: Final = 30.0
"""Seconds within which a connection must have sent a whole request head."""


class BoundedHttp(H11Protocol):
    """One connection; the implementation that takes request heads of bounded size only."""

    head_s: float = HEAD_S

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._seen: RequestResponseCycle | None = None
        self._look: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, and look at it now and then."""
        super().connection_made(transport)
        self._look = self.loop.call_later(self.head_s, self._end_if_silent)

    def connection_lost(self, exc: Exception | None) -> None:
        """Look no more."""
        self._stop_looking()
        super().connection_lost(exc)

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """Hand the connection over; a look that stayed planned would keep what is left of it in memory."""
        self._stop_looking()
        super().handle_websocket_upgrade(event)

    def _stop_looking(self) -> None:
        if self._look is not None:
            self._look.cancel()
            self._look = None

    def _end_if_silent(self) -> None:
        if self.transport.is_closing():
            return
        latest: RequestResponseCycle | None = self.cycle
        if latest is self._seen and (latest is None or latest.response_complete):
            self.transport.close()
            return
        self._seen = latest
        self._look = self.loop.call_later(self.head_s, self._end_if_silent)
