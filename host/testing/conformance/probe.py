"""Runs in a process of its own: imports a plugin's modules twice and tells what that did. Standard library only.

The first import may do whatever the libraries that it pulls in do; it only notes who asks for Streamlit. The second
one, with all libraries loaded, shows what the plugin's own code does.
"""

import builtins
import importlib
import json
import pkgutil
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any, Final

WRITING: Final = frozenset("wax+")
PROCESSES: Final = ("subprocess.Popen", "os.system", "os.exec", "os.fork", "os.posix_spawn")
FILES: Final = ("os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.truncate", "shutil.rmtree", "sqlite3.connect")
VISIBLE: Final = ("pages", "widgets")
"""Modules that may import Streamlit."""


class StreamlitWatch:
    """Notes which module of the package stands behind an import of Streamlit, direct or through a library."""

    def __init__(self, package: str) -> None:
        self.package = package
        self.importers: set[str] = set()
        self._import = builtins.__import__

    def __enter__(self) -> "StreamlitWatch":
        builtins.__import__ = self._noting
        return self

    def __exit__(self, *_: object) -> None:
        builtins.__import__ = self._import

    def _noting(self, name: str, *arguments: Any, **options: Any) -> ModuleType:
        if name.partition(".")[0] == "streamlit":
            importer = next(self._modules(sys._getframe(1)), "")
            if importer and not may_draw(importer):
                self.importers.add(importer)
        return self._import(name, *arguments, **options)

    def _modules(self, frame: FrameType | None) -> Iterator[str]:
        """Yield the package's modules on the stack, the nearest first."""
        while frame is not None:
            name = str(frame.f_globals.get("__name__", ""))
            if name == self.package or name.startswith(f"{self.package}."):
                yield name
            frame = frame.f_back


def may_draw(module: str) -> bool:
    """Tell whether a module may import Streamlit."""
    return any(part in VISIBLE for part in module.split(".")[1:])


class EffectWatch:
    """An audit hook: notes sockets, processes and written files while `active`."""

    def __init__(self) -> None:
        self.active = False
        self.effects: list[str] = []

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Note an audit event."""
        if not self.active:
            return
        if event.startswith("socket.") or event in PROCESSES or event in FILES:
            self.effects.append(f"{event} {arguments[0] if arguments else ''}".strip())
        elif event == "open" and self._writes(arguments):
            self.effects.append(f"writes {arguments[0]}")

    def _writes(self, arguments: tuple[Any, ...]) -> bool:
        path, mode, _ = arguments
        return bool(set(mode or "") & WRITING) and "__pycache__" not in str(path)


def modules_of(package: str, folder: Path) -> list[str]:
    """Return the package and every module below it except tests, revisions and ``__main__``."""
    left_out = ("tests", "migrations", "__main__")
    found = [module.name for module in pkgutil.walk_packages([str(folder)], f"{package}.") if module.name.isascii()]
    return [package, *(name for name in found if not any(part in left_out for part in name.split(".")))]


def forget(package: str) -> None:
    """Let the package be imported anew."""
    for name in [name for name in sys.modules if name == package or name.startswith(f"{package}.")]:
        del sys.modules[name]


def main(package: str, folder: str) -> dict[str, list[str]]:
    """Return ``effects`` (what the import did) and ``streamlit`` (modules that import it though they may not)."""
    # What may draw comes last: before it, a library that brings Streamlit along is still seen.
    names = sorted(modules_of(package, Path(folder)), key=may_draw)
    with StreamlitWatch(package) as streamlit:
        _import_all(names)
    forget(package)
    threads, effects = set(threading.enumerate()), EffectWatch()
    sys.addaudithook(effects)
    effects.active = True
    _import_all(names)
    effects.active = False
    started = [f"starts thread {thread.name}" for thread in threading.enumerate() if thread not in threads]
    return {"effects": [*effects.effects, *started], "streamlit": sorted(streamlit.importers)}


def _import_all(names: Sequence[str]) -> None:
    for name in names:
        importlib.import_module(name)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1], sys.argv[2])))
