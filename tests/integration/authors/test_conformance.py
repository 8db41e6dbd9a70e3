"""`PluginConformance` passes a sound plugin and finds each planted fault by the check that is meant for it."""

from collections.abc import Mapping

import pytest

from tests.integration.authors.conftest import Outcome
from tests.integration.authors.planted import PLANTED, Planted

pytestmark = pytest.mark.timeout(600)
CHECKS = 15


def test_a_sound_plugin_passes_every_check(outcomes: Mapping[str, Outcome]) -> None:
    assert outcomes["sound"].failed == {}
    assert len(outcomes["sound"].passed) == CHECKS


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.id)
def test_a_planted_fault_fails_exactly_its_check(planted: Planted, outcomes: Mapping[str, Outcome]) -> None:
    assert set(outcomes[planted.id].failed) == planted.fails, outcomes[planted.id].failed


def test_every_check_has_a_planted_fault(outcomes: Mapping[str, Outcome]) -> None:
    assert outcomes["sound"].passed == frozenset().union(*(planted.fails for planted in PLANTED))
