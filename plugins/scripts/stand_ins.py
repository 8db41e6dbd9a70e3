"""Modules as one script sees them: the real ones, but for the few names that speak of the whole process."""

import argparse
import importlib
import sys
from collections.abc import Callable, Mapping, MutableSequence
from pathlib import Path
from types import ModuleType
from typing import Any

Arguments = Callable[[], list[str]]
"""Returns the running script's ``sys.argv``."""


class StandIn(ModuleType):
    """A module in which some names are replaced; everything else is read from the real one.

    Args:
        real: the module to stand for.
        computed: name → function that returns what the script sees at that moment.
        replaced: name → what the script sees instead.
    """

    def __init__(
        self, real: ModuleType, computed: Mapping[str, Callable[[], Any]] | None = None, /, **replaced: Any
    ) -> None:
        super().__init__(real.__name__, real.__doc__)
        public = getattr(real, "__all__", [name for name in dir(real) if not name.startswith("_")])
        vars(self).update({"_real": real, "_computed": computed or {}, "__spec__": real.__spec__, "__all__": public})
        vars(self).update(replaced)

    def __getattr__(self, name: str) -> Any:
        computed = vars(self)["_computed"].get(name)
        return computed() if computed is not None else getattr(vars(self)["_real"], name)

    def __dir__(self) -> list[str]:
        return sorted({*dir(vars(self)["_real"]), *vars(self)})


def sys_for(arguments: Arguments, path: MutableSequence[str]) -> ModuleType:
    """Return `sys` with the running script's own ``argv`` and its folder's import path."""
    return StandIn(sys, {"argv": arguments}, path=path)


def importlib_for(import_module: Callable[[str], ModuleType], owns: Callable[[str], bool]) -> ModuleType:
    """Return `importlib` whose `import_module` finds the folder's own modules."""

    def import_own(name: str, package: str | None = None) -> ModuleType:
        return import_module(name) if owns(name) else importlib.import_module(name, package)

    return StandIn(importlib, import_module=import_own)


def argparse_for(arguments: Arguments) -> ModuleType:
    """Return `argparse` whose parsers read the script's arguments, not those of the server."""

    class ArgumentParser(argparse.ArgumentParser):
        def __init__(self, prog: str | None = None, *args: Any, **kwargs: Any) -> None:
            super().__init__(prog or Path(arguments()[0]).name, *args, **kwargs)

        def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
            return super().parse_known_args(arguments()[1:] if args is None else args, namespace)

        def exit(self, status: int = 0, message: str | None = None) -> Any:
            raise SystemExit(message.strip() if status and message else status)

    return StandIn(argparse, ArgumentParser=ArgumentParser)
