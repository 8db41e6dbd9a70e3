"""Boots the app in a process of its own and reads how far each plugin got; this process imports none."""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from host.errors import HostError
from host.kernel.report_file import ReportFile, StoredReport

if TYPE_CHECKING:
    from host.config import AppConfig


_GRACE_S: Final = 5.0


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
        errors = Path(folder) / "errors"
        with errors.open("w") as stream:
            code = _booted([str(config.root), folder], stream, timeout_s)
        last = "\n".join(errors.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-5:])
        stored = ReportFile(Path(folder)).read()
    if code is None:
        remedy = "Find the plugin that hangs: app plugins vet ID"
        raise FreshStartError(f"the trial start did not end within {timeout_s:g} s", remedy=remedy)
    if stored is None:
        raise FreshStartError(f"the trial start ended with code {code}:\n{last}")
    return stored


def _booted(arguments: list[str], errors: IO[str], timeout_s: float) -> int | None:
    """Boot in a process of its own and return its exit code; ``None`` if it had to be ended."""
    command = [sys.executable, "-P", "-m", "host.cli.plugins.fresh", *arguments]
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors)  # noqa: S603
    try:
        return child.wait(timeout_s)
    except subprocess.TimeoutExpired:
        # Asked politely it removes its start marker: a trial puts no plugin into quarantine for being slow.
        child.terminate()
    try:
        child.wait(_GRACE_S)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
    return None


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
