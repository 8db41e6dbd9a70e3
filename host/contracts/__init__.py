"""The capabilities' Protocols and the value types they speak in: types only, nothing of ours imported."""

from host.contracts.auth import Authenticator, Credentials, LoginAuthenticator, SessionAuthenticator
from host.contracts.blobs import Blob, BlobStore
from host.contracts.cache import CacheBackend
from host.contracts.events import Event
from host.contracts.jobs import JobQueue, JobWaker
from host.contracts.principal import ANONYMOUS, SIGNED_IN, Principal
from host.contracts.seeding import SeedProgress, SeedSize

__all__ = [
    "ANONYMOUS",
    "SIGNED_IN",
    "Authenticator",
    "Blob",
    "BlobStore",
    "CacheBackend",
    "Credentials",
    "Event",
    "JobQueue",
    "JobWaker",
    "LoginAuthenticator",
    "Principal",
    "SeedProgress",
    "SeedSize",
    "SessionAuthenticator",
]
