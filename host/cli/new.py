"""``app plugins new``: writes a complete plugin package for its author to go on from."""

from pathlib import Path
from typing import Annotated

import typer


def new(
    name: Annotated[str, typer.Argument(help="The plugin's id (notes) or its distribution's name (acme-notes).")],
    folder: Annotated[Path, typer.Option(help="Where the package's own folder is made.")] = Path(),
) -> None:
    """Write a plugin package that passes its own tests: page, table, permission, texts, settings, event."""
    from host.scaffold import Names, write_package

    names = Names.of(name)
    target = write_package(names, folder)
    typer.echo(f"{target} holds the plugin {names.plugin!r}, distribution {names.distribution}.")
    typer.echo(f"Next: cd {target} && pytest")
