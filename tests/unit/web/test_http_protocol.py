"""Connections that ask for nothing are ended; whoever asks, however slowly they are answered, is not."""

import asyncio
import gc
import socket
import threading
import time

import pytest
import uvicorn

from host.web.http_protocol import BoundedHttp
from tests.attacks import attack
from tests.integration.raw import Socket, get
from tests.integration.serving import until


class Hasty(BoundedHttp):
    head_s = 0.3


class Patient(BoundedHttp):
    head_s = 60.0


async def answer(scope, receive, send):
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close"})
        return
    if scope["path"] == "/slow":
        await asyncio.sleep(1.2)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


@pytest.fixture(params=[Hasty])
def port(request):
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(answer, http=request.param, lifespan="off", log_config=None))
    thread = threading.Thread(target=lambda: server.run(sockets=[listener]))
    thread.start()
    until(lambda: server.started, "it serves")
    yield listener.getsockname()[1]
    server.should_exit = True
    thread.join()
    listener.close()


@attack(
    "connections are opened and kept without asking for anything, or with half a request head",
    "each is ended after half a minute, so that they don't use up the server's descriptors",
)
@pytest.mark.parametrize(
    "sent", [b"", b"GET / HTTP/1.1\r\nHo", b"GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost"]
)
def test_a_silent_connection_is_ended(port, sent):
    with socket.create_connection(("127.0.0.1", port), timeout=5) as silent:
        silent.sendall(sent)
        started = time.monotonic()
        while silent.recv(1000):
            continue
        assert time.monotonic() - started < 4


def test_whoever_waits_for_an_answer_gets_it(port):
    assert get(port, "/slow").body == b"ok"


@attack(
    "handshakes and requests as fast as they can be sent",
    "nothing is kept of a connection that has become a socket or has ended",
)
@pytest.mark.parametrize("port", [Patient], indirect=True)
def test_nothing_is_kept_of_a_connection_that_is_over(port):
    for _ in range(30):
        with Socket(port) as refused:
            assert refused.status == 403
        assert get(port, "/").body == b"ok"

    def kept():
        gc.collect()
        return [each for each in gc.get_objects() if isinstance(each, Patient)]

    until(lambda: len(kept()) < 5, "they are let go", within_s=10)
