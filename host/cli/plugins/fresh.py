"""Boots the app in a process of its own and reads how far each plugin got; this process imports none."""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from host.errors import HostError
from host.kernel.report_file import ReportFile, StoredReport

if TYPE_CHECKING:
    from host.config import AppConfig


class FreshStartError(HostError):
    """The trial start ended without a report."""


def boot_report(config: "AppConfig", timeout_s: float) -> StoredReport:
    """Boot for the role ``command`` elsewhere and return its report.

    Args:
        timeout_s: seconds after which the process is killed.

    Raises:
        FreshStartError: it took too long, was killed, or refused to start; with its last lines.
    """
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "host.cli.plugins.fresh", str(config.root), folder]
        try:
            ended = subprocess.run(command, capture_output=True, text=True, timeout=timeout_s, check=False)  # noqa: S603
        except subprocess.TimeoutExpired as error:
            remedy = "Find the plugin that hangs: app plugins vet ID"
            raise FreshStartError(f"the trial start did not end within {timeout_s:g} s", remedy=remedy) from error
        stored = ReportFile(Path(folder)).read()
    if stored is None:
        last = "\n".join(ended.stderr.strip().splitlines()[-5:])
        raise FreshStartError(f"the trial start ended with code {ended.returncode}:\n{last}")
    return stored


def _child(root: Path, folder: Path) -> int:
    from host.cli.errors import render_error
    from host.kernel.boot import boot

    try:
        application = boot("command", root=root)
    except HostError as error:
        return render_error(error)
    try:
        ReportFile(folder).write(application.report, application.plan.hash, application.closed)
    finally:
        application.close()
    return 0


if __name__ == "__main__":
    sys.exit(_child(Path(sys.argv[1]), Path(sys.argv[2])))
