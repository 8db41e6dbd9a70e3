"""``app plugins vet``: imports a plugin in a process of its own, with a time limit, and reports what that did."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from host.cli.output import Json, write_json
from host.cli.plugins.identifiers import PluginId
from host.errors import ValidationError

OK, FAILED, DEGRADED = 0, 1, 2
_GRACE_S: Final = 30.0
"""Seconds beside the limit for the process to begin, and to say where it hangs; then it is killed."""


@dataclass(frozen=True)
class Verdict:
    """What came of it.

    Args:
        faults: why the plugin can't be used; none of it needs the rest of the app.
        side_effects: what the import did besides defining things.
        output: what it printed.
    """

    plugin: str
    faults: list[str] = field(default_factory=list)
    side_effects: list[str] = field(default_factory=list)
    output: list[str] = field(default_factory=list)
    import_s: float = 0.0
    cpu_s: float = 0.0
    memory_kb: int = 0
    modules: int = 0

    @property
    def exit_code(self) -> int:
        """1 with a fault, 2 with side effects, else 0."""
        return FAILED if self.faults else DEGRADED if self.side_effects or self.output else OK


def vet(
    plugin: PluginId,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds the import may take.")] = 30.0,
    distribution: Annotated[str | None, typer.Option(help="Which one, if several claim the id.")] = None,
    as_json: Json = False,
) -> None:
    """Import a plugin in a process of its own: endless imports, exits, crashes and side effects come to light.

    Exit code 1 if it can't be used, 2 if importing it does more than define things, else 0.
    """
    verdict = _examined(plugin, _distribution(plugin, distribution), timeout)
    if as_json:
        write_json(asdict(verdict))
    else:
        _write(verdict)
    raise typer.Exit(verdict.exit_code)


def _distribution(plugin: str, wanted: str | None) -> str:
    from host.kernel.discovery import discover

    claims = [each.distribution for each in discover().get(plugin, ())]
    fitting = [each for each in claims if wanted in (None, each)]
    if not fitting:
        known = f"Claimed by {', '.join(claims)}." if claims else "See `app plugins list`."
        raise ValidationError(f"no installed distribution holds plugin {plugin!r}", remedy=known)
    if len(fitting) > 1:
        raise ValidationError(f"{', '.join(fitting)} claim {plugin}", remedy="Choose one with --distribution.")
    return fitting[0]


def _examined(plugin: str, distribution: str, timeout_s: float) -> Verdict:
    with tempfile.TemporaryDirectory() as folder:
        trial = _tried(Path(folder), [plugin, distribution, str(timeout_s)], timeout_s)
    if trial.told["stage"] != "done":
        return Verdict(plugin, [_ending(trial, timeout_s)])
    numbers = {name: trial.told[name] for name in ("import_s", "cpu_s", "memory_kb", "modules")}
    faults = [trial.told["fault"]] if trial.told["fault"] else []
    output = [*trial.written.splitlines(), *trial.complaints.splitlines()][-20:]
    return Verdict(plugin, faults, trial.told["side_effects"], output, **numbers)


@dataclass(frozen=True)
class _Trial:
    """How the process ended: what it told, its exit code, its standard output and error."""

    told: dict[str, Any]
    code: int
    written: str
    complaints: str


def _tried(folder: Path, arguments: list[str], timeout_s: float) -> _Trial:
    """Run the process in an empty folder and end everything that it started."""
    result, empty = folder / "result.json", folder / "empty"
    empty.mkdir()
    # Files, because a pipe stays open for as long as anything that the plugin started holds it.
    with (folder / "out").open("w+", errors="replace") as out, (folder / "err").open("w+", errors="replace") as err:
        # -B: the interpreter's own cache of compiled modules is not the plugin's doing.
        child = subprocess.Popen(  # noqa: S603
            [sys.executable, "-B", "-P", "-m", "host.cli.plugins.vet_child", *arguments, str(result)],
            cwd=empty,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            start_new_session=True,
        )
        try:
            child.wait(timeout_s + _GRACE_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        out.seek(0)
        err.seek(0)
        told = json.loads(result.read_text(encoding="utf-8")) if result.exists() else {"stage": "begin"}
        return _Trial(told, child.returncode, out.read(), err.read())


def _ending(trial: _Trial, timeout_s: float) -> str:
    stage, where = trial.told["stage"], _place(trial.complaints)
    if trial.complaints.startswith("Timeout (") or "\nTimeout (" in trial.complaints:
        return f"the {stage} did not end within {timeout_s:g} s; it hangs{where}"
    if trial.code < 0:
        return f"the {stage} was ended by {signal.Signals(-trial.code).name}{where}"
    return f"the {stage} ended the process with code {trial.code}"


def _place(complaints: str) -> str:
    """Return the innermost place of the traceback that the interpreter wrote, outside its own library."""
    places = [line.strip() for line in complaints.splitlines() if line.strip().startswith("File ")]
    own = [place for place in places if "/lib/python" not in place] or places
    return f" at {own[0].removeprefix('File ')}" if own else ""


def _write(verdict: Verdict) -> None:
    for fault in verdict.faults:
        typer.echo(f"{verdict.plugin}: {fault}")
    for act in verdict.side_effects:
        typer.echo(f"{verdict.plugin}: importing it {act}")
    for line in verdict.output:
        typer.echo(f"{verdict.plugin}: importing it prints: {line}")
    if not (verdict.faults or verdict.side_effects or verdict.output):
        typer.echo(f"{verdict.plugin}: nothing to object to")
    typer.echo(
        f"import {verdict.import_s:.2f} s, processor {verdict.cpu_s:.2f} s, "
        f"{verdict.modules} modules, {verdict.memory_kb / 1024:.0f} MB"
    )
