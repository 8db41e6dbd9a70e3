"""Finds a module's folder on the import path without importing it or its parents; light enough for `app --help`."""

import logging
import pkgutil
import sys
from collections.abc import Iterator, Sequence
from importlib.machinery import ModuleSpec
from importlib.metadata import Distribution, EntryPoint, distributions
from pathlib import Path
from typing import Final

from packaging.utils import canonicalize_name

from host.one_line import describe

_log: Final = logging.getLogger(__name__)
GROUP: Final = "holdfast.plugins"
"""The entry point group in which plugins are registered."""


def registered() -> Iterator[tuple[Distribution, EntryPoint]]:
    """Yield every registered plugin with its distribution; one that can't be read hides its own plugins only.

    The first distribution of a name counts: an editable checkout may be seen from two places of the path.
    """
    seen: set[str] = set()
    for distribution in distributions():
        entry_points = _entry_points(distribution)
        name = canonicalize_name(distribution.metadata["Name"]) if entry_points else ""
        if name not in seen:
            yield from ((distribution, each) for each in entry_points)
            seen.add(name)


def _entry_points(distribution: Distribution) -> list[EntryPoint]:
    """Return its entry points in our group; whoever doesn't mention the group isn't parsed at all."""
    try:
        if GROUP not in (distribution.read_text("entry_points.txt") or ""):
            return []
        if not (distribution.metadata["Name"] and distribution.metadata["Version"]):
            raise ValueError("its metadata lack a name or a version")
        return list(distribution.entry_points.select(group=GROUP))
    except Exception as error:
        where = getattr(distribution, "_path", distribution)
        _log.warning("plugins are passed over, %s can't be read: %s", where, describe(error))
        return []


def package_folder(module: str) -> Path | None:
    """Return the folder of the package that holds `module`, without importing any of its parents."""
    parts, search, folder = module.split("."), None, None
    for depth in range(len(parts)):
        spec = _find(".".join(parts[: depth + 1]), search)
        if spec is None:
            return folder if depth == len(parts) - 1 else None
        if not spec.submodule_search_locations:
            return folder or (Path(spec.origin).parent if spec.origin else None)
        search = list(spec.submodule_search_locations)
        folder = Path(search[0])
    return folder


def _find(name: str, search: Sequence[str] | None) -> ModuleSpec | None:
    """Ask the finders themselves: `importlib.util.find_spec` would import the parent packages."""
    if search is not None:
        return _find_in(name, search)
    for finder in sys.meta_path:
        find = getattr(finder, "find_spec", None)
        spec: ModuleSpec | None = find(name, None) if find is not None else None
        if spec is not None:
            return spec
    return None


def _find_in(name: str, search: Sequence[str]) -> ModuleSpec | None:
    """Ask each folder's own finder: `PathFinder` looks a namespace package's parent up among imported modules."""
    portions: ModuleSpec | None = None
    for entry in search:
        finder = pkgutil.get_importer(entry)
        spec: ModuleSpec | None = finder.find_spec(name) if finder is not None else None
        if spec is not None and spec.loader is not None:
            return spec
        portions = portions or spec
    return portions
