"""Counts uploaded bytes as they arrive; whatever a request says about its own length, it gets no further than this."""

from collections.abc import Callable
from typing import Final

from host.web import scope as scopes
from host.web.refusal import Refusal
from host.web.websocket import Message, Receive

PREFIX: Final = "/_stcore/upload_file/"
TOO_BIG: Final = Refusal(413, "too_big")
TOO_MUCH: Final = Refusal(429, "too_much_uploaded")
_ENVELOPE: Final = 64 * 1024
"""Bytes of a request around its file: the multipart head and foot."""

Tell = Callable[[Refusal], None]
Count = Callable[[int], bool]
"""Takes a number of bytes that arrived; tells whether they are within the quota."""


class GuardedUpload:
    """The `receive` of one upload; nothing more is read once it goes too far.

    Args:
        most: bytes of one file.
        count: the quota of the sign-in.
        tell: told what to answer instead.
    """

    def __init__(self, receive: Receive, most: int, count: Count, tell: Tell) -> None:
        self._receive = receive
        self._left = most + _ENVELOPE
        self._count = count
        self._tell = tell
        self._refused = False

    async def receive(self) -> Message:
        """Pass on what arrives; beyond the limits, report to the app that the browser is gone."""
        if not self._refused:
            message = await self._receive()
            self._judge(len(message.get("body", b"")))
            if not self._refused:
                return message
        return {"type": "http.disconnect"}

    def refuse(self, refusal: Refusal) -> None:
        """Read nothing more and answer `refusal`."""
        self._refused = True
        self._tell(refusal)

    def _judge(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            self.refuse(TOO_BIG)
        elif size and not self._count(size):
            self.refuse(TOO_MUCH)


def announced_too_big(scope: scopes.Scope, most: int) -> bool:
    """Tell whether a request says itself that it is too big; what it doesn't say is counted all the same."""
    length = scopes.only(scope, "content-length")
    return length is not None and length.isdigit() and int(length) > most + _ENVELOPE
