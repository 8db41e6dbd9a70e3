"""Frame limits: each violation closes with its own code and cuts the app off."""

import asyncio

import pytest

from host.web.standing import CHANGED, GONE
from host.web.websocket import FrameLimits, FrameRate, GuardedSocket
from host.web.wire import Wire


class Server:
    """The server's end of a connection, in memory."""

    def __init__(self, *messages):
        self.messages = list(messages)
        self.sent = []

    async def receive(self):
        return self.messages.pop(0)

    async def send(self, message):
        self.sent.append(message)


def frame(**content):
    return {"type": "websocket.receive", **content}


def received(*messages, max_bytes=10, max_per_s=100):
    wire = Server(*messages)
    socket = GuardedSocket(wire.receive, wire.send, FrameLimits(max_bytes, max_per_s))
    return wire, socket, [asyncio.run(socket.receive()) for _ in messages]


def test_admissible_messages_pass_unchanged():
    messages = [{"type": "websocket.connect"}, frame(bytes=b"0123456789"), frame(bytes=b"")]
    wire, socket, passed = received(*messages)
    assert passed == messages
    assert not wire.sent
    assert socket.ended is None


@pytest.mark.parametrize(
    ("message", "code"),
    [(frame(text="hello"), 1003), (frame(text="", bytes=None), 1003), (frame(bytes=b"0" * 11), 1009)],
)
def test_a_violation_closes_with_its_code(message, code):
    wire, socket, passed = received(message)
    assert passed[0]["type"] == "websocket.disconnect"
    assert [(each["type"], each["code"]) for each in wire.sent] == [("websocket.close", code)]
    assert socket.code == code


def test_a_flood_closes_with_1008():
    _, socket, passed = received(*[frame(bytes=b"x")] * 6, max_per_s=5)
    assert [each["type"] for each in passed] == ["websocket.receive"] * 5 + ["websocket.disconnect"]
    assert socket.code == 1008


def test_after_a_violation_the_app_can_send_nothing_more():
    _, socket, _ = received(frame(text="x"))
    with pytest.raises(OSError, match="text frames"):
        asyncio.run(socket.send({"type": "websocket.send", "bytes": b"secret"}))


def test_the_rate_refills_with_time():
    now = [0.0]
    rate = FrameRate(2, clock=lambda: now[0])
    assert [rate.admit() for _ in range(3)] == [True, True, False]
    now[0] = 0.5
    assert [rate.admit() for _ in range(2)] == [True, False]
    now[0] = 100.0
    assert [rate.admit() for _ in range(3)] == [True, True, False]


class Line:
    """A connection below a socket, in memory."""

    def __init__(self, waiting=0):
        self.waiting = waiting
        self.aborted = False

    def wire(self):
        writable = asyncio.Event()
        writable.set()
        return Wire(writable, lambda: self.waiting, self.abort)

    def abort(self):
        self.aborted = True


def guarded(wire, ending=None, line=None, arrived=None):

    def told(frame):
        if arrived is not None:
            arrived.append(frame)
        return True

    socket = GuardedSocket(wire.receive, wire.send, FrameLimits(10, 100), told, line.wire() if line else None)
    if ending is not None:
        socket.forbid(ending)
    return socket


def test_no_frame_reaches_whoever_may_not_stay_and_the_socket_says_why():
    async def attack():
        wire = Server()
        with pytest.raises(OSError, match="signed out"):
            await guarded(wire, GONE).send({"type": "websocket.send", "bytes": b"secret"})
        return wire.sent

    assert [(each["type"], each["code"]) for each in asyncio.run(attack())] == [("websocket.close", 4401)]


def test_no_frame_of_whoever_may_not_stay_reaches_the_app():
    async def attack():
        arrived = []
        wire = Server(frame(bytes=b"x"))
        message = await guarded(wire, GONE, arrived=arrived).receive()
        return message, arrived, wire.sent

    message, arrived, sent = asyncio.run(attack())
    assert (message["type"], message["code"], arrived) == ("websocket.disconnect", 4401, [])
    assert len(sent) == 1


def test_what_a_slow_reader_has_not_fetched_is_dropped_with_the_connection():
    async def attack():
        line, wire = Line(waiting=1000), Server()
        await guarded(wire, line=line).end(GONE)
        return line, wire.sent

    line, sent = asyncio.run(attack())
    assert line.aborted
    assert sent == []


def test_a_frame_that_waited_for_a_slow_reader_is_judged_when_it_would_leave():
    async def attack():
        wire, writable = Server(), asyncio.Event()
        line = Wire(writable, lambda: 0, lambda: None)
        socket = GuardedSocket(wire.receive, wire.send, FrameLimits(10, 100), wire=line)
        sending = asyncio.create_task(socket.send({"type": "websocket.send", "bytes": b"secret"}))
        await asyncio.sleep(0)
        socket.forbid(GONE)
        writable.set()
        with pytest.raises(OSError, match="signed out"):
            await sending
        return wire.sent

    assert [each["type"] for each in asyncio.run(attack())] == ["websocket.close"]


def test_a_socket_ends_once():
    async def attack():
        wire = Server(frame(bytes=b"x"))
        socket = guarded(wire)
        socket.forbid(CHANGED)
        await socket.receive()
        await socket.end(GONE)
        return wire.sent

    assert [each["code"] for each in asyncio.run(attack())] == [1012]
