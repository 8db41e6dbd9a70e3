"""``app audit``: find what was changed, check the chain, export it, bring an earlier version back."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from host.cli.ground import ground
from host.cli.output import Json, Yes, ask, write_json, write_table

if TYPE_CHECKING:
    from host.data.audit.compare import RowDifference
    from host.data.audit.reading import AuditFilter, AuditRecord
    from host.data.audit.trail import AuditTrail
    from host.kernel.ground import Ground

app = typer.Typer(no_args_is_help=True, help="The audit: who changed what; check it, export it, restore a version.")

FAILED = 1
_WIDEST = 80
_MOST = 1000
"""Differing rows that are named."""

Table = Annotated[str, typer.Option(help="Only records of this table.")]
Key = Annotated[str, typer.Option(help="Only this record, such as 17 or '[1, \"x\"]'.")]
User = Annotated[str, typer.Option(help="A user's id, or part of the name.")]
Since = Annotated[datetime | None, typer.Option(help="From this moment on, in local time.")]
Until = Annotated[datetime | None, typer.Option(help="Before this moment, in local time.")]
Action = Annotated[str, typer.Option(help="insert, update, delete, soft_delete or restore.")]
Plugin = Annotated[str, typer.Option(help="Id of the plugin whose code wrote.")]
Correlation = Annotated[str, typer.Option("--correlation-id", help="Of one run, request or command.")]
Contains = Annotated[str, typer.Option(help="Part of a key or value.")]
Personal = Annotated[bool, typer.Option("--with-personal-data", help="Don't mask personal data.")]


@app.command()
def show(
    *,
    table: Table = "", key: Key = "", user: User = "", since: Since = None, until: Until = None, action: Action = "",
    plugin: Plugin = "", correlation_id: Correlation = "", contains: Contains = "",
    before: Annotated[int | None, typer.Option(help="Read on: only records older than this id.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many.")] = 50,
    with_personal_data: Personal = False, as_json: Json = False,
) -> None:  # fmt: skip
    """Show records, newest first; with --table and --key the history of one."""
    from host.data.audit.exporting import as_json as plain

    wanted = _wanted(table, key, user, since, until, action, plugin, correlation_id, contains, with_personal_data)
    with _loaded() as (trail, _):
        page = trail.search(wanted, before, limit)
        records = list(_masked(page.records, shown=with_personal_data))
    if as_json:
        write_json({"records": [plain(record) for record in records], "older": page.older})
        return
    heads = ("id", "at", "user", "action", "table", "key", "changes")
    write_table(heads, [_row(record) for record in records])
    if not records:
        typer.echo("No record matches.", err=True)
    if page.older is not None:
        typer.echo(f"There are older ones: --before {page.older}", err=True)


@app.command()
def export(
    file: Annotated[Path | None, typer.Argument(help="Where to; the console when left out.")] = None,
    form: Annotated[Literal["jsonl", "csv"], typer.Option("--format", help="Lines of JSON, or CSV.")] = "jsonl",
    *,
    table: Table = "", key: Key = "", user: User = "", since: Since = None, until: Until = None, action: Action = "",
    plugin: Plugin = "", correlation_id: Correlation = "", contains: Contains = "",
    with_personal_data: Personal = False,
) -> None:  # fmt: skip
    """Write every record that matches, oldest first; any number costs the same memory."""
    from host.data.audit.exporting import csv_lines, json_lines

    wanted = _wanted(table, key, user, since, until, action, plugin, correlation_id, contains, with_personal_data)
    with _loaded() as (trail, _):
        records = _masked(trail.export(wanted), shown=with_personal_data)
        lines = csv_lines(records) if form == "csv" else json_lines(records)
        if file is None:
            for line in lines:
                typer.echo(line, nl=False)
            return
        with file.open("w", encoding="utf-8", newline="") as out:
            out.writelines(lines)
    typer.echo(f"Wrote {file}.", err=True)


@app.command()
def verify(
    rows: Annotated[
        bool, typer.Option("--rows", help="Also compare every row with its records: finds writes past the app.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Check every record and the chain, against the keys and the anchor; exit code 1 if anything was tampered with."""
    with _loaded() as (trail, laid):
        found = trail.verify()
        differing = _differences(laid) if rows else []
    if as_json:
        write_json({**found.as_json(), **({"rows": differing} if rows else {})})
    else:
        for each in differing:
            typer.echo(f"{each.kind}: {each.table} {each.key} {' '.join(each.columns)}".rstrip())
        for fault in found.faults:
            typer.echo(f"{fault.kind}: {fault.what}")
        rest = found.fault_count - len(found.faults)
        if rest:
            typer.echo(f"and {rest} more")
        counts = f"{found.records} records read in {found.seconds:.1f} s, {found.unsealed} of them unsealed"
        if differing:
            at_least = "at least " if len(differing) == _MOST else ""
            typer.echo(f"rows: {at_least}{len(differing)} are not what the trail says")
        elif rows:
            typer.echo("rows: every one is what the trail says")
        verdict = "sound" if found.sound else f"{found.fault_count} faults"
        typer.echo(f"{verdict}: {counts}; {found.anchors} anchors compared.")
    raise typer.Exit(0 if found.sound and not differing else FAILED)


