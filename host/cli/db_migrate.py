"""``app db migrate``, ``rollback`` and ``status``: bring every schema to head or back, and show where it is."""

from typing import TYPE_CHECKING, Annotated

import typer

from host.cli.db_targets import careful, every_target, host_migrator
from host.cli.errors import render_error
from host.cli.ground import ground
from host.cli.output import Json, Yes, ask, write_json, write_table
from host.errors import SchemaError

if TYPE_CHECKING:
    from host.data import Migrator, TargetStatus
    from host.kernel.report import PluginStatus

FAILED = 1
DEGRADED = 2

OneTarget = Annotated[str | None, typer.Argument(metavar="[TARGET]", help="`host` or a plugin; all.")]
AcceptRisks = Annotated[bool, typer.Option("--accept-risks", help="Run steps that break a safety rule.")]
Wait = Annotated[float, typer.Option("--wait", min=0, help="Seconds to wait until processes of an older version end.")]
Backup = Annotated[
    str, typer.Option("--backup-exists", metavar="WHERE", help="Your word for a backup; no snapshot is taken.")
]


def migrate(
    target: OneTarget = None,
    accept_risks: AcceptRisks = False,
    wait: Wait = 0.0,
    backup_exists: Backup = "",
    as_json: Json = False,
) -> None:
    """Bring the tables of the host and of every plugin to their newest revision; a broken one stops no other.

    A verified snapshot is taken before. Steps that are not safe are refused with the safe way; contract steps wait
    while a process of an older version is alive. Exit code 2 if something waits, 1 if something failed.
    """
    with ground() as laid:
        policy = careful(laid, accept_risks=accept_risks, wait_s=wait, vouched=backup_exists)
        # The host's tables first: they say which plugins are switched on.
        host = host_migrator(laid, policy)
        before = {each.id: each.pending for each in host.status()}
        failure = _upgrade(host, "host")
        with every_target(laid, policy) as (migrator, out):
            before = {each.id: each.pending for each in migrator.status()} | before
            failure = failure or _upgrade(migrator, target)
            after = [each for each in migrator.status() if target in (None, each.id)]
    _show(after, out, before, as_json=as_json)
    if failure is not None:
        render_error(failure, as_json=as_json)
    waits = any(each.waits for each in after)
    raise typer.Exit(FAILED if failure else DEGRADED if out or waits else 0)


def status(as_json: Json = False) -> None:
    """Show each schema's revision and what is to be run; exit code 2 if anything is, 1 if something is broken."""
    with ground() as laid, every_target(laid) as (migrator, out):
        found = migrator.status()
    _show(found, out, {}, as_json=as_json)
    broken = any(each.fault for each in found)
    behind = out or not all(each.at_head for each in found)
    raise typer.Exit(FAILED if broken else DEGRADED if behind else 0)


def rollback(
    target: Annotated[str, typer.Argument(help="`host` or a plugin.")],
    revision: Annotated[str | None, typer.Argument(help="Back to this one, or `base`; one step.")] = None,
    *,
    accept_data_loss: Annotated[
        bool, typer.Option("--accept-data-loss", help="Go on where rows or values go.")
    ] = False,
    ignore_running: Annotated[
        bool, typer.Option("--ignore-running", help="Go on where a running process needs what goes.")
    ] = False,
    backup_exists: Backup = "",
    yes: Yes = False,
) -> None:
    """Undo revisions of one schema; refused where data would be lost or a running process would break.

    A verified snapshot is taken before.
    """
    with ground() as laid:
        if laid.config.env == "prod":
            ask(f"This is the production database. Roll {target} back?", yes=yes)
        with every_target(laid, careful(laid, vouched=backup_exists)) as (migrator, _):
            gone = migrator.rollback(target, revision, accept_loss=accept_data_loss, ignore_running=ignore_running)
        automatic = laid.config.database.migrate == "auto"
    typer.echo(f"{target}: rolled back {', '.join(gone)}" if gone else f"{target}: nothing to roll back")
    if gone and automatic:
        typer.echo('The next start runs them again: remove their files, or set database.migrate = "check".')


def _upgrade(migrator: "Migrator", target: str | None) -> SchemaError | None:
    try:
        migrator.upgrade(target)
    except SchemaError as error:
        return error
    return None


def _show(
    found: "list[TargetStatus]", out: "list[PluginStatus]", done: dict[str, tuple[str, ...]], *, as_json: bool
) -> None:
    rows = [_row(each, done.get(each.id, ())) for each in found]
    rows += [{"id": each.id, "state": "unknown", "fault": each.line} for each in out]
    if as_json:
        write_json({"targets": rows})
        return
    columns = ("id", "state", "current", "head", "pending", "ran")
    if rows:
        write_table(columns, [[_cell(row.get(column)) for column in columns] for row in rows])
    for row in rows:
        for told in filter(None, (row.get("fault"), row.get("waits"))):
            typer.echo(f"{row['id']}: {told}", err=True)


def _row(status: "TargetStatus", before: tuple[str, ...]) -> dict[str, object]:
    ran = [revision for revision in before if revision not in status.pending]
    values = {"current": status.current, "head": status.head, "pending": list(status.pending), "ran": ran}
    return {"id": status.id, "state": _state(status), **values, "waits": status.waits, "fault": str(status.fault or "")}


def _state(status: "TargetStatus") -> str:
    if status.fault:
        return "broken"
    if status.at_head:
        return "at head"
    return "waits" if status.waits and status.usable else "usable" if status.usable else "behind"


def _cell(value: object) -> str:
    if isinstance(value, list):
        return " ".join(value) or "-"
    return str(value or "-")
