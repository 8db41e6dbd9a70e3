"""``app flags``: see, change and explain feature flags. Plugins are loaded for what they declare; none is started."""

from typing import Final

import typer

from host.cli.catalogue import Entry
from host.cli.lazy import LazyGroup

ENTRIES: Final = tuple(
    Entry(name, target, text)
    for name, target, text in (
        ("list", "host.cli.flags.listing:list_flags", "List every flag with its value and what says so."),
        ("show", "host.cli.flags.showing:show", "Show all that is known about a flag."),
        ("set", "host.cli.flags.setting:set_flag", "Set a flag, for everybody or for some."),
        ("unset", "host.cli.flags.unsetting:unset", "Take back what was set."),
        ("explain", "host.cli.flags.explaining:explain", "Say why somebody gets which value."),
    )
)


class FlagsGroup(LazyGroup):
    """Commands about flags."""

    entries = ENTRIES


app = typer.Typer(
    cls=FlagsGroup, no_args_is_help=True, rich_markup_mode=None, help="Feature flags: see, set and explain them."
)


@app.callback()
def _flags() -> None: ...
