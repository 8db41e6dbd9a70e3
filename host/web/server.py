"""Uvicorn's server as the host runs it: tells when it serves, drains before it closes, and ends with exit code 0."""

import asyncio
import logging
import signal
import socket
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Final

import uvicorn

from host.config import AppConfig
from host.web import streamlit_adapter
from host.web.gate import ASGIApp
from host.web.http_protocol import BoundedHttp
from host.web.lifecycle import DRAIN_GRACE_S, Lifecycle
from host.web.socket_protocol import BoundedSocket

FINISH_REQUESTS_S: Final = 20
"""Seconds that running HTTP requests get to finish."""
BACKLOG: Final = 1024
_NOISE: Final = (
    '%s - "WebSocket',
    "ASGI callable returned without completing",
    "Invalid UTF-8 sequence",
)


class _SocketLines(logging.Filter):
    """Drops uvicorn's lines about sockets: the gate logs each one, with its reason and without query or traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not str(record.msg).startswith(_NOISE)


def uvicorn_config(app: ASGIApp, config: AppConfig) -> uvicorn.Config:
    """Return explicit settings; forwarded headers count from the configured proxies only."""
    logging.getLogger("uvicorn.error").addFilter(_SocketLines())
    ping_s = float(streamlit_adapter.option("server.websocketPingInterval") or 20)
    proxies = list(config.server.trusted_proxies)
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="on",
        http=BoundedHttp,
        ws=BoundedSocket,
        ws_max_size=config.server.max_frame_bytes,
        ws_per_message_deflate=False,
        ws_ping_interval=ping_s,
        ws_ping_timeout=ping_s,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies,
        server_header=False,
        timeout_graceful_shutdown=FINISH_REQUESTS_S,
        backlog=BACKLOG,
    )


class WebServer(uvicorn.Server):
    """Serves on a listening socket that others may share.

    Args:
        config: uvicorn's.
        lifecycle: set to serving and draining as it happens.
        on_serving: called once connections are taken.
    """

    def __init__(self, config: uvicorn.Config, lifecycle: Lifecycle, on_serving: Callable[[], None]) -> None:
        super().__init__(config)
        self._lifecycle = lifecycle
        self._on_serving = on_serving

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        if self.started:
            self._lifecycle.serve()
            self._on_serving()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close the listener first, answer what was accepted just before, then close all with 1012."""
        self._lifecycle.drain()
        for listener in self.servers:
            listener.close()
        await asyncio.sleep(DRAIN_GRACE_S)
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """End on SIGTERM and SIGINT without raising them again afterwards, so that a drained process exits with 0."""
        before = {each: signal.signal(each, self.handle_exit) for each in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)
