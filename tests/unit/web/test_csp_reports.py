"""Reports of blocked content are limited in size and number."""

import asyncio
import json

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from host.web.csp_reports import MAX_BYTES, PER_MINUTE, CspReports

REPORT = {"csp-report": {"effective-directive": "script-src", "blocked-uri": "https://evil.example/x.js?token=1"}}


@pytest.fixture
def reports():
    now = [0.0]
    return CspReports(clock=lambda: now[0]), now


def post(reports, body):
    app = Starlette(routes=[Route("/csp-report", reports.receive, methods=["POST"])])

    async def send():
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as browser:
            return await browser.post("/csp-report", content=body)

    return asyncio.run(send()).status_code


def test_a_report_is_taken(reports):
    endpoint, _ = reports
    assert post(endpoint, json.dumps(REPORT)) == 204
    assert (endpoint.received, endpoint.logged) == (1, 1)


@pytest.mark.parametrize("body", [b"", b"garbage", b"[]", b'{"csp-report": 1}', b"\xff\xfe"])
def test_what_is_no_report_is_refused(reports, body):
    endpoint, _ = reports
    assert post(endpoint, body) == 400
    assert endpoint.received == 0


def test_a_huge_report_is_refused(reports):
    endpoint, _ = reports
    assert post(endpoint, b"x" * (MAX_BYTES + 1)) == 413


def test_a_flood_is_counted_but_not_written(reports):
    endpoint, now = reports
    for _ in range(PER_MINUTE + 5):
        post(endpoint, json.dumps(REPORT))
    assert (endpoint.received, endpoint.logged) == (PER_MINUTE + 5, PER_MINUTE)
    now[0] = 61.0
    post(endpoint, json.dumps(REPORT))
    assert endpoint.logged == PER_MINUTE + 1
