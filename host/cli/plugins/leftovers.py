"""What a plugin has left behind: tables by its prefix and their versions, toggle, flags, folder. Finds and deletes."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, MetaData, Table, func, inspect, select
from sqlalchemy.exc import DBAPIError

from host.data.audit import AUDITED
from host.errors import HostError
from host.kernel.choices import Toggle
from host.kernel.flags.overrides import Override
from host.kernel.flags.source import TOPIC
from host.kernel.flags.store import FlagStore
from host.kernel.toggles import GRAPH_TOPIC

if TYPE_CHECKING:
    from host.kernel.ground import Ground


class PurgeError(HostError):
    """The database refused to drop something; nothing was deleted."""


@dataclass(frozen=True)
class Leftovers:
    """Everything that would be deleted.

    Args:
        tables: name → number of rows, the version table included.
        toggle: what operators set at run time, if anything.
        kept_off: the toggle is all that keeps the plugin off, so its switch stays.
        folder: the plugin's data folder, if there is one.
        unclaimed: tables that belong to nobody known, where the plugin's prefix isn't known.
        flags: names of its feature flags that operators set.
    """

    plugin: str
    tables: Mapping[str, int]
    toggle: Toggle | None
    kept_off: bool
    folder: Path | None
    files: int
    bytes: int
    unclaimed: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to delete."""
        return not self.tables and self.folder is None and not self._toggle_changes and not self.flags

    @property
    def _toggle_changes(self) -> bool:
        return self.toggle is not None and (not self.kept_off or self.toggle.exposure is not None)

    def lines(self) -> list[str]:
        """Say what would be deleted, one thing a line."""
        lines = [f"table {name}  {rows} row(s)" for name, rows in self.tables.items()]
        if self.folder is not None:
            lines.append(f"folder {self.folder}  {self.files} file(s), {self.bytes} bytes")
        if self._toggle_changes:
            lines.append("what operators set at run time" + (", but for its being switched off" * self.kept_off))
        return [*lines, *(f"what operators set for the flag {name}" for name in self.flags)]


def find(laid: "Ground", plugin: str, prefix: str | None, claimed: Mapping[str, str]) -> Leftovers:
    """Look for everything of `plugin`.

    Args:
        prefix: of its tables; ``None`` when nobody knows it.
        claimed: plugin → prefix of every other plugin that is installed.
    """
    choices = laid.question().choices
    listed = choices.file.plugins.get(plugin)
    toggle = choices.toggles.get(plugin)
    folder = laid.config.data_dir / "plugins" / plugin
    files = [path for path in folder.rglob("*") if path.is_file()] if folder.is_dir() else []
    with laid.host.database().begin(readonly=True) as unit:
        connection = unit.session.connection()
        tables = {name: _rows(connection, name) for name in _tables(connection, plugin, prefix)}
        unclaimed = tuple(_unclaimed(connection, claimed)) if prefix is None else ()
    return Leftovers(
        plugin,
        tables,
        toggle,
        kept_off=listed is not None and listed.enabled and toggle is not None and toggle.enabled is False,
        folder=folder if folder.is_dir() else None,
        files=len(files),
        bytes=sum(path.stat().st_size for path in files),
        unclaimed=unclaimed,
        flags=tuple(name for name in sorted(_flags(laid).read()) if name.startswith(f"{plugin}.")),
    )


def delete(laid: "Ground", found: Leftovers, by: str) -> None:
    """Delete it: the database's part in one transaction, then the folder.

    Raises:
        PurgeError: the database refused, for example because other tables refer to these; nothing was deleted.
    """
    database = laid.host.database()
    try:
        with database.begin() as unit:
            # The tables go as a whole, after the operator saw them; the audit keeps the switch that this writes.
            _drop(unit.session.connection().execution_options(**AUDITED), list(found.tables))
            kept = Toggle(enabled=False, by=by) if found.kept_off else Toggle()
            laid.live.store.write(found.plugin, kept)
            laid.host.changes().publish(GRAPH_TOPIC, found.plugin)
            for name in found.flags:
                _flags(laid).write(name, Override())
                laid.host.changes().publish(TOPIC, name)
    except DBAPIError as error:
        reason = str(error.orig).strip().splitlines()[0]
        remedy = "Delete first what refers to these tables. Nothing was deleted."
        raise PurgeError(f"the tables of {found.plugin} can't be dropped: {reason}", remedy=remedy) from error
    # The local copies follow.
    laid.live.store.read()
    _flags(laid).read()
    laid.quarantine.release(found.plugin)
    if found.folder is not None:
        shutil.rmtree(found.folder)


def _flags(laid: "Ground") -> FlagStore:
    return FlagStore(laid.host.database(), laid.config.data_dir)


def _tables(connection: Connection, plugin: str, prefix: str | None) -> list[str]:
    version_table = f"alembic_version_{plugin}"
    own = (name for name in inspect(connection).get_table_names() if _owns(name, prefix) or name == version_table)
    return sorted(own)


def _owns(table: str, prefix: str | None) -> bool:
    return prefix is not None and table.startswith(prefix)


def _unclaimed(connection: Connection, claimed: Mapping[str, str]) -> list[str]:
    known = ("host_", "alembic_version", *claimed.values())
    return sorted(name for name in inspect(connection).get_table_names() if not name.startswith(known))


def _rows(connection: Connection, name: str) -> int:
    return connection.scalar(select(func.count()).select_from(Table(name, MetaData()))) or 0


def _drop(connection: Connection, names: list[str]) -> None:
    """Drop in the order that foreign keys among them ask for; one from outside makes the database refuse."""
    found = MetaData()
    found.reflect(connection, only=names, resolve_fks=False)
    found.drop_all(connection)
