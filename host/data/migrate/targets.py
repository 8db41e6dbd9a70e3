"""What can be migrated: a target's tables, its revision files and its version table."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar, final

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, MetaData

from host.data import access_tables
from host.data.audit import tables as audit_tables
from host.data.migrate import tables as migration_tables
from host.data.monitor import tables as monitor_tables
from host.data.protection import tables as protection_tables
from host.data.tables import HostBase
from host.data.tasks import tables as task_tables
from host.errors import SchemaError
from host.resources import packaged

T = TypeVar("T")
HOST: Final = "host"
HOST_TABLES: Final = (access_tables, audit_tables, migration_tables, monitor_tables, protection_tables, task_tables)
"""Modules whose tables belong to the host's metadata; imported here, so that it is whole."""


@final
@dataclass(frozen=True, slots=True)
class Target:
    """The tables of one owner.

    Args:
        id: ``host`` or a plugin's id; names the version table.
        folder: flat folder of revision files.
        prefix: what every table name of this owner begins with.
        metadata: the models, where the owner names them.
    """

    id: str
    folder: Path
    prefix: str
    metadata: MetaData | None = None

    @property
    def version_table(self) -> str:
        """The table that holds this target's revision."""
        return f"alembic_version_{self.id}"

    def owns(self, table: str) -> bool:
        """Tell whether `table` belongs to this target."""
        return table.startswith(self.prefix) or table == self.version_table


def host_target() -> Target:
    """Return the target of the host's own tables."""
    return Target(HOST, packaged("migrations/versions"), "host_", HostBase.metadata)


def script_directory(target: Target) -> ScriptDirectory:
    """Return alembic's view of the target's revisions, under the shared ``env.py``.

    Raises:
        SchemaError: the folder is missing.
    """
    if not target.folder.is_dir():
        raise schema_error(target, None, f"the folder {target.folder} is missing", "Reinstall the package.")
    return ScriptDirectory(str(packaged("migrations")), version_locations=[str(target.folder)])


def known_head(target: Target) -> str | None:
    """Return the newest revision among the target's files; ``None`` when there is none, or they cannot be read."""
    try:
        script = script_directory(target)
        return reading(target, script.get_current_head)
    except SchemaError:
        return None


def current_revision(connection: Connection, target: Target) -> str | None:
    """Return the revision that the database is at."""
    context = MigrationContext.configure(connection, opts={"version_table": target.version_table})
    heads = context.get_current_heads()
    return ",".join(heads) or None


def reading(target: Target, read: Callable[[], T]) -> T:
    """Run `read` over the revision files; whatever they raise becomes a `SchemaError` naming the target."""
    try:
        return read()
    except SchemaError:
        raise
    except CommandError as error:
        raise schema_error(target, None, str(error), f"Correct the files in {target.folder}.") from error
    except (Exception, SystemExit) as error:
        problem = f"a revision file raised {type(error).__name__}: {error}"
        raise schema_error(target, None, problem, f"Correct the files in {target.folder}.") from error


def schema_error(target: Target, revision: str | None, problem: str, remedy: str) -> SchemaError:
    """Return the error that names target, revision and remedy."""
    where = f"Schema of {target.id}" + (f", revision {revision}" if revision else "")
    return SchemaError(f"{where}: {problem}.", remedy=remedy)
