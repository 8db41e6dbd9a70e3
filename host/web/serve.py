"""Entry of a web process: ``python -m host.web.serve --fd N --ready-fd M``, started by the supervisor."""

import argparse
import gc
import json
import os
import signal
import socket
import sys
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from importlib.metadata import version
from typing import Any

from host.config import load_config
from host.errors import HostError
from host.kernel.application import Application
from host.logs import get_logger, report_error

_log = get_logger(__name__)


class ReadyLine:
    """The one line of JSON that a process writes to whoever started it."""

    def __init__(self, fd: int | None) -> None:
        self._fd = fd

    def write(self, **facts: Any) -> None:
        """Write the line and close; later calls do nothing."""
        if self._fd is None:
            return
        with os.fdopen(self._fd, "w", encoding="utf-8") as stream:
            stream.write(json.dumps(facts) + "\n")
        self._fd = None


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until told to end; return the exit code."""
    options = _parser().parse_args(arguments)
    ready = ReadyLine(options.ready_fd)
    if options.parent_fd is not None:
        _end_with_parent(options.parent_fd)
    try:
        _serve(options, ready)
    except HostError as error:
        ready.write(failed=True, reason=error.message, remedy=error.remedy)
        _log.error("web process failed to start", reason=str(error))
        return error.exit_code
    except Exception as error:
        error_id = report_error(_log, error, where="start of the web process")
        ready.write(failed=True, reason=f"{type(error).__name__}: {error}", remedy=f"app log find {error_id}")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m host.web.serve", description=__doc__)
    parser.add_argument("--fd", type=int, required=True, help="descriptor of the listening socket")
    parser.add_argument("--ready-fd", type=int, help="descriptor for one line of JSON: ready, or why not")
    parser.add_argument("--parent-fd", type=int, help="descriptor whose end of file means that the parent is gone")
    parser.add_argument("--set", type=json.loads, default={}, help="settings of the command line, as JSON")
    parser.add_argument("--tell", help="say what plugins tell whoever starts the app, who wants to be signed in so")
    return parser


def _end_with_parent(fd: int) -> None:
    def watch() -> None:
        while os.read(fd, 1024):
            continue
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()


def _serve(options: argparse.Namespace, ready: ReadyLine) -> None:
    from host.kernel.boot import init_app
    from host.web.app import build_app
    from host.web.lifecycle import Lifecycle
    from host.web.live_settings import following_settings
    from host.web.presence import present
    from host.web.server import WebServer, uvicorn_config

    listener = socket.socket(fileno=options.fd)
    application = init_app("web", load_config(cli=options.set))
    lifecycle = Lifecycle()
    release, plan_hash = version("holdfast"), application.plan.hash

    @asynccontextmanager
    async def while_serving() -> AsyncIterator[None]:
        async with present(application, release, plan_hash), following_settings(application.config, options.set):
            yield

    def on_serving() -> None:
        # What start-up built lives as long as the process: later collections need not walk it.
        gc.collect()
        gc.freeze()
        told = application.host.start_notices().told(options.tell) if options.tell is not None else ()
        notices = [asdict(notice) for notice in told]
        facts = {"pid": os.getpid(), "plan_hash": plan_hash, "version": release, "closed": application.closed}
        ready.write(ready=True, **facts, notices=notices)

    try:
        app = build_app(application, lifecycle, while_serving)
        WebServer(uvicorn_config(app, application.config), lifecycle, on_serving).run(sockets=[listener])
    finally:
        _close(application)


def _close(application: Application) -> None:
    application.close()
    _log.info("web process ended", pid=os.getpid())


if __name__ == "__main__":
    sys.exit(main())
