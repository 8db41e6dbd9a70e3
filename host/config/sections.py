"""The sections of the settings; the text under each field is its manual."""

from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, Strict, field_validator

SettingPath = Annotated[Path, Strict(False)]
Texts = Annotated[tuple[str, ...], Strict(False)]
Level = Annotated[
    Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"],
    BeforeValidator(lambda value: value.upper() if isinstance(value, str) else value),
]
DEFAULT_DATABASE: Final = "sqlite:///holdfast.db"


class Section(BaseModel):
    """Base of all sections: frozen, strict about types, and no unknown names."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)


def _is_network(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True


class ServerConfig(Section):
    """The web server and the gate before it."""

    host: str = "127.0.0.1"
    """Address to listen on. `0.0.0.0` opens it to the network."""
    port: int = Field(8501, ge=0, le=65535)
    """Port to listen on; 0 takes a free one."""
    allowed_hosts: Texts = ("localhost", "127.0.0.1", "[::1]")
    """Host names that browsers may use to reach the app. `*` lets every name in and is refused in production."""
    allowed_origins: Texts = ()
    """Origins such as `https://app.example.com` that may open the WebSocket. Empty: only the app's own address."""
    max_frame_bytes: int = Field(4 * 1024 * 1024, ge=1024)
    """Largest WebSocket message accepted from a browser, in bytes."""
    max_frames_per_s: int = Field(100, ge=1)
    """WebSocket messages accepted from one connection, per second."""
    max_handshakes_per_s: int = Field(5, ge=1)
    """WebSockets that one signed-in browser may open per second, counted over ten seconds and per web process."""
    max_requests_per_s: int = Field(100, ge=1)
    """Requests of one signed-in browser per second, counted over ten seconds and per web process."""
    max_unknown_per_s: int = Field(50, ge=1)
    """Requests and WebSockets per second from one address by browsers that were not seen signed in before."""
    max_failed_lookups_per_min: int = Field(120, ge=1)
    """Cookies and tokens per minute from one address that belong to nobody; further ones are not looked up."""
    max_sockets: int = Field(2000, ge=1)
    """WebSockets open at a time in one web process; each needs memory and, while it works, a thread."""
    max_sockets_per_person: int = Field(50, ge=1)
    """WebSockets open at a time in one web process for one person, which is about the number of their tabs."""
    max_upload_bytes: int = Field(200 * 1024 * 1024, ge=1024)
    """Largest file that may be uploaded, in bytes."""
    max_upload_bytes_per_h: int = Field(2 * 1024 * 1024 * 1024, ge=1024)
    """Bytes that one person may upload per hour to one web process."""
    trusted_proxies: Texts = ()
    """Addresses or networks (`10.0.0.0/8`) of reverse proxies whose forwarded headers are believed."""
    behind_tls: bool = False
    """Browsers reach the app over https: cookies are marked `Secure`."""
    replicas: int = Field(1, ge=1)
    """Machines that serve this app together. More than one needs a database server."""

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for network in value:
            if network != "*" and not _is_network(network):
                message = "should be addresses or networks such as 10.0.0.0/8"
                raise ValueError(message)
        return value

    @field_validator("allowed_origins")
    @classmethod
    def _are_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for origin in value:
            parts = urlsplit(origin)
            if origin != "*" and (
                parts.scheme not in {"http", "https"} or origin != f"{parts.scheme}://{parts.netloc}"
            ):
                message = "should be origins such as https://app.example.com"
                raise ValueError(message)
        return value


class DatabaseConfig(Section):
    """The database."""

    url: str = DEFAULT_DATABASE
    """`sqlite:///file.db` (in `data_dir`) or `postgresql://user:password@server/name`; for failover `@a,b/name`."""
    replica_url: str = ""
    """A PostgreSQL server that follows the one of `url`; reads that may lag behind go there."""
    max_lag_s: float = Field(5.0, gt=0)
    """Seconds that the replica may lag behind; further behind, its reads go to the primary."""
    pool_size: int = Field(5, ge=1)
    """Connections kept open by each process."""
    max_overflow: int = Field(10, ge=0)
    """Connections opened beyond `pool_size` under load."""
    pool_timeout_s: float = Field(5.0, gt=0)
    """Seconds to wait for a free connection before an error."""
    leak_after_s: float = Field(30.0, gt=0)
    """Seconds after which a connection that was not given back is reported, with the line that took it."""
    recycle_s: int = Field(1800, ge=1)
    """Seconds after which a pooled PostgreSQL connection is replaced by a new one."""
    connect_timeout_s: int = Field(10, ge=1)
    """Seconds to wait for one PostgreSQL server to answer, before the next one is tried."""
    statement_timeout_s: float = Field(60.0, ge=0)
    """Seconds after which PostgreSQL ends a statement; 0 never."""
    idle_transaction_timeout_s: float = Field(120.0, ge=0)
    """Seconds after which PostgreSQL ends a session that left its transaction open; 0 never."""
    lock_timeout_s: float = Field(10.0, ge=0)
    """Seconds that a PostgreSQL statement waits for a lock before it gives way and is run again; 0 for ever."""
    busy_timeout_s: float = Field(5.0, ge=0)
    """Seconds that a SQLite statement waits for another process's write lock."""
    wal_limit_bytes: int = Field(64 * 1024 * 1024, ge=4096)
    """Size of SQLite's write-ahead log from which it is reported who keeps it from being emptied."""
    monitor: bool = True
    """Watch statements and transactions: what is slow, what is asked too often, which index is missing."""
    slow_ms: float = Field(500.0, gt=0)
    """Milliseconds from which a statement is written down as slow, with its plan and the line it comes from."""
    p95_budget_ms: float = Field(250.0, gt=0)
    """Milliseconds that 95 of 100 statements should stay below; health is degraded while they don't."""
    strict_loading: bool = False
    """A loop that asks the database once per item raises an error instead of being reported; for tests."""
    migrate: Literal["auto", "check"] = "auto"
    """`auto` upgrades the schema at start; `check` only looks and refuses to serve an old one."""

    @field_validator("url")
    @classmethod
    def _is_supported(cls, value: str) -> str:
        scheme, separator, _ = value.partition("://")
        if scheme.partition("+")[0] not in {"sqlite", "postgresql", "postgres", "duckdb"} or not separator:
            message = "should begin with sqlite:///, postgresql:// or, for development, duckdb:///"
            raise ValueError(message)
        return value


