"""The listening socket: bound once, shared by the old and the new process, so that a restart refuses nobody."""

import errno
import socket
from typing import Final

from host.errors import HostError

BACKLOG: Final = 1024
_WILDCARDS: Final = frozenset({"", "0.0.0.0", "::"})  # noqa: S104  compared with, never bound


class ListenError(HostError):
    """The address can't be listened on."""


def listen(host: str, port: int) -> socket.socket:
    """Bind and listen.

    Args:
        host: a name or address; a wildcard listens on every interface.
        port: 0 takes a free one.

    Raises:
        ListenError: the port is taken, privileged, or the address is not this machine's.
    """
    listener: socket.socket | None = None
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        if listener is not None:
            listener.close()
        raise _explained(error, host, port) from error
    listener.setblocking(False)
    return listener


def url_of(listener: socket.socket, host: str) -> str:
    """Return the address to open in a browser on this machine."""
    port = listener.getsockname()[1]
    name = "localhost" if host in _WILDCARDS else f"[{host}]" if ":" in host else host
    return f"http://{name}:{port}"


def _explained(error: OSError, host: str, port: int) -> ListenError:
    if error.errno == errno.EADDRINUSE:
        return ListenError(
            f"Port {port} on {host} is in use by another program.",
            remedy="End that program, or choose another port: app run --port NUMBER (0 takes a free one).",
        )
    if error.errno == errno.EACCES:
        return ListenError(
            f"Port {port} may not be used by this user: ports below 1024 are privileged.",
            remedy="Choose a port from 1024 up, and let a reverse proxy listen on the privileged one.",
        )
    return ListenError(
        f"Cannot listen on {host}:{port}: {error.strerror or error}.",
        remedy="Give an address of this machine: app run --host 127.0.0.1 or --host 0.0.0.0.",
    )
