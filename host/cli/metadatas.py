"""The models of the host and of every plugin that can be loaded, for commands that look at columns."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import MetaData

    from host.kernel.ground import Ground
    from host.kernel.report import PluginStatus
    from host.kernel.starter import Starter


@contextmanager
def every_model(laid: "Ground") -> "Iterator[tuple[Starter, list[MetaData], list[PluginStatus]]]":
    """Yield the loaded plugins, the models' metadata, and the failed plugins, whose models nobody can ask."""
    from host.data import host_target
    from host.kernel.boot import prepared
    from host.kernel.schema import plugin_target

    starter = prepared(laid)
    with starter.stops:
        targets = [plugin_target(active, starter.registry.of(active.id)) for active in starter.alive.values()]
        known = (target.metadata for target in (host_target(), *targets) if target is not None)
        yield starter, [metadata for metadata in known if metadata is not None], list(starter.report.failed())
