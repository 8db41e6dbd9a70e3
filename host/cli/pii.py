"""``app pii``: finds undeclared personal data, and shows who had masked fields revealed."""

from dataclasses import asdict
from typing import Annotated

import typer

from host.cli.ground import ground
from host.cli.output import Json, write_json, write_table

app = typer.Typer(no_args_is_help=True, help="Personal data: find what is undeclared, see who saw what.")

DEGRADED = 2


@app.command()
def scan(
    sample: Annotated[int, typer.Option(min=2, help="Values of each column to look at.")] = 500,
    as_json: Json = False,
) -> None:
    """Look for undeclared personal data in the tables of every loaded plugin; exit code 2 if some is found."""
    from host.cli.metadatas import every_model
    from host.data.protection.scan import owned_tables
    from host.data.protection.scan import scan as scan_tables
    from host.kernel.schema import plugin_target

    with ground(prepare=True) as laid, every_model(laid) as (starter, _, out):
        found = []
        with laid.host.database().begin(readonly=True) as unit:
            for active in starter.alive.values():
                target = plugin_target(active, starter.registry.of(active.id))
                if target is not None:
                    tables = owned_tables(unit.session, target.prefix, target.metadata)
                    found += scan_tables(unit.session, tables, sample=sample)
    if as_json:
        write_json({"undeclared": [asdict(each) for each in found], "plugins_out": [row.line for row in out]})
    elif not found:
        typer.echo("No undeclared personal data was found.")
    else:
        shares = ["its name" if each.share is None else f"{each.share:.0%} of {each.sampled}" for each in found]
        rows = [(f"{each.table}.{each.column}", each.kind, why) for each, why in zip(found, shares, strict=True)]
        write_table(("column", "looks like", "by"), rows)
        typer.echo('Declare it, or say info={"pii": "none"} if it is no personal data:')
        for each in found:
            typer.echo(f"  {each.table}: {each.line}")
    for row in out:
        typer.echo(f"not scanned, its plugin is not loaded: {row.line}", err=True)
    raise typer.Exit(DEGRADED if found or out else 0)


@app.command()
def reveals(
    table: Annotated[str | None, typer.Option(help="Of this table only.")] = None,
    key: Annotated[str | None, typer.Option(help="Of the record with this key only.")] = None,
    user: Annotated[str | None, typer.Option(help="By the user with this id only.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Entries at most, the newest first.")] = 100,
    as_json: Json = False,
) -> None:
    """Show who had which masked field revealed, when and why."""
    with ground(prepare=True) as laid:
        found = laid.host.revealer().seen(table=table, key=key, user_id=user, limit=limit)
    if as_json:
        write_json([asdict(each) for each in found])
        return
    rows = [
        (f"{each.at:%Y-%m-%d %H:%M:%S}", each.user_name, f"{each.table}.{each.field}", each.key, each.reason)
        for each in found
    ]
    write_table(("at", "who", "field", "of", "why"), rows)
