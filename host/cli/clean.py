"""``app clean``: removes what has expired, and only that."""

from typing import Annotated

import typer

from host.cli.ground import ground
from host.cli.output import Json, write_json, write_table


def clean(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count.")] = False,
    log_days: Annotated[
        float, typer.Option(min=0, help="Days after which log files that were set aside are removed.")
    ] = 30.0,
    as_json: Json = False,
) -> None:
    """Remove expired data: rows of dead processes, changes that everybody has read, old log files, leftovers."""
    from host.cli.leftover_files import expired_files
    from host.data.cleaning import expired_rows, remove_expired_rows

    with ground(prepare=True) as laid:
        # Markers of processes that died in their start become quarantine entries before anything is removed.
        laid.question()
        database = laid.host.database()
        rows = expired_rows(database) if dry_run else remove_expired_rows(database)
        files = expired_files(laid.config.data_dir, laid.config.logs.folder, log_days=log_days)
    size = sum(path.stat().st_size for found in files.values() for path in found)
    if not dry_run:
        for path in (path for found in files.values() for path in found):
            path.unlink(missing_ok=True)
    counts = {f"rows of {table}": count for table, count in rows.items()}
    counts |= {what: len(found) for what, found in files.items()}
    if as_json:
        write_json({"dry_run": dry_run, "removed": counts, "bytes": size})
        return
    write_table(("would remove" if dry_run else "removed", "count"), list(counts.items()))
    typer.echo(f"{size} bytes of files")
