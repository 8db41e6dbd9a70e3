"""Where a target stands: what of its revisions is still to run, and whether the code can do without it."""

from dataclasses import dataclass
from typing import final

from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from host.data.migrate.compatible import only_expanded
from host.data.migrate.revisions import Revision, revisions_of
from host.data.migrate.targets import Target, current_revision, reading, schema_error, script_directory
from host.data.migrate.waiting import older, witnesses
from host.errors import SchemaError


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
        required: those of `pending` that the code cannot do without: up to the last expand step.
        waits: why a pending contract step does not run yet; empty when nothing keeps it back.
    """

    id: str
    current: str | None
    head: str | None
    pending: tuple[str, ...]
    fault: SchemaError | None = None
    required: tuple[str, ...] = ()
    waits: str = ""

    @property
    def at_head(self) -> bool:
        """Whether the database has every revision on disk, perhaps more that this code can live with."""
        return self.fault is None and not self.pending

    @property
    def usable(self) -> bool:
        """Whether the code can run on this database: what is pending only fills or takes away."""
        return self.fault is None and not self.required


def examine(connection: Connection, target: Target) -> TargetStatus:
    """Compare revision files and database; a broken file becomes the `fault` of this target only."""
    current = current_revision(connection, target)
    try:
        script = script_directory(target)
        head = reading(target, script.get_current_head)
        pending = reading(target, lambda: _pending(connection, script, target, current, head))
        revisions = revisions_of(script, target, pending)
    except SchemaError as error:
        return TargetStatus(target.id, current, None, (), fault=error)
    last = max((number for number, each in enumerate(revisions, 1) if each.phase == "expand"), default=0)
    first_contract = next((each for each in revisions if each.phase == "contract"), None)
    waits = _waits(connection, script, target, first_contract) if first_contract else ""
    return TargetStatus(target.id, current, head, pending, required=pending[:last], waits=waits)


def _waits(connection: Connection, script: ScriptDirectory, target: Target, revision: Revision) -> str:
    """Tell which running processes do not know a contract step yet, and would miss what it takes away."""
    known = [each.revision for each in script.walk_revisions()][::-1]
    outdated = older(witnesses(connection, target.id), revision.id, known)
    return f"contract {revision.id} waits for {', '.join(map(str, outdated))}" if outdated else ""


def _pending(
    connection: Connection, script: ScriptDirectory, target: Target, current: str | None, head: str | None
) -> tuple[str, ...]:
    known = {revision.revision for revision in script.walk_revisions()}
    if current is not None and current not in known:
        if only_expanded(connection, target.id, current, head):
            return ()
        problem = f"the database is at revision {current}, which is not among the files in {target.folder}"
        raise schema_error(target, current, problem, "Install the newer version again, or restore a backup.")
    if head is None:
        return ()
    newest_first = script.iterate_revisions(head, current or "base")
    return tuple(revision.revision for revision in newest_first)[::-1]
