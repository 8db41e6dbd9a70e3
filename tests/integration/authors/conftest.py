"""Runs `PluginConformance` once over every planted plugin, in a pytest of its own."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import pytest

from host.testing import TemporaryDistributions
from tests.integration.authors.planted import PLANTED, SOUND, Planted


@dataclass(frozen=True)
class Outcome:
    """How the checks of one plugin ended."""

    failed: Mapping[str, str]
    passed: frozenset[str]


@pytest.fixture(scope="session")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Outcome]:
    """Plugin id → outcome."""
    folder = tmp_path_factory.mktemp("planted")
    site = folder / "site"
    site.mkdir()
    for planted in (SOUND, *PLANTED):
        install(planted, site)
    classes = [f"class Test_{each.id}(PluginConformance):\n    plugin = '{each.id}'\n" for each in (SOUND, *PLANTED)]
    (folder / "test_planted.py").write_text("from host.testing import PluginConformance\n\n" + "\n".join(classes))
    (folder / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n2", "--junitxml=report.xml"]
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, "PYTHONPATH": str(site)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stdout[-5000:] + done.stderr
    return _read(folder / "report.xml")


def install(planted: Planted, site: Path) -> None:
    """Install a planted plugin as pip would, with a record of its files."""
    TemporaryDistributions(site).add(planted.distribution, {planted.id: planted.content()})
    package = site / planted.package
    names = {path.relative_to(site).as_posix() for path in package.rglob("*") if path.is_file()}
    names |= {f"{planted.package}/{name}" for name in planted.written}
    left_out = {f"{planted.package}/{name}" for name in planted.unshipped}
    info = next(site.glob(f"{planted.distribution.replace('-', '_')}-*.dist-info"))
    (info / "RECORD").write_text("\n".join(f"{name},," for name in sorted(names - left_out)))


def _read(report: Path) -> dict[str, Outcome]:
    failed: dict[str, dict[str, str]] = {}
    passed: dict[str, set[str]] = {}
    for case in ElementTree.parse(report).iter("testcase"):
        id_ = case.get("classname", "").rpartition("Test_")[2]
        name = case.get("name", "")
        failed.setdefault(id_, {})
        passed.setdefault(id_, set())
        fault = next((child for child in case if child.tag in ("failure", "error")), None)
        if fault is not None:
            failed[id_][name] = fault.get("message", "")
        elif case.find("skipped") is None:
            passed[id_].add(name)
    return {id_: Outcome(failed[id_], frozenset(passed[id_])) for id_ in failed}
