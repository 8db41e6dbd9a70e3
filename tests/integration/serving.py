"""Real processes to attack: a web process on a socket of the test's own, or a supervisor as `app run` starts it."""

import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

DEADLINE_S = 60.0
APP = (sys.executable, "-P", "-c", "from host.cli import main; main()")


def environment(root: Path, **more: str) -> dict[str, str]:
    """Return the environment of a process whose project folder is `root`."""
    names = ("PATH", "HOME", "LANG", "PYTHONPATH")
    kept = {name: os.environ[name] for name in names if name in os.environ}
    return {**kept, "HOLDFAST_ROOT": str(root), "PYTHONUNBUFFERED": "1", **more}


def until(condition: Callable[[], Any], what: str, within_s: float = DEADLINE_S) -> Any:
    """Return the first true answer of `condition`, looking again until the deadline."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        answer = condition()
        if answer:
            return answer
        time.sleep(0.02)
    raise AssertionError(f"not within {within_s:g} s: {what}")


def settled(count: Callable[[], int], quiet_s: float = 0.4) -> int:
    """Return what `count` says once it has said the same for `quiet_s` seconds: effects come late."""
    last, since = count(), time.monotonic()
    while time.monotonic() - since < quiet_s:
        time.sleep(0.05)
        if (now := count()) != last:
            last, since = now, time.monotonic()
    return last


def alive(pid: int) -> bool:
    """Tell whether a process runs (a zombie doesn't)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


class WebUnderTest:
    """``python -m host.web.serve`` on a socket that this test bound.

    Args:
        root: the project folder.
        settings: of the command line, by dotted name.
    """

    def __init__(self, root: Path, environ: dict[str, str] | None = None, **settings: Any) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self._parent_read, self.parent_fd = os.pipe()
        ready_read, ready_write = os.pipe()
        self.log = root / "web.log"
        fds = (self.listener.fileno(), ready_write, self._parent_read)
        arguments = ["--fd", str(fds[0]), "--ready-fd", str(fds[1]), "--parent-fd", str(fds[2])]
        values = {"server.port": self.port, "logs.format": "json", "logs.level": "DEBUG", **settings}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "host.web.serve", *arguments, "--set", json.dumps(values)],
                pass_fds=fds, env=environment(root, **(environ or {})), stdout=log, stderr=log, cwd=root,
            )  # fmt: skip
        os.close(ready_write)
        with os.fdopen(ready_read, encoding="utf-8") as ready:
            self.ready: dict[str, Any] = json.loads(ready.readline() or "{}")

    def lines(self) -> list[dict[str, Any]]:
        """Return the log lines written so far; one that is being written isn't one yet."""
        texts = self.log.read_text(encoding="utf-8").splitlines(keepends=True)
        return [json.loads(text) for text in texts if text.startswith("{") and text.endswith("\n")]

    def logged(self, event: str) -> list[dict[str, Any]]:
        """Return the log lines of `event`."""
        return [line for line in self.lines() if line.get("event") == event]

    def close(self) -> None:
        """End it and let everything go."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.listener.close()
        for fd in (self.parent_fd, self._parent_read):
            os.close(fd)


class Supervised:
    """``app run`` as its own process; what it says is read line by line.

    Args:
        root: the project folder.
        arguments: of `app run`.
    """

    def __init__(self, root: Path, *arguments: str, **environ: str) -> None:
        self.log = root / "supervisor.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*APP, "run", *arguments],
                env=environment(root, **environ), stdout=subprocess.PIPE, stderr=log, cwd=root, text=True,
            )  # fmt: skip
        self._said: queue.Queue[str] = queue.Queue()
        self.heard: list[str] = []
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._said.put(line.rstrip())

    def hears(self, part: str, within_s: float = DEADLINE_S) -> str:
        """Return the next line that holds `part`."""
        deadline = time.monotonic() + within_s
        while (left := deadline - time.monotonic()) > 0:
            try:
                line = self._said.get(timeout=left)
            except queue.Empty:
                break
            self.heard.append(line)
            if part in line:
                return line
        log = self.log.read_text(encoding="utf-8")[-4000:]
        raise AssertionError(f"never said {part!r}; said {self.heard}; log:\n{log}")

    def ready(self) -> int:
        """Wait until it serves; return the port."""
        return int(self.hears("ready: http").rpartition(":")[2])

    def children(self) -> list[int]:
        """Return the web processes."""
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in path.read_text(encoding="utf-8").split() if alive(int(pid))]

    def close(self) -> None:
        """End it as Ctrl-C would."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(timeout=45)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