def _differences(laid: "Ground") -> "list[RowDifference]":
    from host.data.audit.compare import differences
    from host.data.audit.mapped import mapped_tables

    return list(islice(differences(laid.host.database(), mapped_tables().values()), _MOST))


@app.command()
def status(as_json: Json = False) -> None:
    """Show how far the chain is; exit code 1 if it is not what was anchored, or its keys are lost."""
    from dataclasses import asdict

    with ground(prepare=True) as laid:
        trail: AuditTrail = laid.host.audit_trail()
        found = trail.status()
    if as_json:
        write_json({**asdict(found), "anchor": trail.anchor.path})
    else:
        checked = found.checked
        last = f"{checked.at}: {checked.fault_count} faults" if checked else "never: app audit verify"
        rows = {
            "sealed": found.sealed,
            "unsealed": found.unsealed,
            "anchored": f"{found.anchored} in {trail.anchor.path}",
            "keys": f"NO, the key file lacks {found.missing_key}" if found.missing_key else "there",
            "holds": "yes" if found.holds else "NO, the chain is not what was anchored: app audit verify",
            "verified": last,
        }
        write_table(("what", "is"), list(rows.items()))
    raise typer.Exit(0 if found.holds and not found.missing_key else FAILED)


@app.command()
def exemptions(as_json: Json = False) -> None:
    """List every table that is not recorded, with the reason."""
    from host.data.audit.exemptions import exemptions as exempt
    from host.data.audit.mapped import mapped_tables

    with _loaded():
        found = exempt(mapped_tables().values())
    if as_json:
        write_json(found)
        return
    write_table(("table", "reason"), list(found.items()))


@app.command()
def restore(
    table: Annotated[str, typer.Argument(help="The record's table.")],
    key: Annotated[str, typer.Argument(help="The record's key, as `app audit show` writes it.")],
    version: Annotated[int, typer.Argument(help="Id of the audit record; a deletion brings back what was deleted.")],
    yes: Yes = False,
) -> None:
    """Bring a record back to how an audit record left it; this is recorded too."""
    with _loaded() as (trail, _):
        ask(f"Bring {table} {key} back to audit record {version}?", yes=yes)
        trail.restore(table, key, version)
    typer.echo(f"{table} {key} is as audit record {version} left it.")


@contextmanager
def _loaded() -> "Iterator[tuple[AuditTrail, Ground]]":
    """Yield the trail with every plugin's models loaded: they say what is exempt and what is personal."""
    from host.kernel.boot import prepared

    with ground(prepare=True) as laid:
        starter = prepared(laid)
        with starter.stops:
            yield laid.host.audit_trail(), laid


def _wanted(*given: object) -> "AuditFilter":
    from host.data.audit.reading import AuditFilter

    table, key, user, since, until, action, plugin, correlation_id, contains, values = given
    return AuditFilter(
        table=str(table), key=str(key), user=str(user), action=str(action), plugin=str(plugin),
        correlation_id=str(correlation_id), contains=str(contains), since=_aware(since), until=_aware(until),
        values=bool(values),
    )  # fmt: skip


def _aware(moment: object) -> datetime | None:
    return moment.astimezone() if isinstance(moment, datetime) else None


def _masked(records: "Iterable[AuditRecord]", *, shown: bool) -> "Iterator[AuditRecord]":
    from host.data.audit.mapped import mapped_tables
    from host.data.audit.masking import masked_record

    tables = mapped_tables()
    return iter(records) if shown else (masked_record(record, tables) for record in records)


def _row(record: "AuditRecord") -> tuple[object, ...]:
    from host.data.audit.exporting import plain_value

    parts = []
    for name in record.columns:
        old = "" if record.before is None else str(plain_value(record.before.get(name)))
        new = "" if record.after is None else str(plain_value(record.after.get(name)))
        parts.append(f"{name}: {old} → {new}" if record.before and record.after else f"{name}: {old or new}")
    told = "; ".join(parts)
    told = told if len(told) <= _WIDEST else told[: _WIDEST - 1] + "…"
    at = record.at.astimezone().isoformat(" ", "seconds")
    return record.id, at, record.user_name, record.action, record.table, record.key, told
