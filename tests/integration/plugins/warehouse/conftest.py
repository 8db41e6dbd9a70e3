"""A house on each database in turn, used by somebody who may do everything."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from host import Database
from tests.integration.plugins.warehouse.house import House, acting, principal


@pytest.fixture
def house(empty_database: Database, tmp_path: Path) -> Iterator[House]:
    """The warehouse on an empty database."""
    with acting(principal()):
        yield House(empty_database, tmp_path)
