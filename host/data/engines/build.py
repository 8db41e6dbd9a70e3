"""Builds the engines that fit the database's address."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import URL

from host.data.engines import urls
from host.data.engines.engines import Engines

if TYPE_CHECKING:
    from host.config import DatabaseConfig


def build(url: URL, config: "DatabaseConfig", data_dir: Path, *, pooling: bool) -> Engines:
    """Build the engines for a resolved `url`; nothing is opened yet.

    Raises:
        ConfigError: a setting doesn't go with this database.
    """
    replica = urls.resolve_replica(config.replica_url, url)
    if url.get_backend_name() == "sqlite":
        from host.data.engines.sqlite import build_sqlite

        business = urls.resolve_business(config.url, data_dir)
        if business is None:
            return build_sqlite(url, config, pooling=pooling)
        from host.data.engines.duckdb import build_duckdb

        return build_sqlite(url, config, build_duckdb(business, config, pooling=pooling), pooling=pooling)
    from host.data.engines.postgresql import build_postgresql

    return build_postgresql(url, config, replica, pooling=pooling)
