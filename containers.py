"""The composition root: every service of the host in dependency order, and every capability slot. Names no plugin."""

from pathlib import Path

from dependency_injector import containers, providers

from host.config import AppConfig
from host.contracts import Authenticator, BlobStore, CacheBackend, JobQueue, JobWaker
from host.data import ChangeFeed, Database, FolderBlobs, ProcessTable
from host.data.audit import AuditRecorder, WriteGuard
from host.data.audit.sealer import Sealer
from host.data.audit.trail import AuditTrail
from host.data.engines.leaks import LeakWatch
from host.data.engines.wal import WalWatch
from host.data.monitor import Monitor
from host.data.protection import FieldProtection, Revealer
from host.data.security.answering import Answers
from host.data.security.detector import Detector
from host.data.security.reading import SecurityReader
from host.data.security.writer import EventWriter
from host.files import FileStore
from host.kernel.acknowledged import Acknowledgements
from host.kernel.acting import acting
from host.kernel.capabilities import NoBackend, NoJobs, NoWaker
from host.kernel.context import authorize
from host.kernel.denials import Denials
from host.kernel.events import EventBus
from host.kernel.start_notices import StartNotices
from host.security import Keyring
from host.security.events import SecurityEvents


def _blob_folder(data_dir: Path) -> Path:
    return data_dir / "blobs"


class Host(containers.DeclarativeContainer):
    """Every service of the host, each after what it needs."""

    config = providers.Dependency(instance_of=AppConfig)
    pooling = providers.Dependency(instance_of=bool)

    actor = providers.Object(acting)
    keyring = providers.ThreadSafeSingleton(Keyring.open, config, config.provided.data_dir)
    monitor = providers.ThreadSafeSingleton(Monitor, config.provided.database, actor)
    field_protection = providers.ThreadSafeSingleton(FieldProtection, keyring)
    audit_recorder = providers.ThreadSafeSingleton(AuditRecorder, keyring, actor)
    write_guard = providers.ThreadSafeSingleton(WriteGuard)
    leak_watch = providers.ThreadSafeSingleton(LeakWatch, config.provided.database.leak_after_s, actor)
    wal_watch = providers.ThreadSafeSingleton(WalWatch, config.provided.database.wal_limit_bytes)
    database = providers.ThreadSafeSingleton(
        Database,
        config.provided.database,
        config.provided.data_dir,
        pooling=pooling,
        actor=actor,
        extensions=providers.List(field_protection, audit_recorder, write_guard, monitor, leak_watch, wal_watch),
    )
    audit_trail = providers.ThreadSafeSingleton(
        AuditTrail, database, keyring, config.provided.data_dir, config.provided.security.audit_anchor
    )
    audit_sealer = providers.ThreadSafeSingleton(Sealer, database, keyring, audit_trail.provided.anchor)
    revealer = providers.ThreadSafeSingleton(Revealer, database, actor, providers.Object(authorize))
    security_events = providers.ThreadSafeSingleton(SecurityEvents)
    event_writer = providers.ThreadSafeSingleton(EventWriter, database)
    detector = providers.ThreadSafeSingleton(Detector, database, security_events, config.provided.detection)
    security_reader = providers.ThreadSafeSingleton(SecurityReader, database)
    alert_answers = providers.ThreadSafeSingleton(Answers, database, actor)
    denials = providers.ThreadSafeSingleton(Denials, security_events)
    changes = providers.ThreadSafeSingleton(ChangeFeed, database)
    processes = providers.ThreadSafeSingleton(ProcessTable, database)
    acknowledgements = providers.ThreadSafeSingleton(Acknowledgements, database, changes, processes)
    events = providers.ThreadSafeSingleton(EventBus, database)
    start_notices = providers.ThreadSafeSingleton(StartNotices)
    folder_blobs = providers.ThreadSafeSingleton(
        FolderBlobs, providers.Callable(_blob_folder, config.provided.data_dir)
    )

    # Capabilities: each filled by one plugin, chosen in plugins.toml. The default is what its absence means.
    auth: providers.Dependency[Authenticator | None] = providers.Dependency(default=providers.Object(None))
    blobs: providers.Dependency[BlobStore] = providers.Dependency(default=folder_blobs)
    files = providers.ThreadSafeSingleton(FileStore, database, blobs, actor)
    cache_backend: providers.Dependency[CacheBackend] = providers.Dependency(
        default=providers.ThreadSafeSingleton(NoBackend)
    )
    jobs: providers.Dependency[JobQueue] = providers.Dependency(default=providers.ThreadSafeSingleton(NoJobs))
    job_waker: providers.Dependency[JobWaker] = providers.Dependency(default=providers.ThreadSafeSingleton(NoWaker))
