"""Servers that these tests may stop, kill and promote."""

from collections.abc import Iterator

import pytest

from tests.clusters import Cluster, cluster, replica


@pytest.fixture(scope="module")
def kept_server() -> Iterator[Cluster]:
    """One server for all tests of a module."""
    with cluster() as made:
        yield made


@pytest.fixture(scope="module")
def kept_standby(kept_server: Cluster) -> Iterator[Cluster]:
    """A streaming replica of it."""
    with replica(kept_server) as made:
        yield made


@pytest.fixture
def server(kept_server: Cluster) -> Cluster:
    """The module's server, running and empty."""
    if not kept_server.runs:
        kept_server.start()
    kept_server.ask("DROP TABLE IF EXISTS test_t")
    return kept_server


@pytest.fixture
def standby(kept_standby: Cluster) -> Cluster:
    """The module's replica, running and following."""
    if not kept_standby.runs:
        kept_standby.start()
    kept_standby.ask("SELECT pg_wal_replay_resume()")
    return kept_standby
