"""What can be migrated: a target's revision files, its version table, and what of it is still to run."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar, final

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from host.errors import SchemaError
from host.resources import packaged

T = TypeVar("T")
HOST: Final = "host"


@final
@dataclass(frozen=True, slots=True)
class Target:
    """The tables of one owner.

    Args:
        id: ``host`` or a plugin's id; names the version table.
        folder: flat folder of revision files.
        prefix: what every table name of this owner begins with.
    """

    id: str
    folder: Path
    prefix: str

    @property
    def version_table(self) -> str:
        """The table that holds this target's revision."""
        return f"alembic_version_{self.id}"

    def owns(self, table: str) -> bool:
        """Tell whether `table` belongs to this target."""
        return table.startswith(self.prefix) or table == self.version_table


@final
@dataclass(frozen=True, slots=True)
class TargetStatus:
    """Where a target stands.

    Args:
        id: the target.
        current: revision in the database; ``None`` before the first upgrade.
        head: newest revision on disk; ``None`` when there is none or it cannot be read.
        pending: revisions still to run, oldest first.
        fault: why it cannot be upgraded; ``None`` when it can.
    """

    id: str
    current: str | None
    head: str | None
    pending: tuple[str, ...]
    fault: SchemaError | None = None

    @property
    def at_head(self) -> bool:
        """Whether the database is exactly what the revision files describe."""
        return self.fault is None and self.current == self.head


def host_target() -> Target:
    """Return the target of the host's own tables."""
    return Target(HOST, packaged("migrations/versions"), "host_")


def script_directory(target: Target) -> ScriptDirectory:
    """Return alembic's view of the target's revisions, under the shared ``env.py``.

    Raises:
        SchemaError: the folder is missing.
    """
    if not target.folder.is_dir():
        raise schema_error(target, None, f"the folder {target.folder} is missing", "Reinstall the package.")
    return ScriptDirectory(str(packaged("migrations")), version_locations=[str(target.folder)])


def current_revision(connection: Connection, target: Target) -> str | None:
    """Return the revision that the database is at."""
    context = MigrationContext.configure(connection, opts={"version_table": target.version_table})
    heads = context.get_current_heads()
    return ",".join(heads) or None


def examine(connection: Connection, target: Target) -> TargetStatus:
    """Compare revision files and database; a broken file becomes the `fault` of this target only."""
    current = current_revision(connection, target)
    try:
        script = script_directory(target)
        head = reading(target, script.get_current_head)
        pending = reading(target, lambda: _pending(script, target, current, head))
    except SchemaError as error:
        return TargetStatus(target.id, current, None, (), fault=error)
    return TargetStatus(target.id, current, head, pending)


def _pending(script: ScriptDirectory, target: Target, current: str | None, head: str | None) -> tuple[str, ...]:
    known = {revision.revision for revision in script.walk_revisions()}
    if current is not None and current not in known:
        problem = f"the database is at revision {current}, which is not among the files in {target.folder}"
        raise schema_error(target, current, problem, "Install the newer version again, or restore a backup.")
    if head is None:
        return ()
    newest_first = script.iterate_revisions(head, current or "base")
    return tuple(revision.revision for revision in newest_first)[::-1]


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
