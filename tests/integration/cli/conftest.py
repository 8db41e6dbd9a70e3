"""A project folder, throw-away distributions beside it, and the real `app` in processes of their own."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from host.testing.distributions import TemporaryDistributions

APP = Path(sys.executable).with_name("app")
MODULES = """
import json, os, sys
from host.cli.root import run
code = run(sys.argv[1:])
with open(os.environ["MODULES_FILE"], "w") as file:
    json.dump(sorted(sys.modules), file)
sys.exit(code)
"""


@dataclass(frozen=True)
class Ended:
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it answered with --json."""
        return json.loads(self.out)


@dataclass
class Shell:
    """A terminal in a project folder.

    Args:
        site: folder of throw-away distributions that the commands can import.
    """

    root: Path
    site: Path
    env: dict[str, str] = field(default_factory=dict)

    def app(self, *words: str, stdin: str | None = None, env: Mapping[str, str] | None = None) -> Ended:
        """Run ``app <words>``."""
        return self._run([str(APP), *words], stdin, env or {})

    def modules(self, *words: str) -> tuple[Ended, list[str]]:
        """Run a command and return the modules that it imported."""
        told = self.root.parent / "modules.json"
        ended = self._run([sys.executable, "-P", "-c", MODULES, *words], None, {"MODULES_FILE": str(told)})
        return ended, json.loads(told.read_text())

    def python(self, code: str) -> Ended:
        """Run Python code in the project."""
        return self._run([sys.executable, "-P", "-c", code], None, {})

    def plugins_toml(self, text: str) -> None:
        """Write the project's plugins.toml."""
        (self.root / "plugins.toml").write_text(text)

    def _run(self, command: list[str], stdin: str | None, env: Mapping[str, str]) -> Ended:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("FEATURE_", "APP_", "HOLD"))}
        every = {**kept, "PYTHONPATH": str(self.site), "TERM": "dumb", **self.env, **env}
        ended = subprocess.run(
            command,
            cwd=self.root,
            env=every,
            input=stdin or "",
            capture_output=True,
            text=True,
            check=False,
            timeout=90,
        )
        return Ended(ended.returncode, ended.stdout, ended.stderr)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A terminal in a project that lists no plugin."""
    root, site = tmp_path / "project", tmp_path / "site"
    root.mkdir()
    site.mkdir()
    made = Shell(root, site, {"APP_SERVER__PORT": "0"})
    made.plugins_toml("")
    return made


@pytest.fixture
def distributions(shell: Shell) -> TemporaryDistributions:
    """Distributions that the shell's commands find; this process does not."""
    return TemporaryDistributions(shell.site)
