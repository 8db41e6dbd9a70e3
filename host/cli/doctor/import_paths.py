"""Checks of the import path: modules that two distributions ship, and modules that a local file or folder hides."""

import json
from collections import defaultdict
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution, distributions
from pathlib import Path
from typing import Final

from host.cli.doctor.packages import HOST
from host.cli.doctor.patient import Patient
from host.contributions import Finding
from host.kernel.locate import package_folder
from host.resources import project_root

_NEEDED: Final = ("host", "plugins", "containers", "streamlit", "sqlalchemy", "pydantic", "starlette", "typer")


def shipped_twice(patient: Patient) -> Iterator[Finding]:
    """No two distributions install the same top-level module: the later one has overwritten the other's files."""
    owners: dict[str, set[str]] = defaultdict(set)
    for found in distributions():
        for module in _regular_modules(found):
            owners[module].add(found.name)
    concerned = {each.module.partition(".")[0] for each in patient.installed} | set(_NEEDED)
    for module in sorted(concerned):
        if len(owners[module]) > 1:
            names = " and ".join(sorted(owners[module]))
            message = f"module {module} is installed by {names}; one has overwritten the other"
            remedy = "Uninstall both, then install the one you need."
            yield Finding(code="doctor.module-twice", severity="error", message=message, remedy=remedy)


def hidden(patient: Patient) -> Iterator[Finding]:
    """What is imported is what is installed: no file or folder that comes earlier on the path hides it."""
    for candidate in patient.installed:
        module = candidate.module.partition(".")[0]
        folder, home = package_folder(module), _home(distribution(candidate.distribution))
        if folder is not None and home is not None and not folder.resolve().is_relative_to(home):
            message = f"{candidate.id}: {module} is imported from {folder}, not {candidate.distribution}'s in {home}"
            remedy = "Rename or remove what hides it, or take its folder off PYTHONPATH."
            yield Finding(code="doctor.hidden", severity="error", message=message, remedy=remedy)


def local_names(patient: Patient) -> Iterator[Finding]:
    """The project folder holds nothing named like a package that the app needs."""
    root = patient.config.root if patient.config else project_root()
    checkout = _home(distribution(HOST))
    for name in _NEEDED:
        for path in (root / f"{name}.py", root / name / "__init__.py"):
            if path.exists() and root != checkout:
                message = f"{path} has the name of an installed package; `python -m …` started here imports it instead"
                yield Finding(code="doctor.local-name", severity="warning", message=message, remedy="Rename it.")


def _regular_modules(found: Distribution) -> set[str]:
    """Return top-level modules that a distribution owns as a whole; parts of namespace packages may be shared."""
    tops = set()
    for path in found.files or ():
        parts = path.parts
        if len(parts) == 2 and parts[1] == "__init__.py":
            tops.add(parts[0])
        elif len(parts) == 1 and path.suffix == ".py" and not path.name.startswith("__editable__"):
            tops.add(path.stem)
    return tops


def _home(found: Distribution) -> Path | None:
    """Return the folder that a distribution's modules are imported from: its checkout, if it is an editable one."""
    stated = found.read_text("direct_url.json")
    if stated:
        direct = json.loads(stated)
        if direct.get("dir_info", {}).get("editable"):
            return Path(direct["url"].removeprefix("file://")).resolve()
    return Path(str(found.locate_file(""))).resolve()
