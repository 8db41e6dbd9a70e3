"""An office on each database in turn."""

from pathlib import Path

import pytest

from host import Database
from tests.integration.plugins.auth.gatehouse import Gatehouse
from tests.integration.plugins.auth.lodge import Lodge
from tests.integration.plugins.auth.office import Office


@pytest.fixture
def office(empty_database: Database, tmp_path: Path) -> Office:
    """The services around access on an empty database."""
    return Office(empty_database, tmp_path)


@pytest.fixture
def gatehouse(empty_database: Database, tmp_path: Path) -> Gatehouse:
    """The services of sign-in on an empty database."""
    return Gatehouse(empty_database, tmp_path)


@pytest.fixture
def lodge(empty_database: Database, tmp_path: Path) -> Lodge:
    """The ways to become known on an empty database."""
    return Lodge(empty_database, tmp_path)
