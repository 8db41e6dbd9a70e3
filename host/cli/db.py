"""``app db``: upgrades and shows the schema of the host and of every plugin, and fills in example data."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from host.cli.errors import render_error
from host.cli.ground import ground
from host.cli.output import Json, Yes, ask, write_json, write_table
from host.errors import HostError, SchemaError, ValidationError

if TYPE_CHECKING:
    from host.contributions import Seed
    from host.data import Migrator, TargetStatus
    from host.kernel.application import Application
    from host.kernel.ground import Ground
    from host.kernel.registry import Owned
    from host.kernel.report import PluginStatus

app = typer.Typer(no_args_is_help=True, help="The database: upgrade and inspect its schema, fill in example data.")

FAILED = 1
DEGRADED = 2


@app.command()
def migrate(as_json: Json = False) -> None:
    """Bring the tables of the host and of every plugin to their newest revision; a broken one stops no other."""
    with ground() as laid:
        # The host's tables first: they say which plugins are switched on.
        host = _host_migrator(laid)
        before = {each.id: each.pending for each in host.status()}
        host.upgrade()
        with _migrator(laid) as (migrator, out):
            before = {each.id: each.pending for each in migrator.status()} | before
            failure = _upgrade(migrator)
            after = migrator.status()
    _show(after, out, before, as_json=as_json)
    if failure is not None:
        render_error(failure, as_json=as_json)
    raise typer.Exit(FAILED if failure else DEGRADED if out else 0)


@app.command()
def status(as_json: Json = False) -> None:
    """Show each schema's revision and what is to be run; exit code 2 if anything is, 1 if something is broken."""
    with ground() as laid, _migrator(laid) as (migrator, out):
        found = migrator.status()
    _show(found, out, {}, as_json=as_json)
    broken = any(each.fault for each in found)
    behind = out or not all(each.at_head for each in found)
    raise typer.Exit(FAILED if broken else DEGRADED if behind else 0)


@app.command()
def seed(
    names: Annotated[list[str] | None, typer.Argument(help="Which to fill in, as plugin or plugin.name; all.")] = None,
    listed: Annotated[bool, typer.Option("--list", help="Only list what there is.")] = False,
    yes: Yes = False,
) -> None:
    """Fill in example data; running it again adds nothing twice."""
    from host.kernel.boot import boot

    application = boot("command")
    try:
        chosen = _chosen(application.seeds, names or [])
        if listed:
            write_table(("name", "title"), [(_name(owned), owned.value.title) for owned in chosen])
            return
        if application.config.env == "prod":
            ask("This is the production database. Fill in example data?", yes=yes)
        failed = [owned for owned in chosen if not _sown(application, owned)]
    finally:
        application.close()
    raise typer.Exit(FAILED if failed else 0)


def _host_migrator(laid: "Ground") -> "Migrator":
    from host.data import Migrator, host_target

    return Migrator(laid.host.database(), [host_target()])


@contextmanager
def _migrator(laid: "Ground") -> "Iterator[tuple[Migrator, list[PluginStatus]]]":
    """Yield what migrates the host and all loadable plugins, and the failed plugins that may have tables."""
    from host.data import Migrator, host_target
    from host.kernel.boot import prepared
    from host.kernel.schema import plugin_target

    starter = prepared(laid)
    with starter.stops:
        targets = (plugin_target(active, starter.registry.of(active.id)) for active in starter.alive.values())
        mine = [host_target(), *(target for target in targets if target is not None)]
        tableless = {each.id for each in starter.plan.order if each.manifest and each.manifest.tables is None}
        out = [row for row in starter.report.failed() if row.id not in tableless]
        yield Migrator(laid.host.database(), mine), out


def _upgrade(migrator: "Migrator") -> SchemaError | None:
    try:
        migrator.upgrade()
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
    write_table(columns, [[_cell(row.get(column)) for column in columns] for row in rows])
    for row in rows:
        if row.get("fault"):
            typer.echo(f"{row['id']}: {row['fault']}", err=True)


def _row(status: "TargetStatus", before: tuple[str, ...]) -> dict[str, object]:
    state = "broken" if status.fault else "at head" if status.at_head else "behind"
    ran = [revision for revision in before if revision not in status.pending and status.at_head]
    fault = str(status.fault) if status.fault else ""
    values = {"current": status.current, "head": status.head, "pending": list(status.pending), "ran": ran}
    return {"id": status.id, "state": state, **values, "fault": fault}


def _cell(value: object) -> str:
    if isinstance(value, list):
        return " ".join(value) or "-"
    return str(value or "-")


def _name(owned: "Owned[Seed]") -> str:
    return f"{owned.plugin}.{owned.value.name}"


def _chosen(seeds: "list[Owned[Seed]]", names: list[str]) -> "list[Owned[Seed]]":
    known = {_name(owned) for owned in seeds} | {owned.plugin for owned in seeds}
    unknown = [name for name in names if name not in known]
    if unknown:
        remedy = f"There are: {', '.join(sorted(known)) or 'none'}."
        raise ValidationError(f"No example data called {', '.join(unknown)}.", remedy=remedy)
    return [owned for owned in seeds if not names or _name(owned) in names or owned.plugin in names]


def _sown(application: "Application", owned: "Owned[Seed]") -> bool:
    """Run one seed as whoever sits here; a failing one is shown and stops no other."""
    from host.cli.plugin_commands import run_context
    from host.kernel.context import entered
    from host.logs import bind_log_context

    typer.echo(f"{_name(owned)}: {owned.value.title}")
    context = run_context(application, owned.plugin)
    with entered(context), bind_log_context(correlation_id=context.correlation_id, plugin=owned.plugin):
        try:
            for line in owned.value.run():
                typer.echo(f"  {line}")
        except Exception as error:
            _report(error, owned)
            return False
    return True


def _report(error: Exception, owned: "Owned[Seed]") -> None:
    from host.logs import get_logger, report_error

    if not isinstance(error, HostError):
        report_error(get_logger(__name__), error, seed=_name(owned))
    render_error(error)
