"""Plugin ids as the shell completes them."""

from typing import Annotated

import typer


def known_ids(incomplete: str) -> list[str]:
    """Return installed and listed plugin ids that begin with `incomplete`; imports none of them."""
    from host.kernel.choices import read_plugins_file
    from host.kernel.discovery import discover
    from host.kernel.ground import plugins_file
    from host.resources import project_root

    listed = read_plugins_file(plugins_file(project_root())).plugins
    return sorted(id_ for id_ in {*discover(), *listed} if id_.startswith(incomplete))


PluginId = Annotated[str, typer.Argument(metavar="ID", help="Id of the plugin.", autocompletion=known_ids)]
