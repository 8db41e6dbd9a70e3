"""A DuckDB with nothing but its own temporary folder: no files, no network, no extensions, bounded memory."""

from typing import TYPE_CHECKING, Any, Final

from host.errors import HostError

if TYPE_CHECKING:
    import duckdb

INSTALL: Final = 'Install it: pip install "holdfast[duckdb]"'
_CLOSED: Final = {"TimeZone": "'UTC'", "enable_external_access": "false", "lock_configuration": "true"}


def open_sandbox(folder: str, memory: str, threads: int) -> "duckdb.DuckDBPyConnection":
    """Open an empty database in `folder`.

    Raises:
        HostError: DuckDB is not installed.
    """
    try:
        import duckdb
    except ImportError as error:
        raise HostError("Analytics need DuckDB, which is not installed.", remedy=INSTALL) from error
    settings: dict[str, Any] = {
        "memory_limit": memory,
        "threads": threads,
        "temp_directory": folder,
        "preserve_insertion_order": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "allow_community_extensions": False,
    }
    opened = duckdb.connect(f"{folder}/analytics.duckdb", config=settings)
    for name, value in _CLOSED.items():
        opened.execute(f"SET {name} = {value}")
    return opened
