"""One web process as the supervisor sees it: started on the shared socket, asked whether it serves, ended."""

import asyncio
import json
import os
import socket
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

READY_WITHIN_S: Final = 120.0
"""Seconds a process gets from its start until it serves; migrations run in that time."""
END_WITHIN_S: Final = 30.0
"""Seconds a process gets from SIGTERM to its end, more than it grants running requests."""


@dataclass(frozen=True, slots=True)
class Serving:
    """The process serves.

    Args:
        plan_hash: fingerprint of the plugin graph that it runs.
        closed: why it shows the maintenance page only, or ``None``.
        notices: what plugins tell whoever starts the app; may hold secrets that count once.
    """

    plan_hash: str
    closed: str | None = None
    notices: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class NotServing:
    """The process doesn't serve.

    Args:
        reason: what it said, or how it ended.
        explained: whether the process gave the reason itself, so that trying again would end the same way.
    """

    reason: str
    remedy: str = ""
    explained: bool = False

    def __str__(self) -> str:
        return f"{self.reason} {self.remedy}".strip()


class WebProcess:
    """A running child; it ends by itself when this process is gone, however that came about."""

    def __init__(self, child: asyncio.subprocess.Process, ready: asyncio.StreamReader, lifeline: int) -> None:
        self._child = child
        self._ready = ready
        self._lifeline = lifeline
        self._ended = asyncio.ensure_future(child.wait())

    @classmethod
    async def start(cls, listener: socket.socket, settings: Mapping[str, Any], tell: str | None = None) -> "WebProcess":
        """Start a web process on `listener`.

        Args:
            settings: the command line's values by dotted name.
            tell: ask plugins what to tell whoever starts the app, who wants to be signed in as this user, if not empty.
        """
        ready_read, ready_write = os.pipe()
        lifeline_read, lifeline_write = os.pipe()
        fds = {"--fd": listener.fileno(), "--ready-fd": ready_write, "--parent-fd": lifeline_read}
        arguments = [part for name, fd in fds.items() for part in (name, str(fd))]
        try:
            more = ("--set", json.dumps(dict(settings)), *(("--tell", tell) if tell is not None else ()))
            # -P: the project folder's own `plugins` or `host` must not shadow the installed ones.
            child = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", "host.web.serve", *arguments, *more),
                pass_fds=tuple(fds.values()),
                stdin=asyncio.subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C reaches the supervisor only, which then ends its children in order
            )
        finally:
            os.close(ready_write)
            os.close(lifeline_read)
        return cls(child, await _reader(ready_read), lifeline_write)

    @property
    def pid(self) -> int:
        """The process id."""
        return self._child.pid

    @property
    def exit_code(self) -> int | None:
        """The exit code, negative for a signal, or ``None`` while it runs."""
        return self._child.returncode

    async def ended(self) -> int:
        """Wait for the end and return the exit code."""
        return await asyncio.shield(self._ended)

    async def outcome(self, within_s: float = READY_WITHIN_S) -> Serving | NotServing:
        """Wait until it serves, says why not, ends, or the time is up; in the last case it is killed."""
        try:
            line = await asyncio.wait_for(self._ready.readline(), within_s)
        except TimeoutError:
            await self.kill()
            return NotServing(f"it did not serve within {within_s:g} s and was ended")
        if not line:
            return NotServing(f"it {ending(await self.ended())} before it served")
        facts = json.loads(line)
        if facts.get("ready"):
            return Serving(facts["plan_hash"], facts.get("closed"), tuple(facts.get("notices", ())))
        await self.stop()
        return NotServing(facts["reason"], facts.get("remedy", ""), explained=True)

    async def stop(self, within_s: float = END_WITHIN_S) -> None:
        """Let it drain and end; what is still there after `within_s` seconds is killed."""
        with suppress(ProcessLookupError):
            self._child.terminate()
        try:
            await asyncio.wait_for(self.ended(), within_s)
        except TimeoutError:
            await self.kill()
        self._let_go()

    def kill_now(self) -> None:
        """Send SIGKILL without waiting."""
        with suppress(ProcessLookupError):
            self._child.kill()

    async def kill(self) -> None:
        """End it at once."""
        self.kill_now()
        await self.ended()
        self._let_go()

    def _let_go(self) -> None:
        if self._lifeline >= 0:
            os.close(self._lifeline)
            self._lifeline = -1


def ending(exit_code: int) -> str:
    """Say how a process ended."""
    return f"was killed by signal {-exit_code}" if exit_code < 0 else f"ended with exit code {exit_code}"


async def _reader(fd: int) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(reader)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, os.fdopen(fd, "rb"))
    return reader
