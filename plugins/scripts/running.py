"""The run of a script: its namespace, found again by pickle and type hints, and the way back in for callbacks."""

import sys
import weakref
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from functools import wraps
from pathlib import Path
from types import ModuleType
from typing import Any

from host import PluginError
from plugins.scripts.folder import working_in
from plugins.scripts.modules import ScriptFolder


class _Namespaces(ModuleType):
    """Stands in `sys.modules` for a script; shows each thread the names of the run that it belongs to.

    Every run has fresh names, and several sessions run one script at once: a plain module would hand a class of
    one run to the pickle of another ("not the same object").
    """

    def __init__(self, name: str) -> None:
        super().__init__(name)
        object.__setattr__(self, "_latest", lambda: None)

    def __getattribute__(self, name: str) -> Any:
        if name in ("__class__", "_latest", "__spec__", "__loader__", "__path__"):
            return object.__getattribute__(self, name)
        run = _running.get()
        own = object.__getattribute__(self, "__name__")
        module = run.namespace if run is not None and run.namespace.__name__ == own else self._latest()
        return object.__getattribute__(self, name) if module is None else getattr(module, name)


class ScriptRun:
    """One run of one script.

    Args:
        file: the script.
        folder: where it is at home.
        arguments: what it finds in ``sys.argv`` after its own name.
        surroundings: makes what else must hold while its code runs, anew for each entry.
    """

    def __init__(
        self,
        file: Path,
        folder: ScriptFolder,
        arguments: tuple[str, ...] = (),
        surroundings: Callable[[], AbstractContextManager[Any]] | None = None,
    ) -> None:
        self.file = file
        self.folder = folder
        self.arguments = [str(file), *arguments]
        self.surroundings = surroundings
        self.namespace = _namespace(file, folder)

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Make this run the one whose code runs: context, working directory, surroundings."""
        token = _running.set(self)
        try:
            with working_in(self.folder.root):
                if self.surroundings is None:
                    yield
                else:
                    with self.surroundings():
                        yield
        finally:
            _running.reset(token)

    def bound(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return `function` so that it enters this run wherever it is called from."""

        @wraps(function)
        def inside(*args: Any, **kwargs: Any) -> Any:
            with self.entered():
                return function(*args, **kwargs)

        return inside


_running: ContextVar[ScriptRun | None] = ContextVar("holdfast_script_run", default=None)


def running() -> ScriptRun | None:
    """Return the run whose code runs, if any does."""
    return _running.get()


def arguments() -> list[str]:
    """Return ``sys.argv`` of the running script.

    Raises:
        PluginError: no script runs in this thread.
    """
    run = _running.get()
    if run is None:
        raise PluginError("sys.argv was read by a thread that runs no script", remedy="Read it in the script's body.")
    return run.arguments


def _namespace(file: Path, folder: ScriptFolder) -> ModuleType:
    name = f"{folder.alias}.__main__.{file.relative_to(folder.root).with_suffix('').as_posix().replace('/', '.')}"
    module = ModuleType(name)
    vars(module).update({"__file__": str(file), "__builtins__": folder.builtins, "__package__": None})
    shown = sys.modules.setdefault(name, _Namespaces(name))
    object.__setattr__(shown, "_latest", weakref.ref(module))
    return module
