"""The database: engines, unit of work, migrations, change feed, process table and stored files; no business tables."""

from host.data.blobs import FolderBlobs
from host.data.changes import ChangeFeed
from host.data.database import Database
from host.data.faults import CommitUnknownError, DatabaseUnavailableError, NoUnitOfWorkError, ReadOnlyUnitError
from host.data.migrate import Migrator
from host.data.processes import ProcessTable, RunningProcess
from host.data.tables import HostBase, ToggleRow
from host.data.targets import Target, TargetStatus, host_target
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
