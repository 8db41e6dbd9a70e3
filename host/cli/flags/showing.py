"""``app flags show``: all that is known about one flag."""

from typing import Any

import typer

from host.cli.flags.loaded import FlagName, loaded_flags
from host.cli.output import Json, write_json


def show(name: FlagName, as_json: Json = False) -> None:
    """Show all that is known about a flag."""
    with loaded_flags() as loaded:
        flags = loaded.flags
        definition = flags.snapshot().of(name)
        facts = loaded.facts(definition)
    if as_json:
        write_json(facts)
        return
    rules = facts.pop("rules")
    width = max(map(len, facts))
    for fact, value in facts.items():
        typer.echo(f"{fact.replace('_', ' '):{width}}  {_text(value)}")
    for number, rule in enumerate(definition.override.rules, start=1):
        typer.echo(f"{f'rule {number}':{width}}  {rule}")
    if not rules:
        typer.echo(f"{'rules':{width}}  –")


def _text(value: Any) -> str:
    from host.kernel.flags.values import written

    if isinstance(value, list):
        return ", ".join(map(written, value)) or "–"
    return "–" if value is None else written(value)
