"""Limits on what a browser may send over its WebSocket; each violation closes that socket with its own code."""

import time
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from host.web.standing import Ending
from host.web.wire import Wire

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Clock = Callable[[], float]

UNSUPPORTED_DATA: Final = 1003
POLICY_VIOLATION: Final = 1008
MESSAGE_TOO_BIG: Final = 1009
NORMAL_CLOSURE: Final = 1000
BAD_FRAMES: Final = frozenset({1002, UNSUPPORTED_DATA, 1007, POLICY_VIOLATION, MESSAGE_TOO_BIG})
"""Codes of sockets that were closed for what the browser sent, by the gate, the server or Streamlit."""


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


def _any(_: bytes) -> bool:
    """Let every frame pass."""
    return True


class GuardedSocket:
    """The `receive` and `send` of one WebSocket behind the limits; `code` is how it ended.

    Args:
        arrived: told each frame of the browser that keeps the limits; says whether it may pass.
        wire: the connection below, where the server tells about it.
    """

    def __init__(
        self,
        receive: Receive,
        send: Send,
        limits: FrameLimits,
        arrived: Callable[[bytes], bool] = _any,
        wire: Wire | None = None,
    ) -> None:
        self._receive = receive
        self._send = send
        self._limits = limits
        self._arrived = arrived
        self._wire = wire
        self._rate = FrameRate(limits.max_per_s)
        self.code: int | None = None
        self.ended: Ending | None = None

    async def receive(self) -> Message:
        """Pass on an admissible message; otherwise close the socket and report a disconnect to the app."""
        message = await self._receive()
        if message["type"] == "websocket.disconnect":
            self.code = message.get("code", NORMAL_CLOSURE)
        if message["type"] != "websocket.receive":
            return message
        ending = self.ended or self._fault(message)
        if ending is not None:
            await self.end(ending)
            return {"type": "websocket.disconnect", "code": ending.code, "reason": ending.reason}
        return message

    async def send(self, message: Message) -> None:
        """Pass on what the app sends while its reader may stay; afterwards the connection counts as broken."""
        if message["type"] == "websocket.close" and self.ended is None:
            self.code = message.get("code", NORMAL_CLOSURE)
            await self._send(message)
            return
        if self._wire is not None:
            # Waited for here: between the look at whether it may leave and the write nothing else may happen.
            await self._wire.writable.wait()
        if self.ended is not None:
            await self.end(self.ended)
            raise OSError(self.ended.reason)
        await self._send(message)

    def forbid(self, ending: Ending) -> None:
        """Let no frame pass from now on."""
        self.ended = self.ended or ending

    async def end(self, ending: Ending) -> None:
        """Close the socket; frames that a slow reader has not fetched yet are dropped with the connection."""
        self.forbid(ending)
        if self.code is not None:
            return
        self.code = ending.code
        if self._wire is not None and self._wire.waiting():
            self._wire.abort()
            return
        with suppress(OSError):  # the browser is gone already
            await self._send({"type": "websocket.close", "code": ending.code, "reason": ending.reason})

    def _fault(self, message: Message) -> Ending | None:
        if not self._rate.admit():
            return Ending(POLICY_VIOLATION, "too many messages")
        data = message.get("bytes")
        if data is None:
            return Ending(UNSUPPORTED_DATA, "text frames are not spoken here")
        if len(data) > self._limits.max_bytes:
            return Ending(MESSAGE_TOO_BIG, "message too big")
        if not self._arrived(data):
            return Ending(POLICY_VIOLATION, "no page sends this")
        return None
