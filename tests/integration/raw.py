"""HTTP and WebSocket by hand over a plain socket, so that nothing corrects what a test sends."""

import base64
import json
import os
import socket
import struct
from dataclasses import dataclass
from typing import Any

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
STREAM = "/_stcore/stream"


@dataclass
class Answer:
    """An HTTP response."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        """Return the first header `name`."""
        return next((value for key, value in self.headers if key == name.lower()), None)

    def all(self, name: str) -> list[str]:
        """Return every header `name`."""
        return [value for key, value in self.headers if key == name.lower()]

    def json(self) -> Any:
        """Return the parsed body."""
        return json.loads(self.body)


def connect(port: int) -> socket.socket:
    """Return a connection."""
    return socket.create_connection(("127.0.0.1", port), timeout=30)


def head(method: str, path: str, headers: list[tuple[str, str]]) -> bytes:
    """Return a request head exactly as given."""
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def read_head(reader: Any) -> tuple[int, list[tuple[str, str]]]:
    """Read status line and headers."""
    line = reader.readline()
    if not line:
        raise ConnectionError("closed without an answer")
    headers = []
    while (each := reader.readline().rstrip(b"\r\n")) != b"":
        name, _, value = each.decode("latin-1").partition(":")
        headers.append((name.lower(), value.strip()))
    return int(line.split()[1]), headers


def send(port: int, raw: bytes) -> Answer:
    """Send bytes, read one response until the server closes or its length is reached."""
    with connect(port) as connection, connection.makefile("rb") as reader:
        connection.sendall(raw)
        status, headers = read_head(reader)
        length = next((int(value) for name, value in headers if name == "content-length"), None)
        body = reader.read(length) if length is not None else reader.read()
    return Answer(status, headers, body)


def get(port: int, path: str, method: str = "GET", body: bytes = b"", **headers: str | None) -> Answer:
    """Send a well-formed request for this server; `headers` replace the usual ones, ``None`` leaves one out."""
    usual: dict[str, str | None] = {"Host": f"127.0.0.1:{port}", "Connection": "close"}
    if body:
        usual["Content-Length"] = str(len(body))
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    pairs = [(name, value) for name, value in (usual | given).items() if value is not None]
    return send(port, head(method, path, pairs) + body)


class Socket:
    """A WebSocket by hand.

    Args:
        headers: replace the usual ones of the handshake; ``None`` leaves one out.
    """

    def __init__(self, port: int, protocols: str = "streamlit", path: str = STREAM, **headers: str | None) -> None:
        self.connection = connect(port)
        self.reader = self.connection.makefile("rb")
        usual: dict[str, str | None] = {
            "Host": f"127.0.0.1:{port}",
            "Origin": f"http://127.0.0.1:{port}",
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
            "Sec-WebSocket-Protocol": protocols,
        }
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        pairs = [(name, value) for name, value in (usual | given).items() if value is not None]
        self.connection.sendall(head("GET", path, pairs))
        self.status, self.headers = read_head(self.reader)

    def __enter__(self) -> "Socket":
        return self

    def __exit__(self, *_: object) -> None:
        self.reader.close()
        self.connection.close()

    def write(self, opcode: int, payload: bytes, *, final: bool = True) -> None:
        """Send one masked frame."""
        size = len(payload)
        first = (0x80 if final else 0) | opcode
        if size < 126:
            start = struct.pack("!BB", first, 0x80 | size)
        elif size < 65536:
            start = struct.pack("!BBH", first, 0x80 | 126, size)
        else:
            start = struct.pack("!BBQ", first, 0x80 | 127, size)
        # A zero mask leaves the payload as it is and is as good as any other to a server.
        self.connection.sendall(start + b"\0\0\0\0" + payload)

    def read(self) -> tuple[int, bytes]:
        """Read one frame: opcode and payload."""
        start = self._exactly(2)
        size = start[1] & 0x7F
        if size == 126:
            size = struct.unpack("!H", self._exactly(2))[0]
        elif size == 127:
            size = struct.unpack("!Q", self._exactly(8))[0]
        return start[0] & 0x0F, self._exactly(size)

    def _exactly(self, size: int) -> bytes:
        data = self.reader.read(size)
        if len(data) < size:
            raise ConnectionError("closed without a close frame")
        return bytes(data)

    def closed_with(self) -> int:
        """Read until the server closes and return its code."""
        while True:
            opcode, payload = self.read()
            if opcode == CLOSE:
                return int(struct.unpack("!H", payload[:2])[0])

    def messages(self) -> Any:
        """Yield what Streamlit sends, parsed."""
        from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

        while True:
            opcode, payload = self.read()
            if opcode == BINARY:
                message = ForwardMsg()
                message.ParseFromString(payload)
                yield message

    def run(self, query: str = "") -> None:
        """Ask for a script run, as a browser does after connecting."""
        from streamlit.proto.BackMsg_pb2 import BackMsg

        message = BackMsg()
        message.rerun_script.query_string = query
        self.write(BINARY, message.SerializeToString())

    def session_id(self) -> str:
        """Run the script and return the session's id."""
        self.run()
        return next(
            str(each.new_session.initialize.session_id) for each in self.messages() if each.HasField("new_session")
        )
