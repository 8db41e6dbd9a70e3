"""The database: engines, unit of work, migrations, change feed, process table and stored files; no business tables."""

from host.data.blobs import FolderBlobs
from host.data.database import Database
from host.data.faults import CommitUnknownError, DatabaseUnavailableError, NoUnitOfWorkError, ReadOnlyUnitError
from host.data.feed.changes import ChangeFeed
from host.data.migrate.migrator import Migrator
from host.data.migrate.status import TargetStatus
from host.data.migrate.targets import Target, host_target
from host.data.processes import ProcessTable, RunningProcess
from host.data.tables import HostBase, ToggleRow
from host.data.types import UtcDateTime
from host.data.unit_of_work import UnitOfWork

__all__ = [
    "ChangeFeed",
    "CommitUnknownError",
    "Database",
    "DatabaseUnavailableError",
    "FolderBlobs",
    "HostBase",
    "Migrator",
    "NoUnitOfWorkError",
    "ProcessTable",
    "ReadOnlyUnitError",
    "RunningProcess",
    "Target",
    "TargetStatus",
    "ToggleRow",
    "UnitOfWork",
    "UtcDateTime",
    "host_target",
]
