"""``app clean``: removes what has expired, and only that; holds keep rows out of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from host.cli.ground import ground
from host.cli.output import Json, write_json, write_table
from host.errors import ValidationError

if TYPE_CHECKING:
    from sqlalchemy import Table

    from host.data import Database
    from host.data.retention import Cleaner, Due, Hold, HoldBook
    from host.data.tasks import TaskStatus
    from host.kernel.ground import Ground

app = typer.Typer(help="Remove expired data; see and place legal holds.", invoke_without_command=True)
hold = typer.Typer(no_args_is_help=True, help="Legal holds: rows that nothing may remove until they are released.")
app.add_typer(hold, name="hold")

DEGRADED = 2


@app.callback()
def clean(
    ctx: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count.")] = False,
    log_days: Annotated[
        float, typer.Option(min=0, help="Days after which log files that were set aside are removed.")
    ] = 30.0,
    as_json: Json = False,
) -> None:
    """Remove expired data: what retention policies say, old log files, leftovers. Stopped, the same command goes on."""
    if ctx.invoked_subcommand is not None:
        return
    from host.cli.leftover_files import expired_files

    with ground(prepare=True) as laid:
        # Markers of processes that died in their start become quarantine entries before anything is removed.
        laid.question()
        with _cleaner(laid) as (database, cleaner, out):
            moment, found = cleaner.due()
            ended = None if dry_run else _run(database, cleaner, quiet=as_json)
        handed_out = _expired_files(laid, dry_run=dry_run)
        files = expired_files(laid.config.data_dir, laid.config.logs.folder, log_days=log_days)
    size = sum(path.stat().st_size for paths in files.values() for path in paths)
    if not dry_run:
        for path in (path for paths in files.values() for path in paths):
            path.unlink(missing_ok=True)
    counts = {what: len(paths) for what, paths in files.items()} | {"files made for somebody": handed_out}
    _show(found, counts, size, {"moment": moment, "dry_run": dry_run, "out": out}, ended, as_json=as_json)
    raise typer.Exit(DEGRADED if out or (ended is not None and ended[0].state != "done") else 0)


@hold.command("add")
def hold_add(
    table: Annotated[str, typer.Argument(help="Name of the table.")],
    reason: Annotated[str, typer.Option(help="Why, such as the file number.")],
    key: Annotated[list[str] | None, typer.Option(help="Key of a row, once for each; all rows without.")] = None,
    as_json: Json = False,
) -> None:
    """Keep rows, or a whole table, out of every retention policy."""
    with _holds() as (holds, tables):
        if table not in tables:
            remedy = f"There are: {', '.join(sorted(tables))}."
            raise ValidationError(f"{table} is no table of the host or a loaded plugin.", remedy=remedy)
        placed = holds.place(tables[table], key or [], reason)
    _show_holds(placed, as_json=as_json)


@hold.command("list")
def hold_list(
    ended: Annotated[bool, typer.Option("--ended", help="Also those that were released.")] = False,
    as_json: Json = False,
) -> None:
    """Show what is held, since when, by whom and why."""
    with _holds() as (holds, _):
        found = holds.list(ended=ended)
    _show_holds(found, as_json=as_json)


@hold.command("release")
def hold_release(number: Annotated[int, typer.Argument(help="Number of the hold.")], as_json: Json = False) -> None:
    """End a hold; what has expired goes with the next `app clean`."""
    with _holds() as (holds, _):
        released = holds.release(number)
    _show_holds([released], as_json=as_json)


@contextmanager
def _cleaner(laid: "Ground") -> "Iterator[tuple[Database, Cleaner, list[str]]]":
    from host.cli.metadatas import every_model
    from host.data.cleaning import host_policies
    from host.data.retention import Cleaner, in_order

    with every_model(laid) as (starter, known, out):
        declared = [("host", policy) for policy in host_policies(laid.config.detection.keep_days)]
        declared += [(owned.plugin, owned.value) for owned in starter.registry.owned("retention")]
        database = laid.host.database()
        yield database, Cleaner(database, in_order(declared, known), known), [row.line for row in out]


def _expired_files(laid: "Ground", *, dry_run: bool) -> int:
    from host.files.cleaning import count_expired, remove_expired

    database: Database = laid.host.database()
    return count_expired(database) if dry_run else remove_expired(database, laid.host.blobs())


def _run(database: "Database", cleaner: "Cleaner", *, quiet: bool) -> "tuple[TaskStatus, dict[str, int]]":
    from host.cli.task_progress import run_shown
    from host.data.tasks import TaskRow, TaskRunner

    ended = run_shown(TaskRunner(database), cleaner.task(), "rows", quiet=quiet)
    with database.begin(readonly=True) as unit:
        cursor = unit.session.get_one(TaskRow, ended.name).cursor or {}
    return ended, cursor.get("done", {})


def _show(
    found: "list[Due]", files: dict[str, int], size: int, facts: dict[str, Any], ended: Any, *, as_json: bool
) -> None:
    done = ended[1] if ended else {}
    rows = [
        {
            "policy": each.policy.name,
            "table": each.policy.table.name,
            "action": each.policy.declared.action,
            "expired": each.expired,
            "held": each.held,
            "needed": each.needed,
            "rows": done.get(each.policy.name, 0) if ended else each.due,
        }
        for each in found
    ]
    if as_json:
        state = ended[0].state if ended else "dry run"
        write_json({**facts, "state": state, "policies": rows, "files": files, "bytes": size})
        return
    last = "would go" if facts["dry_run"] else "done"
    heads = ("policy", "table", "action", "expired", "held", "needed", last)
    write_table(heads, [list(row.values()) for row in rows])
    write_table(("files", last), list(files.items()))
    typer.echo(f"{size} bytes of files; as of {facts['moment']:%Y-%m-%d %H:%M:%S} UTC")
    for line in facts["out"]:
        typer.echo(f"not cleaned, its plugin is not loaded: {line}", err=True)


@contextmanager
def _holds() -> "Iterator[tuple[HoldBook, dict[str, Table]]]":
    from host.cli.metadatas import every_model
    from host.data.retention import HoldBook

    with ground(prepare=True) as laid, every_model(laid) as (_, known, _out):
        tables = {table.name: table for metadata in known for table in metadata.tables.values()}
        yield HoldBook(laid.host.database(), laid.host.actor()), tables


def _show_holds(holds: "list[Hold]", *, as_json: bool) -> None:
    if as_json:
        from dataclasses import asdict

        write_json([asdict(each) for each in holds])
        return
    rows = [
        (each.id, each.table, each.key or "(all rows)", f"{each.placed_at:%Y-%m-%d}", each.placed_by, each.reason)
        for each in holds
    ]
    write_table(("number", "table", "key", "since", "by", "reason"), rows)
