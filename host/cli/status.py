"""``app status``: what runs right now, seen from outside; no plugin is imported."""

from typing import TYPE_CHECKING, Any

import typer

from host.cli.ground import ground
from host.cli.output import Json, write_json, write_table
from host.cli.server import as_served, ask_server, is_app, url

if TYPE_CHECKING:
    from host.cli.plugins.overview import Overview
    from host.kernel.ground import Ground

FAILED, DEGRADED = 1, 2


def status(as_json: Json = False) -> None:
    """Show what runs: address, database, processes, plugins.

    Exit code 1 if the database is away, 2 if a plugin that is switched on doesn't run or processes differ in their
    plan, else 0, whether anything runs or not.
    """
    from host.cli.plugins.overview import overview

    with ground() as laid:
        found = overview(laid)
        facts = _facts(laid, found)
    if as_json:
        write_json(facts)
    else:
        _write(facts, found)
    raise typer.Exit(_exit_code(facts))


def _facts(laid: "Ground", found: "Overview") -> dict[str, Any]:
    config = as_served(laid.config)
    database, processes = _database(laid)
    answers = config.server.port != 0 and is_app(ask_server(config, "/livez"))
    return {
        "env": config.env,
        "project": str(config.root),
        "data_dir": str(config.data_dir),
        "url": url(config),
        "answers": answers,
        "database": database,
        "plan": found.plan.hash,
        "processes": [{**each, "differs": each["plan"] != found.plan.hash} for each in processes],
        "plugins": {state: _ids(found, state) for state in ("active", "planned", "off", "failed", "missing")},
        "notes": found.notes,
    }


def _ids(found: "Overview", state: str) -> list[str]:
    return [row.id for row in found.rows.values() if row.state == state]


def _database(laid: "Ground") -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the database's state and the processes that it knows to be alive."""
    from sqlalchemy.exc import SQLAlchemyError

    from host.data import Migrator, host_target
    from host.errors import HostError

    database = laid.host.database()
    told = {"dialect": database.dialect, "url": database.url.render_as_string(hide_password=True)}
    try:
        database.check()
        [tables] = Migrator(database, [host_target()]).status()
        alive = laid.host.processes().alive() if tables.current else []
    except (SQLAlchemyError, HostError) as error:
        return {**told, "ok": False, "detail": str(error)}, []
    detail = (
        ""
        if tables.at_head
        else str(tables.fault or "") or f"{len(tables.pending)} revision(s) pending: app db migrate"
    )
    return {**told, "ok": True, "detail": detail}, [
        {
            "id": each.id,
            "role": each.role,
            "pid": each.pid,
            "machine": each.host_name,
            "version": each.version,
            "plan": each.plan_hash,
            "started": each.started,
        }
        for each in alive
    ]


def _exit_code(facts: dict[str, Any]) -> int:
    if not facts["database"]["ok"]:
        return FAILED
    wanting = facts["plugins"]["failed"] or facts["plugins"]["missing"]
    return DEGRADED if wanting or any(each["differs"] for each in facts["processes"]) else 0


def _write(facts: dict[str, Any], found: "Overview") -> None:
    from host.cli.plugins.overview import age

    typer.echo(f"project    {facts['project']} ({facts['env']})")
    typer.echo(f"address    {facts['url']}  {'answers' if facts['answers'] else 'nobody answers'}")
    database = facts["database"]
    state = "ok" if database["ok"] else "away"
    typer.echo(f"database   {database['url']}  {state}{': ' if database['detail'] else ''}{database['detail']}")
    counts = ", ".join(f"{len(ids)} {name}" for name, ids in facts["plugins"].items() if ids)
    typer.echo(f"plugins    {counts or 'none'}  (plan {facts['plan']})")
    for row in found.wanting:
        typer.echo(f"           {row.line}")
    if not facts["processes"]:
        typer.echo("processes  none")
        return
    rows = [
        (p["role"], p["pid"], p["machine"], p["version"], f"{age(p['started'])}", _plan(p)) for p in facts["processes"]
    ]
    write_table(("process", "pid", "machine", "version", "since", "plan"), rows)


def _plan(process: dict[str, Any]) -> str:
    return f"{process['plan']} differs from today's" if process["differs"] else str(process["plan"])
