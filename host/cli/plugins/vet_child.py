"""The process in which a plugin is vetted: imports it, and notes what the import does besides."""

import faulthandler
import json
import os
import resource
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

_WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_ACTS: Final = {
    "socket.connect": "connects to {1}",
    "socket.bind": "binds a socket to {1}",
    "subprocess.Popen": "starts the program {0}",
    "os.system": "runs the shell command {0}",
    "os.fork": "forks",
    "os.remove": "deletes {0}",
    "os.rename": "renames {0}",
    "os.mkdir": "makes the folder {0}",
    "shutil.rmtree": "deletes the folder {0}",
    "signal.pthread_kill": "signals a thread",
}


class Watch:
    """Collects what the interpreter's own audit events tell of side effects."""

    def __init__(self) -> None:
        self.acts: list[str] = []
        self.on = False
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        # Hooks can't be removed and hear everything, also this module's own writing.
        if not self.on or _is_bytecode(arguments):
            return
        if event == "open":
            self._note_open(*arguments)
        elif event in _ACTS:
            self._note(_ACTS[event].format(*(_text(each) for each in arguments)))

    def _note_open(self, path: Any, mode: Any, flags: Any) -> None:
        if isinstance(flags, int) and flags & _WRITING and path != os.devnull:
            self._note(f"writes {_text(path)}")

    def _note(self, act: str) -> None:
        if act not in self.acts:
            self.acts.append(act)


def _is_bytecode(arguments: tuple[Any, ...]) -> bool:
    """Caches of compiled modules are Python's doing; it writes them under a passing name and renames."""
    return bool(arguments) and "__pycache__" in _text(arguments[0])


def _text(value: Any) -> str:
    return os.fsdecode(value) if isinstance(value, (str, bytes, os.PathLike)) else repr(value)


def examine(plugin: str, distribution: str, timeout_s: float) -> Iterator[dict[str, Any]]:
    """Yield one stage after the other as it begins, then the result."""
    from host.errors import PluginError
    from host.kernel.discovery import discover
    from host.kernel.hooks import PluginHooks
    from host.kernel.load import import_plugin

    [candidate] = [each for each in discover()[plugin] if each.distribution == distribution]
    modules, threads = set(sys.modules), set(threading.enumerate())
    watch = Watch()
    # Its watchdog needs no lock of the interpreter: it also ends a loop in an extension.
    faulthandler.dump_traceback_later(timeout_s, exit=True)
    yield {"stage": "import"}
    began, burnt, fault = time.perf_counter(), time.process_time(), ""
    watch.on = True
    try:
        value = import_plugin(candidate)
        watch.on = False
        spent = {"import_s": time.perf_counter() - began, "cpu_s": time.process_time() - burnt}
        yield {"stage": "hooks"}
        PluginHooks(plugin, value.hooks)
    except PluginError as error:
        watch.on = False
        spent = {"import_s": time.perf_counter() - began, "cpu_s": time.process_time() - burnt}
        fault = str(error)
    faulthandler.cancel_dump_traceback_later()
    started = [each.name for each in set(threading.enumerate()) - threads]
    yield {
        "stage": "done",
        "fault": fault,
        **spent,
        "modules": len(set(sys.modules) - modules),
        "memory_kb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
        "side_effects": [*watch.acts, *(f"starts the thread {name}" for name in sorted(started))],
    }


def _main(plugin: str, distribution: str, timeout: str, result: str) -> None:
    faulthandler.enable()
    for told in examine(plugin, distribution, float(timeout)):
        fresh = Path(f"{result}.new")
        fresh.write_text(json.dumps(told), encoding="utf-8")
        fresh.replace(result)
    # Threads that the import started must not keep this process.
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    _main(*sys.argv[1:])
