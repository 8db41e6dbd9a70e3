"""The revisions that ship keep to the safety rules and to squawk's, and are what their models say."""

from pathlib import Path

import pytest

from host.data import Target, host_target
from host.data.migrate.offline import offline_sql
from host.data.migrate.revisions import Revision, revisions_of
from host.data.migrate.safety.judge import judge
from host.data.migrate.safety.squawk import executable, squawk
from host.data.migrate.targets import script_directory
from tests.environments import CHECKOUT

TARGETS = [
    host_target(),
    Target("auth", CHECKOUT / "plugins" / "auth" / "migrations", "auth_"),
    Target("warehouse", CHECKOUT / "plugins" / "warehouse" / "migrations", "warehouse_"),
    Target("notes", CHECKOUT / "examples" / "holdfast-notes" / "holdfast_notes" / "migrations", "notes_"),
]

every_target = pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.id)


def revisions(target: Target) -> list[Revision]:
    script = script_directory(target)
    return revisions_of(script, target, [each.revision for each in script.walk_revisions()][::-1])


def test_no_folder_of_revisions_is_forgotten():
    found = {path.parent for name in ("migrations/versions", "migrations") for path in _numbered(name)}
    assert found == {target.folder for target in TARGETS}


def _numbered(name: str) -> list[Path]:
    roots = (CHECKOUT / "plugins", CHECKOUT / "examples", CHECKOUT / "migrations")
    return [path for root in roots for path in root.rglob("[0-9]*_*.py") if str(path.parent).endswith(name)]


@every_target
@pytest.mark.parametrize("dialect", ["postgresql", "sqlite"])
def test_they_keep_to_the_safety_rules(target: Target, dialect: str):
    assert [str(risk) for risk in judge(target.id, revisions(target), dialect, together=False)] == []


@every_target
def test_squawk_has_nothing_to_object_to(target: Target):
    program = executable()
    assert program, "squawk is among the packages for development"
    assert [str(risk) for risk in squawk(target, revisions(target), program=program)] == []


@every_target
@pytest.mark.parametrize("dialect", ["postgresql", "sqlite"])
def test_they_can_be_told_as_sql(target: Target, dialect: str):
    found = revisions(target)
    told = offline_sql(target, found, dialect)
    in_transactions = [each for each in found if each.transactional or dialect == "sqlite"]
    assert told.count("BEGIN;") == told.count("COMMIT;") == len(in_transactions)
