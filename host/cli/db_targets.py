"""What the ``app db`` commands work on: the host's tables and those of every plugin that can be loaded."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from host.data import Migrator, Target
    from host.data.migrate.policy import Policy
    from host.kernel.ground import Ground
    from host.kernel.report import PluginStatus


def host_migrator(laid: "Ground", policy: "Policy | None" = None) -> "Migrator":
    """Return what migrates the host's own tables; no plugin is imported."""
    from host.data import Migrator, host_target

    return Migrator(laid.host.database(), [host_target()], policy)


@contextmanager
def every_target(laid: "Ground", policy: "Policy | None" = None) -> "Iterator[tuple[Migrator, list[PluginStatus]]]":
    """Yield what migrates the host and all loadable plugins, and the failed plugins that may have tables."""
    from host.data import Migrator, host_target
    from host.kernel.boot import prepared
    from host.kernel.schema import plugin_target

    starter = prepared(laid)
    with starter.stops:
        targets = (plugin_target(active, starter.registry.of(active.id)) for active in starter.alive.values())
        mine = [host_target(), *(target for target in targets if target is not None)]
        tableless = {each.id for each in starter.plan.order if each.manifest and each.manifest.tables is None}
        out = [row for row in starter.report.failed() if row.id not in tableless]
        yield Migrator(laid.host.database(), mine, policy), out


def chosen(migrator: "Migrator", id_: str | None) -> "list[Target]":
    """Return the target of this name, or all of them.

    Raises:
        SchemaError: there is none of this name.
    """
    return [migrator.target(id_)] if id_ else migrator.targets


def careful(laid: "Ground", *, accept_risks: bool = False, wait_s: float = 0.0, vouched: str = "") -> "Policy":
    """Return how a command changes the schema: every risk refused, a snapshot before, required outside dev."""
    from getpass import getuser

    from host.data.actor import SYSTEM, Actor
    from host.data.migrate.policy import Policy
    from host.data.migrate.snapshots import Snapshots

    snapshots = Snapshots(laid.config.data_dir, required=laid.config.env != "dev", vouched=vouched)
    actor = Actor(SYSTEM.user_id, getuser())
    return Policy(accept_risks=accept_risks, wait_s=wait_s, snapshots=snapshots, actor=actor)
