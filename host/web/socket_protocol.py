"""The server's WebSocket protocol with bounds on what a browser makes it keep: unread pongs, fragments of a message."""

from typing import Final

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode, Frame
from websockets.http11 import Request

from host.web.wire import EXTENSION, Wire

MAX_FRAGMENTS: Final = 4096
"""Frames of one message; empty ones count towards no limit on bytes."""


class BoundedSocket(WebSocketsSansIOProtocol):
    """One connection, by the implementation that Streamlit itself serves by; others handle pings otherwise."""

    def handle_connect(self, event: Request) -> None:
        """Take a handshake and tell the gate about the connection below."""
        super().handle_connect(event)
        if not self.close_sent:
            wire = Wire(self.writable, self.transport.get_write_buffer_size, self.transport.abort)
            self.scope["extensions"] = {**(self.scope["extensions"] or {}), EXTENSION: wire}  # type: ignore[dict-item]

    def handle_ping(self) -> None:
        """Answer, unless the browser doesn't even read the answers before."""
        if self.writable.is_set():
            super().handle_ping()
        else:
            self.conn.data_to_send()

    def handle_cont(self, event: Frame) -> None:
        """Keep a further frame of a message, or close the socket at the bound."""
        if len(self.frames) < MAX_FRAGMENTS:
            super().handle_cont(event)
        elif not self.close_sent:
            self.conn.fail(CloseCode.MESSAGE_TOO_BIG, "too many fragments")
            self.handle_parser_exception()
