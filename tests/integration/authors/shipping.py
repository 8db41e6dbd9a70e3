"""A plugin's way from its author to an operator: written, built, installed from its wheel where no checkout is."""

import subprocess
import sys
from pathlib import Path

from tests.environments import CHECKOUT, Environment, build_wheel, make_environment


def new_plugin(name: str, folder: Path) -> Path:
    """Run ``app plugins new`` of this environment and return the package's folder."""
    run([str(Path(sys.executable).with_name("app")), "plugins", "new", name, "--folder", str(folder)], folder)
    return folder / f"holdfast-{name}"


def ship(package: Path, workspace: Path) -> Environment:
    """Install the wheels of the host and of `package` into a new environment whose home is a fresh project."""
    environment = make_environment(workspace)
    environment.install(build_wheel(CHECKOUT, workspace / "host-wheel"))
    environment.install(build_wheel(package, workspace / "plugin-wheel"))
    said(environment, "app", "init")
    return environment


def said(environment: Environment, *command: str) -> str:
    """Return the output of a command that must succeed."""
    done = environment.run(*command)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def run(command: list[str], folder: Path) -> str:
    """Run a command of this environment that must succeed and return its output."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, f"{command}\n{done.stdout[-5000:]}\n{done.stderr}"
    return done.stdout
