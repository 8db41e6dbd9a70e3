"""The manual's blocks run as they are written."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from host import masked
from host.config import DatabaseConfig
from host.data import Database, HostBase, Migrator, host_target
from host.data.protection import FieldProtection
from host.data.retention import in_order
from host.security import Keyring
from tests.environments import CHECKOUT

MANUAL = (CHECKOUT / "docs" / "protection.md").read_text("utf-8")


@pytest.fixture
def manual(
    database_config: DatabaseConfig, tmp_path: Path, keyring: Keyring
) -> Iterator[tuple[Database, dict[str, Any]]]:
    """Every Python block in one module, and a database with its tables."""
    names: dict[str, Any] = {"__name__": "manual"}
    for block in re.findall(r"```python\n(.*?)```", MANUAL, re.DOTALL):
        exec(compile(block, "protection.md", "exec", dont_inherit=True), names)
    database = Database(database_config, tmp_path, extensions=[FieldProtection(keyring)])
    Migrator(database, [host_target()]).upgrade()
    with database.begin() as unit:
        names["Base"].metadata.create_all(unit.session.connection())
    yield database, names
    database.dispose()


def test_the_blocks_do_what_they_say(manual: tuple[Database, dict[str, Any]]) -> None:
    database, names = manual
    supplier = names["Supplier"]
    with database.begin() as unit:
        unit.session.add_all([supplier(name="Ann", email="ann@example.com", terms={"days": 30}), supplier(name="")])
    with database.begin(readonly=True) as unit:
        found = unit.session.scalars(names["by_address"]).one()
        assert (found.name, found.terms) == ("Ann", {"days": 30})
    names["run"](database)
    with database.begin(readonly=True) as unit:
        assert unit.session.get_one(supplier, 2).name == "(unknown)"
    known = [HostBase.metadata, names["Base"].metadata]
    [policy] = in_order([("harbour", each) for each in names["Hooks"]().retention()], known)
    assert policy.name == "harbour.contacts"


def test_the_masks_are_as_written() -> None:
    lines = re.findall(r'^masked\("(.+?)", "(\w+)"\)  # (.+)$', MANUAL, re.MULTILINE)
    assert len(lines) == 5
    for value, kind, shown in lines:
        assert masked(value, kind) == shown


def test_every_command_exists() -> None:
    commands = set(re.findall(r"app ((?:keys|clean|pii|tasks)(?: hold)? ?[a-z]*)", MANUAL))
    reference = (CHECKOUT / "docs" / "cli.md").read_text("utf-8")
    assert len(commands) > 12
    assert [each for each in commands if f"## `app {each.strip()}`" not in reference] == []
