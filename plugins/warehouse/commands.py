"""``app warehouse import FILE``: the same import as on the page, driven from a terminal."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from host import current
from plugins.warehouse.import_models import Import
from plugins.warehouse.importing.imports import RUNNING, Imports, fault_text
from plugins.warehouse.services.paging import Window
from plugins.warehouse.wording import wording

CHUNK: Final = 1 << 20
SHOWN: Final = 20
"""Bad rows that are listed in the terminal."""
REPORTED: Final = 1_000
"""Bad rows that ``--json`` lists."""
EXIT_FAILED: Final = 1
EXIT_DEGRADED: Final = 2

File = Annotated[Path, typer.Argument(help="CSV file with headings in its first line.", exists=True, dir_okay=False)]
KeepGood = Annotated[bool, typer.Option("--keep-good", help="Take the good rows even if some are bad.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


def import_command(imports: Imports, file: File, keep_good: KeepGood = False, as_json: AsJson = False) -> None:
    """Import articles from a CSV file.

    Without --keep-good nothing is taken from a file with bad rows. Exit codes: 0 all rows taken, 1 nothing taken,
    2 good rows taken and bad ones left out.
    """
    with file.open("rb") as opened:
        import_ = imports.begin(file.name, iter(lambda: opened.read(CHUNK), b""), keep_good=keep_good)
    import_ = _driven(imports, import_, visible=not as_json)
    if import_.state == "deciding":
        import_ = imports.decide(import_.id, keep_good=False)
    if as_json:
        typer.echo(json.dumps(_report(imports, import_), ensure_ascii=False))
    else:
        _print(imports, import_)
    raise typer.Exit(exit_code(import_))


def exit_code(import_: Import) -> int:
    """Return what the command says to scripts."""
    if import_.state != "applied":
        return EXIT_FAILED
    return EXIT_DEGRADED if import_.rows_bad else 0


def _driven(imports: Imports, import_: Import, *, visible: bool) -> Import:
    with typer.progressbar(length=import_.size, label=import_.name, hidden=not visible) as bar:
        bar.update(import_.cursor)
        while import_.state in RUNNING:
            before = import_.cursor
            import_ = imports.step(import_.id)
            bar.update(import_.cursor - before)
    return import_


def _faults(imports: Imports, import_: Import, rows: int) -> Iterator[dict[str, Any]]:
    language = current().language
    for row in imports.faults(import_.id, Window(rows=rows)).rows:
        yield {"line": row.line, "column": row.column, "value": row.value, "reason": fault_text(row, language)}


def _report(imports: Imports, import_: Import) -> dict[str, Any]:
    names = ("id", "name", "state", "rows_good", "rows_bad", "created", "updated")
    return {name: getattr(import_, name) for name in names} | {"bad": list(_faults(imports, import_, REPORTED))}


def _print(imports: Imports, import_: Import) -> None:
    language = current().language
    for fault in _faults(imports, import_, SHOWN):
        typer.echo(wording(language, "warehouse.import.fault_line", **fault), err=True)
    if import_.rows_bad > SHOWN:
        typer.echo(wording(language, "warehouse.import.more_bad", count=import_.rows_bad - SHOWN), err=True)
    counts = {name: getattr(import_, name) for name in ("created", "updated", "rows_good", "rows_bad")}
    typer.echo(wording(language, f"warehouse.import.told.{import_.state}", **counts))
