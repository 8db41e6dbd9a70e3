"""Who is here right now, by socket or with an answer under way: each leaves as soon as they may not stay."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import Future
from contextlib import asynccontextmanager, suppress
from typing import Final, Protocol

from anyio import to_thread

from host.contracts.principal import Principal
from host.data import ChangeFeed
from host.kernel.acknowledged import AUTH_TOPIC
from host.web.standing import Ending, Seat, Standing

LOOK_EVERY_S: Final = 3.0
"""Seconds between two looks at everybody, for what time itself changes: idle sessions, roles that expire."""
ANSWER_WITHIN_S: Final = 5.0
"""Seconds that the event loop gets to take note of a change; later, the change counts as not taken."""


class Occupant(Protocol):
    """A socket, or an answer under way."""

    def forbid(self, ending: Ending) -> None:
        """Let nothing pass from now on."""

    async def end(self, ending: Ending) -> None:
        """Leave."""


class OpenSockets:
    """Everybody who is here, and how many sockets each person holds."""

    def __init__(self, standing: Standing) -> None:
        self._standing = standing
        self._seats: dict[Occupant, Seat] = {}
        self._sockets: Counter[str] = Counter()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._leaving: set[asyncio.Task[None]] = set()
        self.changes = 0
        """Changes of access heard of so far; one between a lookup and `seated` makes the lookup worthless."""

    def __len__(self) -> int:
        """Return how many sockets are open."""
        return self._sockets.total()

    def of_person(self, principal: Principal) -> int:
        """Return how many sockets of a person are open; who looks through another's eyes counts as themselves."""
        return self._sockets[_person(Seat.of(principal))]

    @asynccontextmanager
    async def seated(self, occupant: Occupant, seat: Seat, since: int, *, socket: bool) -> AsyncIterator[None]:
        """Keep an eye on `occupant` for the block.

        Args:
            since: `changes` as it was before `seat` was looked up.
            socket: whether it counts as one.
        """
        self._seats[occupant] = seat
        self._sockets[_person(seat)] += socket
        try:
            if self.changes != since:
                ending = await to_thread.run_sync(self._standing.ending, seat)
                self._show_out({occupant: ending} if ending is not None else {})
            yield
        finally:
            del self._seats[occupant]
            self._sockets[_person(seat)] -= socket
            if not self._sockets[_person(seat)]:
                del self._sockets[_person(seat)]

    @asynccontextmanager
    async def watched(self, changes: ChangeFeed) -> AsyncIterator[None]:
        """Follow changes of access, and look at everybody regularly, for the block."""
        self._loop = asyncio.get_running_loop()
        unsubscribe = changes.subscribe(AUTH_TOPIC, self.told)
        task = asyncio.create_task(self._look_regularly(), name="seat-watch")
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
        self.changes += 1
        loop = self._loop
        if loop is None:
            return
        done: Future[None] = Future()
        # Through the loop even where nobody must go: a frame that was judged before is written by then.
        loop.call_soon_threadsafe(self._take_note, self._verdicts(), done)
        done.result(ANSWER_WITHIN_S)

    def _take_note(self, verdicts: Mapping[Occupant, Ending], done: "Future[None]") -> None:
        try:
            self._show_out(verdicts)
        except Exception as error:
            done.set_exception(error)
        else:
            done.set_result(None)

    def _verdicts(self) -> dict[Occupant, Ending]:
        """Judge everybody; many tabs of one sign-in are asked for once."""
        seats = dict(self._seats)
        endings = {seat: self._standing.ending(seat) for seat in set(seats.values())}
        judged = ((occupant, endings[seat]) for occupant, seat in seats.items())
        return {occupant: ending for occupant, ending in judged if ending is not None}

    def _show_out(self, verdicts: Mapping[Occupant, Ending]) -> None:
        for occupant, ending in verdicts.items():
            occupant.forbid(ending)
            task = asyncio.ensure_future(occupant.end(ending))
            self._leaving.add(task)
            task.add_done_callback(self._leaving.discard)

    async def _look_regularly(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            self._show_out(await to_thread.run_sync(self._verdicts))


def _person(seat: Seat) -> str:
    return seat.viewed_by or seat.user_id
