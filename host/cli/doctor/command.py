"""``app doctor`` and ``app plugins doctor``: run the checks, print what they find, exit by the worst."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

import typer

from host.cli.output import Json, write_json

if TYPE_CHECKING:
    from host.cli.doctor.patient import Check, Patient
    from host.contributions import Finding

_WORST_FIRST: Final = ("error", "warning", "info")
_EXIT_CODES: Final = {"error": 1, "warning": 2, "info": 0}


def doctor(as_json: Json = False) -> None:
    """Find what is wrong with this installation, each finding with its remedy; no plugin is imported.

    Exit code 1 with an error, 2 with a warning, else 0.
    """
    from host.cli.doctor import import_paths, packages, surroundings

    checks = [
        packages.python_version,
        packages.requirements,
        surroundings.settings,
        surroundings.features,
        surroundings.data_folder,
        surroundings.sqlite_library,
        surroundings.database,
        surroundings.port,
        import_paths.local_names,
        *_plugin_checks(),
        packages.extras,
    ]
    _run(checks, as_json=as_json)


def plugins_doctor(as_json: Json = False) -> None:
    """Find faults of the installed plugins, each with its remedy; none is imported.

    Exit code 1 with an error, 2 with a warning, else 0.
    """
    from host.cli.doctor import surroundings

    _run([surroundings.settings, *_plugin_checks()], as_json=as_json)


def _plugin_checks() -> "list[Check]":
    from host.cli.doctor import import_paths, plugins, sources

    return [
        plugins.out,
        plugins.notes,
        plugins.command_groups,
        plugins.table_prefixes,
        import_paths.shipped_twice,
        import_paths.hidden,
        sources.syntax,
        sources.tables_twice,
        sources.old_pydantic,
    ]


def _run(checks: "Sequence[Check]", *, as_json: bool) -> None:
    from host.cli.doctor.patient import admit

    patient = admit()
    found = [finding for check in checks for finding in _answers(check, patient)]
    found.sort(key=lambda finding: _WORST_FIRST.index(finding.severity))
    if as_json:
        write_json({"checks": len(checks), "findings": [asdict(finding) for finding in found]})
    else:
        _write(found, len(checks))
    raise typer.Exit(_EXIT_CODES[found[0].severity] if found else 0)


def _answers(check: "Check", patient: "Patient") -> "Iterator[Finding]":
    """Run one check; one that fails is a finding itself and keeps no other from being run."""
    from host.contributions import Finding

    try:
        yield from check(patient)
    except Exception as error:
        name = check.__name__
        message = f"the check {name} failed: {type(error).__name__}: {error}"
        remedy = "This is a fault of the program: please report it."
        yield Finding(code="doctor.check", severity="warning", message=message, remedy=remedy)


def _write(found: "Sequence[Finding]", checks: int) -> None:
    for finding in found:
        typer.echo(f"{finding.severity:7}  {finding.message}")
        if finding.remedy:
            typer.echo(f"         → {finding.remedy}")
    counts = {severity: sum(each.severity == severity for each in found) for severity in _WORST_FIRST}
    summary = ", ".join(f"{count} {severity}" for severity, count in counts.items() if count)
    typer.echo(f"{checks} checks: {summary or 'nothing to object to'}")
