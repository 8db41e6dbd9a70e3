"""A second Python environment: what is installed into it comes from wheels, offline, libraries from the first one."""

import os
import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from host.testing.conformance.wheel import build_wheel

REPOSITORY: Final = Path(__file__).parents[3]
_KEPT: Final = ("PATH", "HOME", "LANG", "TMPDIR")


@dataclass(frozen=True)
class SecondEnvironment:
    """Nothing of the checkout is importable here.

    Args:
        folder: of the environment.
        project: the app's project folder, the current one of every command.
    """

    folder: Path
    project: Path

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "bin" / "python"

    def install(self, *wheels: Path) -> None:
        """Install wheels as pip does, with no index to ask."""
        command = ["-m", "pip", "--python", str(self.python), "install", "-q", "--no-deps", "--no-index"]
        run([sys.executable, *command, *map(str, wheels)], cwd=self.folder)

    def borrow_libraries(self) -> None:
        """Make the first environment's libraries importable, after everything that is installed here."""
        own = self.folder / "lib" / f"python{sysconfig.get_python_version()}" / "site-packages"
        (own / "first_environment.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")

    def app(self, *words: str) -> str:
        """Run ``app <words>`` in the project folder and return its output."""
        return run([str(self.folder / "bin" / "app"), *words], cwd=self.project, env=self.environment)

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables of its commands."""
        return {name: os.environ[name] for name in _KEPT if name in os.environ}


def ship(package: Path, workspace: Path) -> SecondEnvironment:
    """Build the wheels of the host and of `package` and install both into a new environment with an empty project."""
    second = SecondEnvironment(workspace / "second", workspace / "project")
    second.project.mkdir()
    venv.create(second.folder, with_pip=False, symlinks=True)
    second.install(build_wheel(REPOSITORY, _new(workspace / "host-wheel")))
    second.install(build_wheel(package, _new(workspace / "plugin-wheel")))
    second.borrow_libraries()
    second.app("init")
    return second


def new_plugin(name: str, folder: Path) -> Path:
    """Run ``app plugins new`` of this environment and return the package's folder."""
    run([str(Path(sys.executable).with_name("app")), "plugins", "new", name, "--folder", str(folder)], cwd=folder)
    return folder / f"holdfast-{name}"


def run(command: list[str], *, cwd: Path, env: dict[str, str] | None = None) -> str:
    """Run a command that must succeed and return its output."""
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def _new(folder: Path) -> Path:
    folder.mkdir()
    return folder
