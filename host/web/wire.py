"""What the gate knows of a WebSocket's connection beyond ASGI: whether bytes still wait to leave."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

EXTENSION: Final = "host.wire"
"""Key among the extensions of a WebSocket's scope."""


@dataclass(frozen=True, slots=True)
class Wire:
    """The connection below a WebSocket.

    Args:
        writable: set while a frame would be written at once, not wait for a slow reader.
        waiting: bytes written but not sent.
        abort: ends the connection; what waits is dropped.
    """

    writable: asyncio.Event
    waiting: Callable[[], int]
    abort: Callable[[], None]
