"""Whose a name is: what begins with a plugin's id belongs to that plugin, whoever comes first in the plan."""

import re
from collections.abc import Collection, Iterator
from typing import Final

from host.errors import PluginError
from host.kernel.registry import Contributions

RESERVED: Final = frozenset({
    # the host's own tables and texts, and every slot that is no capability
    "host", "audit_trail", "changes", "compute", "config", "data_dir", "database", "events", "flags", "log",
    "processes", "report", "revealer", "settings", "toggles",
})  # fmt: skip
_ID: Final = re.compile(r"[a-z][a-z0-9_]*")


def refuse_id(id_: str) -> None:
    """Refuse an id that other names can't be made of, or that means something of the host.

    Raises:
        PluginError: saying how to write it.
    """
    if not _ID.fullmatch(id_):
        raise PluginError(f"{id_!r} is no plugin id", remedy="Use lower-case letters, digits and underscores.")
    if id_ in RESERVED:
        raise PluginError(f"the id {id_!r} has a meaning of the host's own", remedy="Take another name.")


def refuse_foreign(own: str, others: Collection[str], found: Contributions) -> None:
    """Refuse names that belong to another planned plugin.

    Raises:
        PluginError: naming the first of them and its owner.
    """
    for what, name, owner in _names(found):
        if owner != own and owner in others:
            raise PluginError(f"{what} {name!r} belongs to plugin {owner}", remedy=f"Let it begin with {own!r}.")


def _names(found: Contributions) -> Iterator[tuple[str, str, str]]:
    for page in found.pages:
        yield "page", page.path, page.path.partition("/")[0]
    for permission in found.permissions:
        yield "permission", permission.name, permission.name.partition(".")[0]
    for key in (key for catalogue in found.catalogues for key in catalogue.texts):
        yield "text", key, key.partition(".")[0]
