"""The answer to one HTTP request on its way out: headers added, and cut off once its reader may not have it."""

from collections.abc import Awaitable, Callable
from typing import Any

from host.web.refusal import Refusal
from host.web.scope import RawHeaders
from host.web.standing import Ending
from host.web.websocket import Message, Send


class ReaderGoneError(OSError):
    """The rest of an answer may not be sent: its reader was signed out or may do less now."""


class GuardedAnswer:
    """The `send` of one request.

    Args:
        dress: adds the headers that each answer carries.
        objection: asked before the first byte (``True``) and before each further part, with why the reader may not have
            it any more, if so; what to answer instead.
    """

    def __init__(
        self,
        send: Send,
        dress: Callable[[Any], RawHeaders],
        objection: Callable[[bool, Ending | None], Awaitable[Refusal | None]],
    ) -> None:
        self._send = send
        self._dress = dress
        self._objection = objection
        self._ended: Ending | None = None
        self._cut = False
        self.status = 500
        self.started = False
        self.instead: Refusal | None = None
        """What is answered instead of what the app says; the app's own words go nowhere then."""

    async def send(self, message: Message) -> None:
        """Pass on what the app sends.

        Raises:
            ReaderGoneError: in the middle of an answer.
        """
        if self.instead is None:
            await self._judge(first=message["type"] == "http.response.start")
        if self.instead is None:
            await self.say(message)

    def forbid(self, ending: Ending) -> None:
        """Let nothing more pass, unless the objection allows it."""
        self._ended = self._ended or ending

    async def end(self, ending: Ending) -> None:
        """Leave it to the next part: an answer that waits for nothing is over soon."""
        self.forbid(ending)

    async def say(self, message: Message) -> None:
        """Send without asking."""
        if message["type"] == "http.response.start":
            self.status, self.started = message["status"], True
            message["headers"] = self._dress(message.get("headers", ()))
        await self._send(message)

    async def _judge(self, *, first: bool) -> None:
        refusal = None if self._cut else await self._objection(first, self._ended)
        if refusal is not None and first:
            self.instead = refusal
        elif refusal is not None or self._cut:
            self._cut = True
            raise ReaderGoneError(refusal.code if refusal is not None else "cut")
