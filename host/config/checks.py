"""What an installation refuses although each value is valid by itself: one rule a function, each with its code."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from host.config.faults import Fault
from host.config.model import AppConfig

MIN_SECRET_LENGTH: Final = 32
MIN_BCRYPT_ROUNDS: Final = 10
_EVERYONE: Final = {"*", "0.0.0.0/0", "::/0"}
_LOOPBACK: Final = {"127.0.0.1", "::1", "localhost"}


@dataclass(frozen=True, slots=True)
class Settings:
    """The configuration and where each value came from."""

    config: AppConfig
    where: Callable[[str], str]
    """Place of a dotted name: ``config/prod.toml:3``, or ``default``."""
    broken: frozenset[str]
    """Settings whose value could not be used at all: they have their fault already."""

    def fault(self, code: str, name: str, what: str, fix: str) -> Fault:
        """Describe a fault of the setting `name`."""
        return Fault(code, f"{name} {what}", self.where(name), fix, name)


Rule = Callable[[Settings], Iterator[Fault]]


def check(settings: Settings) -> list[Fault]:
    """Return every rule's objection for the configuration's environment."""
    found = (fault for rule in RULES[settings.config.env] for fault in rule(settings))
    return [fault for fault in found if fault.setting not in settings.broken]


def secret_given(settings: Settings) -> Iterator[Fault]:
    """Outside dev nothing makes a key up: replicas would not share it."""
    if not settings.config.security.secret_key.get_secret_value():
        fix = "Set SECRET_KEY to 32 random characters or more: openssl rand -base64 48"
        yield settings.fault("CFG-SECRET-MISSING", "security.secret_key", "is missing", fix)


def secret_strong(settings: Settings) -> Iterator[Fault]:
    """A short or repetitive key can be guessed."""
    key = settings.config.security.secret_key.get_secret_value()
    if key and (len(key) < MIN_SECRET_LENGTH or len(set(key)) < MIN_SECRET_LENGTH // 3):
        fix = "Use 32 random characters or more: openssl rand -base64 48"
        yield settings.fault("CFG-SECRET-WEAK", "security.secret_key", "is too short or repetitive", fix)


def secret_not_in_file(settings: Settings) -> Iterator[Fault]:
    """Files of the config folder are committed and copied."""
    if settings.where("security.secret_key").startswith("config/"):
        fix = "Give it as SECRET_KEY or as a secret file, and make a new one: this one is in the file's history."
        yield settings.fault("CFG-SECRET-IN-FILE", "security.secret_key", "stands in a file that is shared", fix)


def debug_off(settings: Settings) -> Iterator[Fault]:
    """Details of errors show internals to strangers."""
    if settings.config.debug:
        yield settings.fault("CFG-PROD-DEBUG", "debug", "is on in production", "Set DEBUG=false.")


def hosts_named(settings: Settings) -> Iterator[Fault]:
    """Any host name opens the door to DNS rebinding."""
    hosts = settings.config.server.allowed_hosts
    if "*" in hosts or not hosts:
        fix = "List the names that browsers use, such as app.example.com."
        yield settings.fault("CFG-PROD-HOSTS", "server.allowed_hosts", "lets every host name in", fix)


def origins_named(settings: Settings) -> Iterator[Fault]:
    """Any origin lets other sites drive a user's session."""
    if "*" in settings.config.server.allowed_origins:
        fix = "List the origins, such as https://app.example.com, or leave it empty."
        yield settings.fault("CFG-PROD-ORIGINS", "server.allowed_origins", "lets every site in", fix)


def proxies_named(settings: Settings) -> Iterator[Fault]:
    """Believing everyone's forwarded headers lets a client forge its address."""
    if _EVERYONE & set(settings.config.server.trusted_proxies):
        fix = "List the addresses of the reverse proxies."
        yield settings.fault("CFG-PROD-PROXIES", "server.trusted_proxies", "believes everyone", fix)


def encrypted(settings: Settings) -> Iterator[Fault]:
    """Without TLS cookies travel in the clear."""
    server = settings.config.server
    if server.host not in _LOOPBACK and not server.behind_tls:
        fix = "Put a TLS proxy before it and set server.behind_tls = true, or listen on 127.0.0.1."
        yield settings.fault("CFG-PROD-TLS", "server.host", f"opens {server.host} to the network without TLS", fix)


def shared_database(settings: Settings) -> Iterator[Fault]:
    """A SQLite file can't be shared between machines."""
    config = settings.config
    if config.database.url.startswith("sqlite") and config.server.replicas > 1:
        what = f"is SQLite, which {config.server.replicas} replicas cannot share"
        fix = "Set DATABASE_URL to a PostgreSQL server, or server.replicas = 1."
        yield settings.fault("CFG-PROD-SQLITE-REPLICAS", "database.url", what, fix)


def no_duckdb(settings: Settings) -> Iterator[Fault]:
    """DuckDB is for one process, without savepoints and with the audit outside the business transaction."""
    if settings.config.database.url.startswith("duckdb"):
        fix = "Set DATABASE_URL to a PostgreSQL server, or to SQLite."
        yield settings.fault("CFG-DUCKDB", "database.url", "is DuckDB, which is for development only", fix)


def duckdb_alone(settings: Settings) -> Iterator[Fault]:
    """One process can open a DuckDB file."""
    replicas = settings.config.server.replicas
    if settings.config.database.url.startswith("duckdb") and replicas > 1:
        fix = "Set server.replicas = 1, or DATABASE_URL to a PostgreSQL server."
        yield settings.fault("CFG-DUCKDB", "database.url", f"is DuckDB, which {replicas} replicas cannot share", fix)


def bcrypt_slow(settings: Settings) -> Iterator[Fault]:
    """Cheap hashes can be tried by the billion."""
    if settings.config.security.bcrypt_rounds < MIN_BCRYPT_ROUNDS:
        what = f"is below {MIN_BCRYPT_ROUNDS}"
        yield settings.fault("CFG-PROD-BCRYPT", "security.bcrypt_rounds", what, "Use 12, or leave it out.")


RULES: Final[dict[str, tuple[Rule, ...]]] = {
    "dev": (duckdb_alone,),
    "stage": (secret_given, secret_strong, no_duckdb),
    "prod": (
        debug_off,
        secret_given,
        secret_strong,
        secret_not_in_file,
        hosts_named,
        origins_named,
        proxies_named,
        encrypted,
        shared_database,
        no_duckdb,
        bcrypt_slow,
    ),
}
