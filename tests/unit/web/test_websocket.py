"""Frame limits: each violation closes with its own code and cuts the app off."""

import asyncio

import pytest

from host.web.websocket import FrameLimits, FrameRate, GuardedSocket


class Wire:
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
    wire = Wire(*messages)
    socket = GuardedSocket(wire.receive, wire.send, FrameLimits(max_bytes, max_per_s))
    return wire, socket, [asyncio.run(socket.receive()) for _ in messages]


def test_admissible_messages_pass_unchanged():
    messages = [{"type": "websocket.connect"}, frame(bytes=b"0123456789"), frame(bytes=b"")]
    wire, socket, passed = received(*messages)
    assert passed == messages
    assert not wire.sent
    assert not socket.violation
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
