"""Asks the probe, in a process of its own, what importing a plugin does."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PROBE: Final = Path(__file__).with_name("probe.py")
TIMEOUT_S: Final = 120


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What importing did.

    Args:
        effects: sockets, processes, threads, written files.
        streamlit: modules that import Streamlit though they may not.
        error: why the import failed, or empty.
    """

    effects: list[str]
    streamlit: list[str]
    error: str = ""


def probe_import(package: str, folder: Path) -> ImportReport:
    """Import every module of `package` in a fresh process and report."""
    command = [sys.executable, "-B", str(PROBE), package, str(folder)]
    paths = [path for path in sys.path if path]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    done = subprocess.run(  # noqa: S603 -- our own program, on the plugin that is to be tested
        command, env=environment, capture_output=True, text=True, timeout=TIMEOUT_S, check=False
    )
    if done.returncode != 0:
        return ImportReport([], [], done.stderr.strip() or f"ended the process with {done.returncode}")
    # What the plugin itself prints comes before the report's line.
    found = json.loads(done.stdout.splitlines()[-1])
    return ImportReport(found["effects"], found["streamlit"])
