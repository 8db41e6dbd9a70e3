"""Talks HTTP to the app inside this process, through the real gate."""

import asyncio
from typing import Any, Final
from unittest import mock

import httpx
from streamlit.runtime import Runtime

from host.contracts.principal import Principal
from host.kernel.application import Application
from host.testing.principals import COOKIE
from host.web.app import build_app
from host.web.lifecycle import Lifecycle

BASE: Final = "http://127.0.0.1:8501"
"""An address that the gate lets in by default."""


class GateClient:
    """A browser's view of the app's HTTP side, as one principal; no socket is opened.

    Args:
        principal: who asks; the gate resolves it like any other.
    """

    def __init__(self, application: Application, principal: Principal) -> None:
        self._app = build_app(application, Lifecycle())
        self._cookies = {COOKIE: principal.user_id}

    def get(self, path: str, **options: Any) -> httpx.Response:
        """Return the answer to a GET; `options` are httpx's."""
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        """Return the answer to a POST; `options` are httpx's."""
        return self.request("POST", path, **options)

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Return the answer to any request.

        Args:
            path: below the app's address, such as ``"/x/notes/export"``.
        """
        return asyncio.run(self._send(method, path, options))

    async def _send(self, method: str, path: str, options: dict[str, Any]) -> httpx.Response:
        transport = httpx.ASGITransport(self._app)
        # Streamlit admits one runtime a process; a test run has an app of its own for each test.
        with mock.patch.object(Runtime, "_instance", None):
            async with httpx.AsyncClient(transport=transport, base_url=BASE, cookies=self._cookies) as client:
                return await client.request(method, path, **options)
