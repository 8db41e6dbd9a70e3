"""The open WebSockets of this process: each leaves as soon as who is behind it may not stay."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import Future
from contextlib import asynccontextmanager, suppress
from typing import Final

from anyio import to_thread

from host.data import ChangeFeed
from host.kernel.acknowledged import AUTH_TOPIC
from host.web.standing import Ending, Seat, Standing
from host.web.websocket import GuardedSocket

LOOK_EVERY_S: Final = 3.0
"""Seconds between two looks at every socket, for what time itself changes: idle sessions, roles that expire."""
ANSWER_WITHIN_S: Final = 5.0
"""Seconds that the event loop gets to take note of a change; later, the change counts as not taken."""


class OpenSockets:
    """Which sockets are open, and for whom."""

    def __init__(self, standing: Standing) -> None:
        self._standing = standing
        self._open: dict[GuardedSocket, Seat] = {}
        self._per_session: Counter[str] = Counter()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._leaving: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._open)

    def of_session(self, session: str) -> int:
        """Return how many sockets of a sign-in session are open."""
        return self._per_session[session]

    def add(self, socket: GuardedSocket, seat: Seat) -> None:
        """Take an opened socket in."""
        self._open[socket] = seat
        self._per_session[seat.session] += 1

    def remove(self, socket: GuardedSocket) -> None:
        """Forget a socket that has ended."""
        session = self._open.pop(socket).session
        self._per_session[session] -= 1
        if not self._per_session[session]:
            del self._per_session[session]

    @asynccontextmanager
    async def watched(self, changes: ChangeFeed) -> AsyncIterator[None]:
        """Follow changes of access, and look at all sockets regularly, for the block."""
        self._loop = asyncio.get_running_loop()
        unsubscribe = changes.subscribe(AUTH_TOPIC, self.told)
        task = asyncio.create_task(self._look_regularly(), name="socket-watch")
        try:
            yield
        finally:
            unsubscribe()
            self._loop = None
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    def told(self, key: str) -> None:
        """Take note of a change of access; when this returns, no frame passes any more that it forbids.

        Called in the feed's thread, or in the one that waits for acknowledgements.

        Raises:
            TimeoutError: the event loop was busy for longer than `ANSWER_WITHIN_S`.
        """
        loop = self._loop
        if loop is None:
            return
        verdicts = {} if self._standing.quick else self._verdicts(dict(self._open))
        done: Future[None] = Future()
        # Through the loop even where nobody must go: a frame that was judged before is written by then.
        loop.call_soon_threadsafe(self._take_note, verdicts, done)
        done.result(ANSWER_WITHIN_S)

    def _take_note(self, verdicts: Mapping[GuardedSocket, Ending], done: "Future[None]") -> None:
        try:
            self._show_out(self._verdicts(self._open) if self._standing.quick else verdicts)
        except Exception as error:
            done.set_exception(error)
        else:
            done.set_result(None)

    def _verdicts(self, sockets: Mapping[GuardedSocket, Seat]) -> dict[GuardedSocket, Ending]:
        found = {socket: self._standing.ending(seat) for socket, seat in sockets.items()}
        return {socket: ending for socket, ending in found.items() if ending is not None}

    def _show_out(self, verdicts: Mapping[GuardedSocket, Ending]) -> None:
        for socket, ending in verdicts.items():
            socket.forbid(ending)
            task = asyncio.ensure_future(socket.end(ending))
            self._leaving.add(task)
            task.add_done_callback(self._leaving.discard)

    async def _look_regularly(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            if self._standing.quick:
                self._show_out(self._verdicts(self._open))
            else:
                self._show_out(await to_thread.run_sync(self._verdicts, dict(self._open)))