class LogsConfig(Section):
    """Log lines: how much, in which form, to which files."""

    level: Level = "INFO"
    """Least severity that is written."""
    format: Literal["auto", "console", "json"] = "auto"
    """Form of the lines on the console; `auto` is readable in dev and JSON elsewhere."""
    file: Literal["auto", "on", "off"] = "auto"
    """Also write JSON lines to files, for `app log find`; `auto` does so in dev."""
    folder: SettingPath = Path("log")
    """Folder of the log files; a relative one lies in `data_dir`."""
    rotate_bytes: int = Field(10 * 1024 * 1024, ge=1024)
    """Size in bytes at which a log file is set aside and a new one begun."""
    keep: int = Field(5, ge=0)
    """Log files kept after rotation, besides the current one."""
    levels: dict[str, Level] = {}
    """Severity of single loggers. In a variable: `host.data=DEBUG,uvicorn=WARNING`."""


class SecurityConfig(Section):
    """Secrets and sessions."""

    secret_key: SecretStr = SecretStr("")
    """Signs cookies and tokens: 32 random characters or more. In dev one is made at the first start and kept."""
    keys_file: SettingPath = Path("keys.json")
    """File with the keys of encrypted columns and audit; a relative one lies in `data_dir`. In dev made by itself."""
    audit_anchor: SettingPath = Path("audit-anchor.jsonl")
    """File that remembers how far the audit's chain went; put it where no administrator of the database can write."""
    session_timeout_s: int = Field(8 * 3600, ge=60)
    """Seconds without activity after which a session ends."""
    bcrypt_rounds: int = Field(12, ge=4, le=31)
    """Cost of checking bcrypt hashes, as a power of two."""


class DetectionConfig(Section):
    """Security events: how long they are kept, and from when on they are an alert."""

    enabled: bool = True
    """Look for attacks in the security events of all processes. Events are written down either way."""
    keep_days: int = Field(90, ge=1, le=3650)
    """Days after which `app clean` removes security events and what was said about alerts."""
    window_minutes: int = Field(15, ge=1, le=24 * 60)
    """Minutes that are looked at together; a slower attack needs a longer window."""
    repeat_minutes: int = Field(60, ge=1, le=24 * 60)
    """Minutes for which the same alert about the same person or network is not raised again."""
    guessing_failures: int = Field(15, ge=2)
    """Failed sign-ins to one account within the window that count as guessing its password."""
    spraying_accounts: int = Field(8, ge=2)
    """Accounts to which sign-ins from one network fail, without a success, that count as password spraying."""
    stuffing_accounts: int = Field(25, ge=2)
    """Accounts to which sign-ins fail within the window, from anywhere, that count as credential stuffing."""
    stuffing_share: float = Field(0.8, gt=0, le=1)
    """Share of failed sign-ins among all within the window that credential stuffing needs besides."""
    new_device_minutes: int = Field(30, ge=1, le=24 * 60)
    """Minutes after a sign-in from a new device during which a sensitive action is an alert."""
    mass_reads: int = Field(100, ge=2)
    """Revealed fields, exports and files of one person within the window that count as a mass read."""
    denied_requests: int = Field(30, ge=2)
    """Refused permissions and foreign ids of one person within the window that count as scanning."""
    forged_requests: int = Field(5, ge=1)
    """Forged headers, frames, origins and sessions from one network within the window that are an alert."""


class FlagsConfig(Section):
    """Feature flags."""

    provider: str = Field("", pattern=r"^([A-Za-z_][\w.]*:[A-Za-z_]\w*)?$")
    """`module:factory` of an OpenFeature provider that decides instead of the app's own store; empty for the store."""


class CacheConfig(Section):
    """The cache."""

    ttl_s: int = Field(300, ge=0)
    """Seconds for which a cached value is fresh unless its author says otherwise."""


class JobsConfig(Section):
    """Background jobs."""

    max_workers: int = Field(2, ge=1)
    """Jobs that one worker process runs at a time."""
