"""Takes browsers' reports of blocked content and logs them, a few a minute and shortened."""

import json
import time
from collections import deque
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from host.logs import get_logger
from host.web.websocket import Clock

MAX_BYTES: Final = 16 * 1024
PER_MINUTE: Final = 30
_SHOWN: Final = ("effective-directive", "blocked-uri", "document-uri", "source-file", "line-number")
_MAX_TEXT: Final = 200

_log = get_logger(__name__)


class CspReports:
    """The report endpoint; `received` and `logged` count for health and tests."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._recent: deque[float] = deque()
        self.received = 0
        self.logged = 0

    async def receive(self, request: Request) -> Response:
        """Accept one report; what is too big or no report is refused."""
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BYTES:
                return Response(status_code=413)
        report = _parse(bytes(body))
        if report is None:
            return Response(status_code=400)
        self.received += 1
        if self._admit():
            self.logged += 1
            _log.warning("content blocked by policy", **report)
        return Response(status_code=204)

    def _admit(self) -> bool:
        now = self._clock()
        while self._recent and now - self._recent[0] > 60:
            self._recent.popleft()
        if len(self._recent) >= PER_MINUTE:
            return False
        self._recent.append(now)
        return True


def _parse(body: bytes) -> dict[str, str] | None:
    try:
        report: Any = json.loads(body)["csp-report"]
    except (ValueError, KeyError, TypeError):
        return None
    if not isinstance(report, dict):
        return None
    return {name.replace("-", "_"): str(report[name])[:_MAX_TEXT].split("?")[0] for name in _SHOWN if name in report}
