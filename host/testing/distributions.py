"""Throw-away distributions: real installed packages on a temporary folder of the path, gone after the test."""

import importlib
import shutil
import sys
import textwrap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from host.kernel.locate import GROUP

_MANIFEST: Final = '[plugin]\nhost = ">=1.0,<2"\n'
_PLUGIN: Final = "from host import Plugin\n\nplugin = Plugin()\n"


@dataclass
class TemporaryDistributions:
    """A folder of the path that holds distributions made for one test.

    Args:
        folder: an empty folder; `on_path` puts it on ``sys.path``.
    """

    folder: Path
    _packages: set[str] = field(default_factory=set)

    def add(self, name: str, plugins: Mapping[str, Mapping[str, str]], *, version: str = "1.0") -> None:
        """Install a distribution.

        Args:
            name: of the distribution, such as ``"acme-billing"``.
            plugins: plugin id → file name → content. A plugin's package is ``<distribution>_<id>``; what isn't
                given is the smallest that works; an empty content leaves a file out.
            version: of the distribution.
        """
        entries = [self._write_plugin(name, id_, files) for id_, files in plugins.items()]
        info = self.folder / f"{name.replace('-', '_')}-{version}.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        (info / "entry_points.txt").write_text(f"[{GROUP}]\n" + "\n".join(entries) + "\n")
        importlib.invalidate_caches()

    def remove(self, name: str) -> None:
        """Uninstall a distribution with its packages."""
        stem = name.replace("-", "_")
        for path in self.folder.glob(f"{stem}*"):
            shutil.rmtree(path)
        importlib.invalidate_caches()

    @contextmanager
    def on_path(self) -> Iterator["TemporaryDistributions"]:
        """Put the folder on the path for the block; afterwards its modules are forgotten."""
        sys.path.insert(0, str(self.folder))
        importlib.invalidate_caches()
        try:
            yield self
        finally:
            sys.path.remove(str(self.folder))
            self._forget()

    def _write_plugin(self, distribution: str, id_: str, files: Mapping[str, str]) -> str:
        package = f"{distribution.replace('-', '_')}_{id_}"
        self._packages.add(package)
        content = {"__init__.py": "\n", "plugin.toml": _MANIFEST, "plugin.py": _PLUGIN, **files}
        for file_name, text in content.items():
            if text:
                path = self.folder / package / file_name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(textwrap.dedent(text), encoding="utf-8")
        return f"{id_} = {package}.plugin:plugin"

    def _forget(self) -> None:
        for module in [each for each in sys.modules if each.partition(".")[0] in self._packages]:
            del sys.modules[module]
        importlib.invalidate_caches()
