"""Checks of installed packages: what is missing or too old, which extras are absent, which versions are required."""

import platform
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from typing import Final

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from host.cli.doctor.patient import Patient
from host.contributions import Finding

HOST: Final = "holdfast"


def python_version(patient: Patient) -> Iterator[Finding]:
    """Every distribution states the Python versions it runs on."""
    for name in _distributions(patient):
        [wanted] = distribution(name).metadata.get_all("Requires-Python") or [""]
        if wanted and not SpecifierSet(wanted).contains(platform.python_version()):
            message = f"{name} needs Python {wanted}, this is {platform.python_version()}"
            remedy = "Install it into an environment of that Python."
            yield Finding(code="doctor.python", severity="error", message=message, remedy=remedy)


def requirements(patient: Patient) -> Iterator[Finding]:
    """Every requirement of the host and of plugins' distributions is installed in a version that fits."""
    for name in _distributions(patient):
        for requirement in _requirements(distribution(name)):
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                yield from _unmet(name, requirement)


def extras(patient: Patient) -> Iterator[Finding]:
    """Optional parts that are not installed, for whoever looks for one."""
    for name in _distributions(patient):
        found = distribution(name)
        for extra in found.metadata.get_all("Provides-Extra") or ():
            wanted = [each for each in _requirements(found) if each.marker and each.marker.evaluate({"extra": extra})]
            plain = [each for each in wanted if not (each.marker and each.marker.evaluate({"extra": ""}))]
            missing = sorted(each.name for each in plain if _installed(each.name) is None)
            if missing:
                message = f"the optional part {name}[{extra}] is not installed: {', '.join(missing)}"
                remedy = f"If you need it: pip install '{name}[{extra}]'"
                yield Finding(code="doctor.extra", severity="info", message=message, remedy=remedy)


def _distributions(patient: Patient) -> list[str]:
    return sorted({HOST, *(each.distribution for each in patient.installed)})


def _requirements(found: Distribution) -> list[Requirement]:
    return [Requirement(each) for each in found.requires or ()]


def _unmet(name: str, requirement: Requirement) -> Iterator[Finding]:
    wanted = f"{requirement.name}{requirement.specifier}"
    remedy = f"pip install '{wanted}'"
    version = _installed(requirement.name)
    if version is None:
        message = f"{name} needs {wanted}, which is not installed"
        yield Finding(code="doctor.missing", severity="error", message=message, remedy=remedy)
    elif not requirement.specifier.contains(version, prereleases=True):
        message = f"{name} needs {wanted}, installed is {requirement.name} {version}"
        yield Finding(code="doctor.version", severity="error", message=message, remedy=remedy)


def _installed(name: str) -> str | None:
    try:
        return distribution(canonicalize_name(name)).version
    except PackageNotFoundError:
        return None
