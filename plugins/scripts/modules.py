"""Imports of one script folder, kept apart from every other: two scripts' ``utils`` never meet.

A folder's modules live in `sys.modules` below a package of their own, so that reruns find them again and pickled
objects their classes. The script and its modules run with builtins of their own, whose ``__import__`` looks into
the folder first; nothing is put on the process's `sys.path`.
"""

import builtins
import hashlib
import importlib
import importlib.machinery
import importlib.util
import re
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, Final

from plugins.scripts import folder as own_folder
from plugins.scripts.source import compile_module

PREFIX: Final = "holdfast_scripts_"


class _Loader(importlib.machinery.SourceFileLoader):
    """Runs a helper module with its folder's builtins; leaves no byte code behind that another run could pick up."""

    stamp: int = 0
    """Modification time of what was loaded, nanoseconds."""

    def get_code(self, fullname: str) -> CodeType:
        file = Path(self.get_filename(fullname))
        self.stamp = file.stat().st_mtime_ns
        return compile_module(file)

    def is_stale(self) -> bool:
        """Tell whether the file has changed or gone since it was loaded."""
        try:
            return Path(self.path).stat().st_mtime_ns != self.stamp
        except FileNotFoundError:
            return True

    def exec_module(self, module: ModuleType) -> None:
        vars(module)["__builtins__"] = ScriptFolder.owning(module.__name__).builtins
        super().exec_module(module)


class _Finder:
    """Finds modules below the folders' packages, and nothing else."""

    @staticmethod
    def find_spec(
        fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if not fullname.startswith(PREFIX):
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is not None and type(spec.loader) is importlib.machinery.SourceFileLoader:
            spec.loader = _Loader(fullname, spec.loader.path)
        return spec


class _SearchPath(list[str]):
    """A script's ``sys.path``: the folder, then the process's; what the script adds stays its own."""

    def __init__(self, root: Path) -> None:
        super().__init__([str(root), *sys.path])
        self._process = {*sys.path} - {str(root)}

    def own(self) -> list[str]:
        return [entry for entry in self if entry not in self._process]


class ScriptFolder:
    """One folder with its modules.

    Args:
        root: the folder, resolved.
    """

    _every: Final[dict[Path, "ScriptFolder"]] = {}
    _lock: Final = threading.RLock()

    def __init__(self, root: Path) -> None:
        self.root = root
        name = re.sub(r"[^a-z0-9]+", "_", root.name.lower()).strip("_")
        self.alias = f"{PREFIX}{name}_{hashlib.sha256(str(root).encode()).hexdigest()[:8]}"
        self.search_path = _SearchPath(root)
        self.stand_ins: dict[str, ModuleType] = {}
        self.builtins: dict[str, Any] = {**vars(builtins), "__import__": self._import}
        if not own_folder.available():
            self.builtins["open"] = self._open
        self._package = ModuleType(self.alias)
        sys.modules[self.alias] = self._package
        self._look_at_path()

    @classmethod
    def of(cls, root: Path) -> "ScriptFolder":
        """Return the one `ScriptFolder` of `root`."""
        with cls._lock:
            if _Finder not in sys.meta_path:
                sys.meta_path.insert(0, _Finder)
            if root not in cls._every:
                cls._every[root] = cls(root)
            return cls._every[root]

    @classmethod
    def owning(cls, module: str) -> "ScriptFolder":
        """Return the folder to which the module of that full name belongs."""
        return next(each for each in cls._every.values() if module.split(".", maxsplit=1)[0] == each.alias)

    def owns(self, name: str) -> bool:
        """Tell whether an absolute import of `name` means a module of this folder."""
        top = name.partition(".")[0]
        if top in sys.stdlib_module_names or top in self.stand_ins:
            return False
        if f"{self.alias}.{top}" in sys.modules:
            return True
        spec = importlib.machinery.PathFinder.find_spec(top, self._look_at_path())
        if spec is None:
            return False
        shared = sys.modules.get(top)
        if spec.origin is None:
            return shared is None and importlib.util.find_spec(top) is None
        return shared is None or getattr(shared, "__file__", None) != spec.origin

    def import_module(self, name: str) -> ModuleType:
        """Import a module of this folder by the name that its script uses."""
        return importlib.import_module(f"{self.alias}.{name}")

    def refresh(self) -> None:
        """Forget the folder's modules when a file of theirs has changed, so that the next import reads it."""
        with self._lock:
            loaded = dict(self._loaded())
            if any(loader.is_stale() for loader in loaded.values()):
                importlib.invalidate_caches()
                for name in loaded:
                    sys.modules.pop(name, None)

    def _loaded(self) -> Iterator[tuple[str, _Loader]]:
        for name, module in list(sys.modules.items()):
            loader = getattr(module, "__loader__", None)
            if name.startswith(f"{self.alias}.") and isinstance(loader, _Loader):
                yield name, loader

    def _look_at_path(self) -> list[str]:
        own = self.search_path.own()
        self._package.__path__ = own
        return own

    def _import(
        self,
        name: str,
        globals: Mapping[str, object] | None = None,  # noqa: A002
        locals: Mapping[str, object] | None = None,  # noqa: A002
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        if level == 0 and self.owns(name):
            module = builtins.__import__(f"{self.alias}.{name}", globals, locals, fromlist or ("__name__",), 0)
            return module if fromlist else sys.modules[f"{self.alias}.{name.partition('.')[0]}"]
        module = builtins.__import__(name, globals, locals, fromlist or (), level)
        return self.stand_ins.get(module.__name__, module) if level == 0 else module

    def _open(self, file: Any, *args: Any, **kwargs: Any) -> Any:
        relative = isinstance(file, str | Path) and not Path(file).is_absolute()
        return open(self.root / file if relative else file, *args, **kwargs)  # noqa: PTH123
