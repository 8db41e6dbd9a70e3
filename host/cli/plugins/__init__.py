"""``app plugins``: the commands that see and change which plugins run. None of them imports one into this process."""

from typing import Final

import typer

from host.cli.catalogue import Entry
from host.cli.lazy import LazyGroup

ENTRIES: Final = tuple(
    Entry(name, target, text)
    for name, target, text in (
        ("list", "host.cli.plugins.listing:list_plugins", "List every plugin with its state and the reason."),
        ("show", "host.cli.plugins.showing:show", "Show all that is known about a plugin."),
        ("plan", "host.cli.plugins.planning:plan", "Show what would start, or what a change would do."),
        ("enable", "host.cli.plugins.switching:enable", "Switch a plugin on."),
        ("disable", "host.cli.plugins.switching:disable", "Switch a plugin off."),
        ("expose", "host.cli.plugins.switching:expose", "Choose who sees a plugin."),
        ("doctor", "host.cli.doctor.command:plugins_doctor", "Find faults of the installed plugins."),
        ("vet", "host.cli.plugins.vet:vet", "Import a plugin in a process of its own, with a time limit."),
        ("new", "host.cli.new:new", "Write the package of a new plugin."),
        ("purge", "host.cli.plugins.purge:purge", "Delete what a plugin that is out has left behind."),
    )
)


class PluginsGroup(LazyGroup):
    """Commands about plugins."""

    entries = ENTRIES


app = typer.Typer(
    cls=PluginsGroup,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Plugins: see, switch, examine, write and purge them.",
)


@app.callback()
def _plugins() -> None: ...
