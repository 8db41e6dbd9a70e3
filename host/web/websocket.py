"""Limits on what a browser may send over its WebSocket; each violation closes that socket with its own code."""

import time
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any, Final

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Clock = Callable[[], float]

UNSUPPORTED_DATA: Final = 1003
POLICY_VIOLATION: Final = 1008
MESSAGE_TOO_BIG: Final = 1009
NORMAL_CLOSURE: Final = 1000


class FrameRate:
    """A token bucket: `per_s` messages a second, with one second's worth of burst."""

    def __init__(self, per_s: float, clock: Clock = time.monotonic) -> None:
        self._per_s = per_s
        self._clock = clock
        self._tokens = per_s
        self._last = clock()

    def admit(self) -> bool:
        """Take one token; ``False`` when there is none left."""
        now = self._clock()
        self._tokens = min(self._per_s, self._tokens + (now - self._last) * self._per_s)
        self._last = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


@dataclass(frozen=True, slots=True)
class FrameLimits:
    """What a socket may send.

    Args:
        max_bytes: size of one message.
        max_per_s: messages a second.
    """

    max_bytes: int
    max_per_s: float


class GuardedSocket:
    """The `receive` and `send` of one WebSocket behind the limits; `code` is how it ended."""

    def __init__(self, receive: Receive, send: Send, limits: FrameLimits) -> None:
        self._receive = receive
        self._send = send
        self._limits = limits
        self._rate = FrameRate(limits.max_per_s)
        self.code: int | None = None
        self.violation: str | None = None

    async def receive(self) -> Message:
        """Pass on an admissible message; otherwise close the socket and report a disconnect to the app."""
        message = await self._receive()
        if message["type"] == "websocket.disconnect":
            self.code = message.get("code", NORMAL_CLOSURE)
        if message["type"] != "websocket.receive":
            return message
        fault = self._fault(message)
        return message if fault is None else await self._close(*fault)

    async def send(self, message: Message) -> None:
        """Pass on what the app sends; after a violation the connection counts as broken."""
        if self.violation is not None:
            raise OSError(self.violation)
        if message["type"] == "websocket.close":
            self.code = message.get("code", NORMAL_CLOSURE)
        await self._send(message)

    def _fault(self, message: Message) -> tuple[int, str] | None:
        if not self._rate.admit():
            return POLICY_VIOLATION, "too many messages"
        data = message.get("bytes")
        if data is None:
            return UNSUPPORTED_DATA, "text frames are not spoken here"
        if len(data) > self._limits.max_bytes:
            return MESSAGE_TOO_BIG, "message too big"
        return None

    async def _close(self, code: int, reason: str) -> Message:
        self.code, self.violation = code, reason
        await self._send({"type": "websocket.close", "code": code, "reason": reason})
        return {"type": "websocket.disconnect", "code": code, "reason": reason}
