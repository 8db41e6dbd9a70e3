"""``app plugins show``: all that is known about one plugin, from its manifest, the plan and the last report."""

from typing import TYPE_CHECKING, Any

import typer

from host.cli.ground import ground
from host.cli.output import Json, write_json
from host.cli.plugins.identifiers import PluginId

if TYPE_CHECKING:
    from host.cli.plugins.overview import Overview


def show(plugin: PluginId, as_json: Json = False) -> None:
    """Show all that is known about a plugin; it is not imported."""
    from host.cli.plugins.overview import overview
    from host.kernel.preview import refuse_unknown

    with ground() as laid:
        found = overview(laid)
        refuse_unknown(plugin, found.question)
    facts = _facts(plugin, found)
    if as_json:
        write_json(facts)
        return
    width = max(map(len, facts))
    for name, value in facts.items():
        typer.echo(f"{name.replace('_', ' '):{width}}  {_text(value)}")
    for note in found.notes:
        typer.echo(note)


def _facts(plugin: str, found: "Overview") -> dict[str, Any]:
    row = found.rows[plugin]
    candidates = found.question.candidates.get(plugin, ())
    manifest = candidates[0].manifest if candidates else None
    return {
        "id": row.id,
        "state": row.state,
        "stage": row.stage,
        "reason": row.reason,
        "remedy": row.remedy,
        "enabled": row.enabled,
        "decided_by": row.origin,
        "shown_to": str(row.exposure),
        "installed_from": [f"{each.distribution} {each.version}" for each in candidates],
        "entry_point": [each.entry_point.value for each in candidates],
        "folder": [str(each.folder) for each in candidates if each.folder],
        "requires": row.requires,
        "required_by": row.required_by,
        "fills": row.provides,
        "start_ms": row.start_ms,
        "settings": found.question.choices.table(plugin).settings,
        **({f"manifest_{name}": value for name, value in manifest.model_dump().items()} if manifest else {}),
    }


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} = {_text(each)}" for name, each in value.items()) or "–"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value)) or "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if value not in ("", None) else "–"
