"""``app config``: shows, checks and compares the settings. It changes none."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from host.cli.output import Json, write_json, write_table
from host.errors import ValidationError

if TYPE_CHECKING:
    from host.config import Explained

app = typer.Typer(no_args_is_help=True, help="Settings: show them with their origins, check and compare them.")

Env = Annotated[str | None, typer.Option("--env", help="As if ENV were this: dev, stage or prod.")]


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="A setting or section, such as server; all without.")] = "",
    env: Env = None,
    origins: Annotated[bool, typer.Option(help="Show the layer and place of each value.")] = True,
    as_json: Json = False,
) -> None:
    """Print each setting with the layer it comes from; secrets are masked."""
    explained = _explain(env)
    rows = [row for row in explained.rows if not name or row.name == name or row.name.startswith(f"{name}.")]
    if not rows:
        message = f"{name} is neither a setting nor a section."
        raise ValidationError(message, remedy=_hint(name, explained))
    keys = ("name", "value", "layer", "where") if origins else ("name", "value")
    shown = [{key: getattr(row, key) for key in keys} for row in rows]
    if as_json:
        write_json({"settings": shown, "faults": [asdict(fault) for fault in explained.faults]})
    else:
        write_table([*keys], [[row[key] for key in keys] for row in shown])
    _end(explained, as_json=as_json)


@app.command()
def check(env: Env = None, as_json: Json = False) -> None:
    """Name every fault of the settings at once; exit code 3 if there is one."""
    explained = _explain(env)
    if as_json:
        write_json({"ok": not explained.faults, "faults": [asdict(fault) for fault in explained.faults]})
    elif not explained.faults:
        typer.echo(f"The settings are in order (env {explained.built.env}).")
    _end(explained, as_json=as_json)


@app.command()
def diff(
    other: Annotated[str, typer.Argument(help="Environment to compare with; without one, the defaults.")] = "",
    env: Env = None,
    as_json: Json = False,
) -> None:
    """Print the settings that differ from the defaults, or from what another environment would get."""
    from host.config.model import ENVIRONMENTS

    if other and other not in ENVIRONMENTS:
        raise ValidationError(f"{other} is no environment.", remedy=f"There are: {', '.join(ENVIRONMENTS)}.")
    here = _explain(env)
    before = _values(here) if other else _defaults(here)
    after = _values(_explain(other)) if other else _values(here)
    names = [name for name in before | after if before.get(name) != after.get(name)]
    keys = ("name", here.built.env, other) if other else ("name", "default", here.built.env)
    rows = [[name, before.get(name, ""), after.get(name, "")] for name in names]
    if as_json:
        write_json([dict(zip(("name", "before", "after"), row, strict=True)) for row in rows])
    else:
        write_table([*keys], rows)


def _explain(env: str | None) -> "Explained":
    from host.config import explain_config

    return explain_config(cli={"env": env})


def _values(explained: "Explained") -> dict[str, str]:
    return {row.name: row.value for row in explained.rows}


def _defaults(explained: "Explained") -> dict[str, str]:
    from host.config import AppConfig
    from host.config.load import setting_rows

    return {row.name: row.value for row in setting_rows(AppConfig(root=explained.built.root), {})}


def _hint(name: str, explained: "Explained") -> str:
    from host.config.faults import nearest

    return nearest(name, [row.name for row in explained.rows]) or "`app config show` lists all."


def _end(explained: "Explained", *, as_json: bool) -> None:
    if not explained.faults:
        return
    if not as_json:
        typer.echo("Settings that cannot be used:", err=True)
        for fault in explained.faults:
            typer.echo(f"  {fault}", err=True)
    raise typer.Exit(3)
