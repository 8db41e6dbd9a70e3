"""The composition root: every service of the host in dependency order, and every capability slot. Names no plugin."""

from pathlib import Path

from dependency_injector import containers, providers

from host.config import AppConfig
from host.contracts import Authenticator, BlobStore, CacheBackend, JobQueue, JobWaker
from host.data import ChangeFeed, Database, FolderBlobs, ProcessTable
from host.kernel.capabilities import NoBackend, NoJobs, NoWaker
from host.kernel.events import EventBus


def _blob_folder(data_dir: Path) -> Path:
    return data_dir / "blobs"


class Host(containers.DeclarativeContainer):
    """Every service of the host, each after what it needs."""

    config = providers.Dependency(instance_of=AppConfig)
    pooling = providers.Dependency(instance_of=bool)

    database = providers.ThreadSafeSingleton(
        Database, config.provided.database, config.provided.data_dir, pooling=pooling
    )
    changes = providers.ThreadSafeSingleton(ChangeFeed, database)
    processes = providers.ThreadSafeSingleton(ProcessTable, database)
    events = providers.ThreadSafeSingleton(EventBus, database)
    folder_blobs = providers.ThreadSafeSingleton(
        FolderBlobs, providers.Callable(_blob_folder, config.provided.data_dir)
    )

    # Capabilities: each filled by one plugin, chosen in plugins.toml. The default is what its absence means.
    auth: providers.Dependency[Authenticator | None] = providers.Dependency(default=providers.Object(None))
    blobs: providers.Dependency[BlobStore] = providers.Dependency(default=folder_blobs)
    cache_backend: providers.Dependency[CacheBackend] = providers.Dependency(
        default=providers.ThreadSafeSingleton(NoBackend)
    )
    jobs: providers.Dependency[JobQueue] = providers.Dependency(default=providers.ThreadSafeSingleton(NoJobs))
    job_waker: providers.Dependency[JobWaker] = providers.Dependency(default=providers.ThreadSafeSingleton(NoWaker))
