"""Fixtures of the tests."""

import pytest
from host.testing import HostApp

from holdfast_notes.notes import Notes


@pytest.fixture
def notes(host_app: HostApp) -> Notes:
    found: Notes = host_app.services("notes").notes
    return found
