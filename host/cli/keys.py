"""``app keys``: the keys of encrypted columns, blind indexes and the audit trail."""

from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

import typer

from host.cli.faults import RefusedError
from host.cli.output import Json, Yes, ask, write_json, write_table
from host.cli.protected import protected
from host.errors import ValidationError

if TYPE_CHECKING:
    from host.kernel.report import PluginStatus
    from host.security import Key, Keyring

app = typer.Typer(no_args_is_help=True, help="Keys of encryption and audit: make, add, use, rotate and remove them.")

DEGRADED = 2
SETTLED_S = 900.0
"""Seconds for which a key stays after it was replaced: longer than a transaction that still writes with it."""

Purpose = Annotated[
    Literal["field", "index", "audit"],
    typer.Option(help="What for: field (encrypted columns), index (blind indexes), audit."),
]
KeyId = Annotated[str, typer.Argument(help="The key's id, as `app keys status` shows it.")]


@app.command()
def init() -> None:
    """Make the key file with one key for each purpose; no database is needed."""
    keyring = _keyring()
    keyring.init()
    typer.echo(f"Made {keyring.path}. Give every replica the same file, and keep a copy apart from the database.")


@app.command()
def add(
    purpose: Purpose = "field",
    later: Annotated[
        bool, typer.Option("--later", help="Not current yet: bring the file to every replica, then `app keys use`.")
    ] = False,
) -> None:
    """Add a key and make it current; running processes take it up by themselves, older values stay readable."""
    made: list[Key] = []

    def edit(keys: Any) -> Any:
        grown, new = keys.added(purpose, later=later)
        made.append(new)
        return grown

    _keyring().change(edit)
    _log("key added", made[0])
    typer.echo(f"Key {made[0].id} for {purpose} is {'known, not current yet' if later else 'current'}.")
    typer.echo(_next(purpose, made[0], later=later))


@app.command()
def use(key_id: KeyId) -> None:
    """Make a key current that is in the file already."""
    keyring = _keyring()
    key = _named(keyring, key_id)
    keyring.change(lambda keys: keys.using(key.purpose, key.id))
    _log("key used", key)
    typer.echo(f"Key {key.id} for {key.purpose} is current.")


@app.command()
def status(as_json: Json = False) -> None:
    """Show each key and how many values still need it; reads every protected column."""
    with protected() as found:
        keyring, out, used = found.keyring, found.out, found.used()
    rows = [
        {"id": key.id, "purpose": key.purpose, "state": _state(key), "values": used[key.id], "made": key.made}
        for key in keyring.keys().all
    ]
    if as_json:
        write_json({"file": str(keyring.path), "keys": rows, "plugins_out": [row.line for row in out]})
        return
    write_table(("id", "purpose", "state", "values", "made"), [_cells(row) for row in rows])
    typer.echo(f"in {keyring.path}")
    for row in out:
        typer.echo(f"not loaded: {row.line}", err=True)


@app.command()
def rotate(as_json: Json = False) -> None:
    """Encrypt and index every value anew with the current keys; stopped at any point, the same command goes on."""
    from host.cli.task_progress import run_shown
    from host.data.protection.rotation import Rotation
    from host.data.tasks import TaskRow, TaskRunner

    with protected() as found:
        task, out = Rotation(found.keyring, found.tables).task(), found.out
        ended = run_shown(TaskRunner(found.database), task, "rows", quiet=as_json)
        with found.database.begin(readonly=True) as unit:
            cursor = unit.session.get_one(TaskRow, ended.name).cursor or {}
    unreadable = cursor.get("unreadable", [])
    if as_json:
        write_json({"state": ended.state, "rows": ended.done, "unreadable": unreadable})
    else:
        typer.echo(f"{ended.state}: {ended.done} rows have new tokens.")
    _warn(unreadable, out)
    raise typer.Exit(DEGRADED if unreadable or out or ended.state != "done" else 0)


@app.command()
def verify(as_json: Json = False) -> None:
    """Decrypt every value and name those that cannot be read; exit code 2 if there is one."""
    from host.data.protection.unreadable import unreadable_values

    with protected() as found, found.database.begin(readonly=True) as unit:
        bad, out = unreadable_values(unit.session, found.keyring, found.tables), found.out
    if as_json:
        write_json({"unreadable": [{"column": column, "key": key} for column, key in bad]})
    elif not bad:
        typer.echo("Every encrypted value can be read.")
    _warn(bad, out)
    raise typer.Exit(DEGRADED if bad or out else 0)


@app.command()
def remove(key_id: KeyId, yes: Yes = False) -> None:
    """Remove a key that nothing needs any more: no value, no audit record, no running transaction."""
    from host.data.protection.key_usage import needed

    with protected() as found:
        key = _named(found.keyring, key_id)
        reason = needed(key, found.used()) or _unsettled(key)
        if reason:
            remedy = "See `app keys status`; `app keys rotate` brings values to the current key."
            raise RefusedError(f"The key {key.id} for {key.purpose} stays: {reason}.", remedy=remedy)
        ask(f"Remove the key {key.id}? Backups that were made with it cannot be read without it.", yes=yes)
        found.keyring.change(lambda keys: keys.without(key.purpose, key.id))
    _log("key removed", key)
    typer.echo(f"Key {key.id} is gone.")


def _keyring() -> "Keyring":
    from host.config import load_config
    from host.security import Keyring

    config = load_config()
    return Keyring.open(config, config.data_dir)


def _named(keyring: "Keyring", key_id: str) -> "Key":
    for key in keyring.keys().all:
        if key.id == key_id:
            return key
    raise ValidationError(f"There is no key {key_id}.", remedy="See what there is with: app keys status")


def _unsettled(key: "Key") -> str:
    from datetime import UTC, datetime

    age = (datetime.now(UTC) - key.replaced).total_seconds() if key.replaced else SETTLED_S
    if age >= SETTLED_S:
        return ""
    return f"it was current until {age:.0f} s ago; wait {SETTLED_S:.0f} s, so that nothing still writes with it"


def _state(key: "Key") -> str:
    return "current" if key.current else "old" if key.replaced else "later"


def _cells(row: dict[str, Any]) -> list[str]:
    return [
        row["id"],
        row["purpose"],
        row["state"],
        str(row["values"]),
        f"{row['made']:%Y-%m-%d %H:%M}" if row["made"] else "-",
    ]


def _next(purpose: str, key: "Key", *, later: bool) -> str:
    if later:
        return f"Bring the key file to every replica, then: app keys use {key.id}"
    return "New records are signed with it." if purpose == "audit" else "Bring older values to it: app keys rotate"


def _warn(unreadable: Any, out: "list[PluginStatus]") -> None:
    for column, key in unreadable:
        typer.echo(f"cannot be read: {column} of {key}", err=True)
    for row in out:
        typer.echo(f"not done, its plugin is not loaded: {row.line}", err=True)


def _log(event: str, key: "Key") -> None:
    from host.kernel.local import login_name
    from host.logs import get_logger

    cast("Any", get_logger("host.security")).info(event, key=key.id, purpose=key.purpose, user=login_name())
