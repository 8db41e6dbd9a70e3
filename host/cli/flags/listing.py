"""``app flags list``: every flag in one line."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import typer

from host.cli.flags.loaded import loaded_flags
from host.cli.output import Json, write_json, write_table

if TYPE_CHECKING:
    from host.kernel.flags.definition import Snapshot
    from host.kernel.flags.service import Flags

_HEADS: Final = ("flag", "value", "decided by", "rules", "owner", "expires")


def list_flags(as_json: Json = False) -> None:
    """List every flag of active plugins with its value for whom no rule names, and what says so."""
    with loaded_flags() as loaded:
        flags = loaded.flags
        snapshot = flags.snapshot()
        rows = [loaded.facts(each) for each in snapshot.definitions.values()]
    notes = list(_notes(flags, snapshot))
    if as_json:
        stored = {name: override.as_json() for name, override in snapshot.orphans.items()}
        write_json({"flags": rows, "without_plugin": stored, "notes": notes})
        return
    write_table(_HEADS, map(_cells, rows))
    for note in notes:
        typer.echo(note, err=True)


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    from host.kernel.flags.values import written

    source = row["variable"] if row["source"] == "pinned" else row["source"]
    expires = f"{row['expires'] or '–'}{' EXPIRED' if row['expired'] else ''}"
    return (row["name"], written(row["value"]), source, str(len(row["rules"]) or "–"), row["owner"], expires)


def _notes(flags: "Flags", snapshot: "Snapshot") -> Iterator[str]:
    if flags.evaluator.foreign:
        yield f"Values are decided by {flags.evaluator.reference}; here stands what the app itself would say."
    for definition in snapshot.definitions.values():
        if definition.unusable:
            yield f"{definition.name}: what is stored is not used. {definition.unusable}"
    for name, override in snapshot.orphans.items():
        yield f"{name}: set by {override.by}, kept though no active plugin declares it."
    yield from snapshot.notes
