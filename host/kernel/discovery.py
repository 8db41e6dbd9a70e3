"""Finds plugins through their entry points and reads their manifests; imports nothing of theirs."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, PathFinder
from importlib.metadata import Distribution, EntryPoint, distributions
from pathlib import Path
from typing import Final

from packaging.utils import canonicalize_name

from host.errors import PluginError
from host.kernel.manifest import FILE_NAME, Manifest, read_manifest

GROUP: Final = "holdfast.plugins"


@dataclass(frozen=True)
class Candidate:
    """An installed plugin, not imported.

    Args:
        problem: why it can't be planned, or empty.
    """

    id: str
    distribution: str
    version: str
    entry_point: EntryPoint
    manifest: Manifest | None = None
    folder: Path | None = None
    problem: str = ""
    remedy: str = ""


def discover() -> Mapping[str, Sequence[Candidate]]:
    """Return every installed candidate by id; more than one means that several distributions claim the id."""
    found: dict[str, list[Candidate]] = {}
    for distribution in _unique(distributions()):
        for entry_point in distribution.entry_points.select(group=GROUP):
            candidate = _candidate(distribution, entry_point)
            found.setdefault(candidate.id, []).append(candidate)
    return {id_: sorted(found[id_], key=lambda each: each.distribution) for id_ in sorted(found)}


def _unique(found: Iterable[Distribution]) -> list[Distribution]:
    """Keep the first distribution of a name: an editable checkout may be seen from two places of the path."""
    first: dict[str, Distribution] = {}
    for each in found:
        if each.metadata["Name"]:
            first.setdefault(canonicalize_name(each.metadata["Name"]), each)
    return list(first.values())


def _candidate(distribution: Distribution, entry_point: EntryPoint) -> Candidate:
    name, version = canonicalize_name(distribution.metadata["Name"]), distribution.version
    folder = package_folder(entry_point.module)
    try:
        manifest = _manifest_in(folder, entry_point)
    except PluginError as error:
        return Candidate(
            entry_point.name, name, version, entry_point, None, folder, problem=error.message, remedy=error.remedy
        )
    return Candidate(entry_point.name, name, version, entry_point, manifest, folder)


def _manifest_in(folder: Path | None, entry_point: EntryPoint) -> Manifest:
    if folder is None:
        raise PluginError(f"its package is gone: {entry_point.module!r} can't be found", remedy="Install it again.")
    path = folder / FILE_NAME
    if not path.is_file():
        raise PluginError(f"no manifest: {path} does not exist", remedy=f"Ship {FILE_NAME} in the plugin's package.")
    return read_manifest(path)


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


def _find(name: str, search: list[str] | None) -> ModuleSpec | None:
    """Ask the finders themselves: `importlib.util.find_spec` would import the parent packages."""
    if search is not None:
        return PathFinder.find_spec(name, search)
    for finder in sys.meta_path:
        spec = finder.find_spec(name, None)
        if spec is not None:
            return spec
    return None
