"""Looks into what a plugin ships: builds its wheel, or reads the record of the one that is installed."""

import json
import subprocess
import sys
import zipfile
from importlib.metadata import distribution
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from urllib.request import url2pathname

BUILD_TIMEOUT_S: Final = 300
_LEFT_OUT: Final = (".pyc", ".pyo")


def missing_files(distribution_name: str, package: str, folder: Path, workspace: Path) -> list[str]:
    """Return files of the package's folder that the distribution does not carry.

    Args:
        workspace: an empty folder for the built wheel.
    """
    shipped = _shipped(distribution_name, workspace)
    inside = package.replace(".", "/")
    wanted = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix not in _LEFT_OUT]
    names = [f"{inside}/{path.relative_to(folder).as_posix()}" for path in wanted]
    return [name for name in names if name not in shipped]


def _shipped(distribution_name: str, workspace: Path) -> set[str]:
    found = distribution(distribution_name)
    source = _checkout(found.read_text("direct_url.json"))
    if source is not None:
        return set(zipfile.ZipFile(build_wheel(source, workspace)).namelist())
    assert found.files is not None, f"{distribution_name} has no record of its files; install it with pip"
    return {path.as_posix() for path in found.files}


def _checkout(direct_url: str | None) -> Path | None:
    """Return the folder that an editable installation points to."""
    if direct_url is None:
        return None
    source = json.loads(direct_url)
    editable = source.get("dir_info", {}).get("editable", False)
    return Path(url2pathname(urlsplit(source["url"]).path)) if editable else None


def build_wheel(project: Path, folder: Path) -> Path:
    """Build the wheel of `project` into `folder` with the build backend of this environment.

    Raises:
        AssertionError: the build failed; holds its output.
    """
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(project)]
    done = subprocess.run(  # noqa: S603 -- the plugin's own build, as its author runs it
        command, capture_output=True, text=True, timeout=BUILD_TIMEOUT_S, check=False
    )
    assert done.returncode == 0, f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}"
    return next(folder.glob("*.whl"))
