"""Candidates made of nothing but a manifest: a plan needs no more."""

from importlib.metadata import EntryPoint
from typing import Any

from host.kernel.choices import Choices, PluginsFile, Toggle
from host.kernel.discovery import Candidate
from host.kernel.features import Pins
from host.kernel.locate import GROUP
from host.kernel.manifest import Manifest
from host.kernel.plan import Question


def candidate(id_: str, distribution: str = "acme", version: str = "1.0", **manifest: Any) -> Candidate:
    """Make a candidate; `manifest` holds fields of its ``[plugin]`` table."""
    entry = EntryPoint(id_, f"{distribution}_{id_}.plugin:plugin", GROUP)
    return Candidate(id_, distribution, version, entry, Manifest(**{"host": ">=1.0,<2", **manifest}))


def question(
    *candidates: Candidate,
    file: dict[str, Any] | None = None,
    toggles: dict[str, Toggle] | None = None,
    pins: dict[str, bool] | None = None,
    **more: Any,
) -> Question:
    """Ask about `candidates`, each listed in the file unless `file` says otherwise."""
    found: dict[str, list[Candidate]] = {}
    for each in candidates:
        found.setdefault(each.id, []).append(each)
    stored = PluginsFile.model_validate({"plugins": {id_: {} for id_ in found}, **(file or {})})
    return Question(found, Choices(stored, toggles or {}, Pins(pins or {})), "1.0", **more)
