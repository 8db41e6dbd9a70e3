"""Lets a checkout's tests find its plugins before anything is installed: the entry points of its own pyproject.toml."""

import importlib
import json
import sys
import tempfile
import tomllib
from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, Final

GROUP: Final = "holdfast.plugins"


def announce_checkout(root: Path) -> Callable[[], None]:
    """Put the plugins of the project at `root` on the path, unless its distribution is installed already.

    Args:
        root: folder with a ``pyproject.toml``.

    Returns:
        What takes them off the path again.
    """
    project = _project(root / "pyproject.toml")
    plugins = project.get("entry-points", {}).get(GROUP)
    if not plugins or _is_installed(project["name"]):
        return _nothing
    folder = tempfile.TemporaryDirectory(prefix="holdfast-checkout-")
    _write_info(Path(folder.name), root, project, plugins)
    paths = [folder.name, *(str(path) for path in (root / "src", root) if path.is_dir())]
    sys.path[:0] = paths
    importlib.invalidate_caches()

    def withdraw() -> None:
        for path in paths:
            sys.path.remove(path)
        folder.cleanup()

    return withdraw


def _project(path: Path) -> Mapping[str, Any]:
    if not path.is_file():
        return {}
    table: Mapping[str, Any] = tomllib.loads(path.read_text(encoding="utf-8")).get("project", {})
    return table


def _is_installed(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True


def _write_info(folder: Path, root: Path, project: Mapping[str, Any], plugins: Mapping[str, str]) -> None:
    name, version = project["name"], project.get("version", "0")
    info = folder / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir()
    lines = [f"[{GROUP}]", *(f"{id_} = {target}" for id_, target in plugins.items())]
    source = {"url": root.as_uri(), "dir_info": {"editable": True}}
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (info / "direct_url.json").write_text(json.dumps(source), encoding="utf-8")


def _nothing() -> None:
    """Nothing was put on the path."""
