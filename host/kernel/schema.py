"""The schema stage: every plugin's tables are at the head of its own revisions, or it goes out alone."""

from dataclasses import dataclass, field
from pathlib import Path

from host.config import AppConfig
from host.contributions import Health
from host.data import Database, DatabaseUnavailableError, Migrator, Target, host_target
from host.errors import PluginError, SchemaError
from host.kernel.active import ActivePlugin
from host.kernel.registry import Contributions
from host.logs import get_logger

_log = get_logger(__name__)


@dataclass(frozen=True)
class SchemaStage:
    """Upgrades or checks one version table at a time.

    Args:
        enabled: the kernel feature `migrations`; without it nothing is looked at.
    """

    database: Database
    config: AppConfig
    enabled: bool
    _unverified: dict[str, Target] = field(default_factory=dict)

    def host(self) -> None:
        """Bring the host's own tables to head, or refuse to start on older ones.

        Raises:
            SchemaError: they are behind and this environment only checks.
        """
        self._apply(host_target())

    def plugin(self, active: ActivePlugin, found: Contributions) -> None:
        """Bring a plugin's tables to head, or refuse it.

        Raises:
            PluginError: a revision failed, or they are behind and this environment only checks.
        """
        target = plugin_target(active, found)
        if target is None:
            return
        try:
            self._apply(target)
        except SchemaError as error:
            raise PluginError(error.message, remedy=error.remedy) from error

    def _apply(self, target: Target) -> None:
        if not self.enabled:
            return
        try:
            self._to_head(target)
        except DatabaseUnavailableError as error:
            # A start without the database serves what needs none; health says that this is still to be checked.
            self._unverified[target.id] = target
            _log.warning("schema not checked, the database is away", target=target.id, error=error.message)

    def _to_head(self, target: Target) -> None:
        migrator = Migrator(self.database, [target])
        if migrator.is_at_head(target.id):
            return
        if self.config.database.migrate == "check":
            migrator.require_head(target.id)
        migrator.upgrade(target.id)

    def health(self) -> Health:
        """Check now what could not be checked at the start."""
        for id_, target in list(self._unverified.items()):
            if not Migrator(self.database, [target]).is_at_head(id_):
                return Health("failed", f"tables of {id_} are behind its revisions; restart the app")
            del self._unverified[id_]
        return Health("ok")


def plugin_target(active: ActivePlugin, found: Contributions) -> Target | None:
    """Return a plugin's revisions, if it has any."""
    if found.migrations is None or active.manifest.tables is None:
        return None
    return Target(active.id, Path(found.migrations.folder), active.manifest.tables)
