"""A process that is told to end finishes what it began: a running download and a running upload are not cut."""

import signal

import pytest

from host.testing.distributions import TemporaryDistributions
from tests.integration.raw import connect, head, read_head
from tests.integration.serving import WebUnderTest, until

PLUGIN = """
import asyncio
from pathlib import Path

from starlette.responses import Response, StreamingResponse

from host.contributions import Permission, Plugin, Route
from host.hookspecs import hookimpl


def download(request):
    async def chunks():
        yield b"begun "
        while not Path("go-on").exists():
            await asyncio.sleep(0.02)
        yield b"ended"

    return StreamingResponse(chunks())


async def upload(request):
    return Response(str(len(await request.body())))


class Hooks:
    @hookimpl
    def permissions(self):
        return [Permission(name="probe.use", title="Use")]

    @hookimpl
    def routes(self, services):
        return [
            Route(path="/download", endpoint=download, permission="probe.use"),
            Route(path="/upload", endpoint=upload, permission="probe.use", methods=("POST",)),
        ]


plugin = Plugin(hooks=Hooks)
"""


@pytest.fixture
def web(tmp_path):
    site = tmp_path / "site"
    site.mkdir()
    TemporaryDistributions(site).add("acme-probe", {"probe": {"plugin.py": PLUGIN}})
    (tmp_path / "plugins.toml").write_text("[plugins.probe]\nenabled = true\n", encoding="utf-8")
    process = WebUnderTest(tmp_path, {"PYTHONPATH": str(site)})
    assert process.ready.get("ready"), process.log.read_text(encoding="utf-8")[-3000:]
    yield process
    process.close()


def test_a_download_and_an_upload_that_run_are_finished(web, tmp_path):
    own = f"127.0.0.1:{web.port}"
    common = [("Host", own), ("Origin", f"http://{own}"), ("Connection", "close")]
    with connect(web.port) as down, down.makefile("rb") as downloaded, connect(web.port) as up:
        down.sendall(head("GET", "/x/probe/download", common))
        assert read_head(downloaded)[0] == 200
        up.sendall(head("POST", "/x/probe/upload", [*common, ("Content-Length", "200000")]) + b"x" * 100_000)
        web.process.send_signal(signal.SIGTERM)
        until(lambda: web.logged("draining"), "it drains")
        up.sendall(b"x" * 100_000)
        with up.makefile("rb") as uploaded:
            assert read_head(uploaded)[0] == 200
            assert uploaded.read() == b"200000"
        (tmp_path / "go-on").touch()
        assert downloaded.read().endswith(b"ended\r\n0\r\n\r\n")
    assert web.process.wait(timeout=30) == 0
