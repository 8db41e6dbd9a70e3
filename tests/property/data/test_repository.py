"""Whatever is done in whatever units: rows, audit, chain, callbacks and objects agree with a model in plain Python."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from host.data.audit.anchor import Anchor
from host.data.audit.sealer import Sealer
from host.data.audit.verify import verify
from tests.effort import effort
from tests.property.data.conftest import World
from tests.property.data.faults import FAULTS, Fault
from tests.property.data.machine import Machine

NO_CHECKS = list(HealthCheck)


def test_rows_audit_and_chain_agree_with_the_model(world: World, tmp_path: Path) -> None:
    thorough = settings(
        max_examples=effort(short=12, long=400),
        stateful_step_count=effort(short=25, long=50),
        deadline=None,
        suppress_health_check=NO_CHECKS,
    )
    run_state_machine_as_test(lambda: Machine(world.database), settings=thorough)
    anchor = Anchor(tmp_path / "anchor.jsonl", world.keyring)
    sealed = Sealer(world.database, world.keyring, anchor).seal_all()
    found = verify(world.database, world.keyring, anchor)
    assert found.sound, found
    assert (found.records, found.unsealed) == (sealed, 0)
    assert sealed > 0


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
@pytest.mark.parametrize("database_config", ["sqlite"], indirect=True)
def test_a_planted_fault_is_found(world: World, fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    fault(monkeypatch, world.database)
    quick = settings(
        max_examples=400,
        stateful_step_count=30,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=NO_CHECKS,
    )
    with pytest.raises(BaseException):  # noqa: B017, PT011 -- an assertion of the machine, alone or in a group
        run_state_machine_as_test(lambda: Machine(world.database), settings=quick)
