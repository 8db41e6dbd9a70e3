"""Finds plugins through their entry points and reads their manifests; imports nothing of theirs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import Distribution, EntryPoint
from pathlib import Path

from packaging.utils import canonicalize_name

from host.errors import PluginError
from host.kernel.locate import package_folder, registered
from host.kernel.manifest import FILE_NAME, Manifest, read_manifest
from host.kernel.naming import refuse_id


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

    @property
    def module(self) -> str:
        """The module that the entry point names; its own property raises on a malformed one."""
        return self.entry_point.value.partition(":")[0].strip()


def discover() -> Mapping[str, Sequence[Candidate]]:
    """Return every installed candidate by id; more than one means that several distributions claim the id."""
    found: dict[str, list[Candidate]] = {}
    for distribution, entry_point in registered():
        candidate = _candidate(distribution, entry_point)
        found.setdefault(candidate.id, []).append(candidate)
    return {id_: sorted(found[id_], key=lambda each: each.distribution) for id_ in sorted(found)}


def _candidate(distribution: Distribution, entry_point: EntryPoint) -> Candidate:
    name = canonicalize_name(distribution.metadata["Name"])
    found = Candidate(entry_point.name, name, distribution.version, entry_point)
    try:
        refuse_id(found.id)
        found = replace(found, folder=_folder(found.module, entry_point.value))
        return replace(found, manifest=_manifest_in(found))
    except PluginError as error:
        return replace(found, problem=error.message, remedy=error.remedy)


def _folder(module: str, written: str) -> Path:
    if not all(part.isidentifier() for part in module.split(".")):
        raise PluginError(f"its entry point {written!r} names no module", remedy="Build it again.")
    folder = package_folder(module)
    if folder is None:
        raise PluginError(f"its package is gone: {module!r} can't be found", remedy="Install it again.")
    return folder


def _manifest_in(found: Candidate) -> Manifest:
    assert found.folder is not None
    path = found.folder / FILE_NAME
    if not path.is_file():
        raise PluginError(f"no manifest: {path} does not exist", remedy=f"Ship {FILE_NAME} in the plugin's package.")
    return read_manifest(path)
