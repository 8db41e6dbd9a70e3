"""The schema stage: every plugin's tables are at the head of its own revisions, or it goes out alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import cast

from sqlalchemy import MetaData

from host.config import AppConfig
from host.contributions import Health
from host.data import Database, DatabaseUnavailableError, Migrator, Target, host_target
from host.data.engines.business import Business
from host.data.migrate.drift import drift
from host.data.migrate.policy import Policy
from host.data.migrate.snapshots import Snapshots
from host.data.migrate.targets import known_head
from host.errors import PluginError, SchemaError
from host.kernel.active import ActivePlugin
from host.kernel.registry import Contributions
from host.logs import get_logger

_log = get_logger(__name__)


@dataclass
class SchemaStage:
    """Upgrades or checks one version table at a time.

    Args:
        enabled: the kernel feature `migrations`; without it nothing is looked at.
    """

    database: Database
    config: AppConfig
    enabled: bool
    _unverified: dict[str, Target] = field(default_factory=dict)
    _seen: dict[str, Target] = field(default_factory=dict)
    _alike: set[str] = field(default_factory=set)
    _late: set[str] = field(default_factory=set)

    @cached_property
    def heads(self) -> Mapping[str, str]:
        """Owner of tables → newest revision that this process's code knows, of all that was brought to head."""
        heads = {id_: known_head(target) for id_, target in self._seen.items()}
        return {id_: head for id_, head in heads.items() if head}

    def host(self) -> None:
        """Bring the host's own tables to head, or refuse to start on older ones.

        Raises:
            SchemaError: they are behind and this environment only checks.
        """
        self._apply(host_target())

    def plugin(self, active: ActivePlugin, found: Contributions) -> None:
        """Bring a plugin's tables to head, or refuse it.

        Raises:
            PluginError: a revision failed, they are behind and this environment only checks, or its prefix overlaps
                with that of a plugin before it.
        """
        target = plugin_target(active, found)
        if target is None:
            return
        self._require_room(target)
        try:
            if self.database.engines.business is not None:
                self._create(self.database.engines.business, target)
            else:
                self._apply(target)
        except SchemaError as error:
            raise PluginError(" ".join(error.message.split()), remedy=error.remedy) from error

    def _create(self, business: Business, target: Target) -> None:
        from host.data.engines.duckdb import create_missing_tables

        create_missing_tables(business, target.id, target.metadata)

    def _require_room(self, target: Target) -> None:
        """Refuse a prefix under which another's tables fall: each would take the other's tables for its own."""
        for other in self._seen.values():
            shorter, longer = sorted((target.prefix, other.prefix), key=len)
            if other.id != target.id and longer.startswith(shorter):
                reason = f"its table prefix {target.prefix} and {other.prefix} of {other.id} overlap"
                raise PluginError(reason, remedy="One of them needs another prefix, in its manifest and in a revision.")

    def _apply(self, target: Target) -> None:
        self._seen[target.id] = target
        if not self.enabled:
            return
        try:
            self._to_head(target)
        except DatabaseUnavailableError as error:
            # A start without the database serves what needs none; health says that this is still to be checked.
            self._unverified[target.id] = target
            _log.warning("schema not checked, the database is away", target=target.id, error=error.message)

    @cached_property
    def _policy(self) -> Policy:
        """One for every target of this start, so that one snapshot stands for all of them."""
        dev = self.config.env == "dev"
        return Policy(warn_only=dev, snapshots=Snapshots(self.config.data_dir, required=not dev))

    def _to_head(self, target: Target) -> None:
        migrator = Migrator(self.database, [target], self._policy)
        if migrator.is_at_head(target.id):
            return
        if self.config.database.migrate == "auto":
            migrator.upgrade(target.id)
        migrator.require_usable(target.id)
        if not migrator.is_at_head(target.id):
            self._late.add(target.id)

    def look_again(self) -> None:
        """Let health check once more: for a process that has just said what it knows, and was not waited for before."""
        if self.enabled:
            self._unverified.update(self._seen)

    def health(self) -> Health:
        """Check now what could not be checked at the start, and in development whether models and tables agree."""
        for id_, target in list(self._unverified.items()):
            [status] = Migrator(self.database, [target]).status()
            if not status.usable:
                fault = status.fault.message if status.fault else f"tables of {id_} are behind its revisions"
                return Health("failed", f"{fault.rstrip('.')}; restart the app")
            del self._unverified[id_]
        differing = self._drift() if self.config.env == "dev" and self.enabled else []
        if differing:
            return Health("degraded", f"models and tables differ: {'; '.join(differing[:5])}. See: app db check")
        return Health("ok", "; ".join(self._waits()))

    def _drift(self) -> list[str]:
        """Compare each target until it agrees once: the models of a process don't change."""
        found = []
        with self.database.single.connect() as connection:
            for id_, target in self._seen.items():
                lines = drift(connection, target) if id_ not in self._alike else []
                found += [f"{id_}: {line}" for line in lines]
                if not lines:
                    self._alike.add(id_)
        return found

    def _waits(self) -> list[str]:
        """Tell which contract steps wait for a process of an older version."""
        late = [target for id_, target in self._seen.items() if id_ in self._late]
        return [each.waits for each in Migrator(self.database, late).status() if each.waits]


def plugin_target(active: ActivePlugin, found: Contributions) -> Target | None:
    """Return a plugin's revisions, if it has any."""
    if found.migrations is None or active.manifest.tables is None:
        return None
    metadata = cast("MetaData | None", found.migrations.metadata)
    return Target(active.id, Path(found.migrations.folder), active.manifest.tables, metadata)
