"""A second Python environment: the libraries of this one, without the checkout, and wheels installed offline."""

import os
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Environment:
    """An environment of its own.

    Args:
        folder: of the virtual environment.
        home: an empty folder to run commands in.
    """

    folder: Path
    home: Path

    @property
    def variables(self) -> dict[str, str]:
        """Variables without anything of the calling test run."""
        return {"PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}", "HOME": str(self.home), "LANG": "C.UTF-8"}

    def install(self, wheel: Path) -> None:
        """Install a wheel offline, without its dependencies: the libraries are there already."""
        pip = [sys.executable, "-m", "pip", "--python", str(self.folder / "bin" / "python"), "install", "--quiet"]
        subprocess.run([*pip, "--no-deps", "--no-index", str(wheel)], check=True, env=self.variables)

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the environment in its home."""
        path = self.folder / "bin" / command[0]
        return subprocess.run(
            [str(path), *command[1:]],
            cwd=self.home,
            env=self.variables,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


def make_environment(folder: Path) -> Environment:
    """Make a virtual environment that sees this one's libraries but not the checkout.

    A folder that a ``.pth`` file adds has its own ``.pth`` files left alone, so the editable checkout stays unseen.
    """
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder / "venv")], check=True)
    packages = next((folder / "venv" / "lib").glob("python*")) / "site-packages"
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    home = folder / "home"
    home.mkdir()
    return Environment(folder / "venv", home)


def build_wheel(source: Path, into: Path) -> Path:
    """Build the wheel of the project in `source`."""
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", str(into), str(source)]
    subprocess.run(command, check=True, capture_output=True)
    return next(into.glob("*.whl"))
