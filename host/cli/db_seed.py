"""``app db seed``: fills in the example data that plugins offer, in the size that is asked for."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from host.cli.errors import render_error
from host.cli.output import Json, Yes, ask, write_json, write_table
from host.cli.seed_progress import SeedVoice
from host.contracts.seeding import SeedSize
from host.errors import HostError, ValidationError

if TYPE_CHECKING:
    from host.contributions import Seed
    from host.kernel.application import Application
    from host.kernel.registry import Owned

FAILED = 1

Names = Annotated[list[str] | None, typer.Argument(help="Which to fill in, as plugin or plugin.name; all.")]
Listed = Annotated[bool, typer.Option("--list", help="Only list what there is.")]
Size = Annotated[SeedSize, typer.Option("--size", help="How much, where a seed comes in sizes.")]


def seed(
    names: Names = None, listed: Listed = False, size: Size = "small", yes: Yes = False, as_json: Json = False
) -> None:
    """Fill in example data; running it again adds nothing twice, and goes on where it was stopped."""
    from host.kernel.boot import boot

    application = boot("command")
    try:
        chosen = _chosen(application.seeds, names or [])
        if listed:
            _list(chosen, as_json=as_json)
            return
        if application.config.env == "prod":
            ask("This is the production database. Fill in example data?", yes=yes)
        results = [_sown(application, owned, size, SeedVoice(quiet=as_json)) for owned in chosen]
    finally:
        application.close()
    if as_json:
        write_json({"seeds": results})
    raise typer.Exit(0 if all(result["done"] for result in results) else FAILED)


def _list(chosen: "list[Owned[Seed]]", *, as_json: bool) -> None:
    rows = [(_name(owned), owned.value.title, "small medium large" if owned.value.sized else "-") for owned in chosen]
    heads = ("name", "title", "sizes")
    if as_json:
        write_json({"seeds": [dict(zip(heads, row, strict=True)) for row in rows]})
        return
    write_table(heads, rows)


def _name(owned: "Owned[Seed]") -> str:
    return f"{owned.plugin}.{owned.value.name}"


def _chosen(seeds: "list[Owned[Seed]]", names: list[str]) -> "list[Owned[Seed]]":
    known = {_name(owned) for owned in seeds} | {owned.plugin for owned in seeds}
    unknown = [name for name in names if name not in known]
    if unknown:
        remedy = f"There are: {', '.join(sorted(known)) or 'none'}."
        raise ValidationError(f"No example data called {', '.join(unknown)}.", remedy=remedy)
    return [owned for owned in seeds if not names or _name(owned) in names or owned.plugin in names]


def _sown(application: "Application", owned: "Owned[Seed]", size: SeedSize, voice: SeedVoice) -> dict[str, Any]:
    """Run one seed as whoever sits here; a failing one is shown and stops no other."""
    from host.cli.plugin_commands import run_context
    from host.kernel.context import entered
    from host.logs import bind_log_context

    voice.begin(f"{_name(owned)}: {owned.value.title}")
    context = run_context(application, owned.plugin)
    with entered(context), bind_log_context(correlation_id=context.correlation_id, plugin=owned.plugin), voice:
        try:
            for said in owned.value.start(size):
                voice.say(said)
        except Exception as error:
            _report(error, owned)
            return {"name": _name(owned), "done": False, "lines": voice.lines, "error": str(error)}
    return {"name": _name(owned), "done": True, "lines": voice.lines, "error": ""}


def _report(error: Exception, owned: "Owned[Seed]") -> None:
    from host.logs import get_logger, report_error

    if not isinstance(error, HostError):
        report_error(get_logger(__name__), error, seed=_name(owned))
    render_error(error)
