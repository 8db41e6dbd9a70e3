"""Records are found, followed, exported and brought back."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, select, text

from host.data.audit.masking import masked_record
from host.data.audit.reading import AuditFilter
from host.data.audit.restore import RestoreError
from host.data.audit.trail import AuditTrail
from host.security import Keyring
from tests.integration.data.audit.conftest import Audited
from tests.integration.data.audit.models import Cell, Thing, Tone, Truck


@pytest.fixture
def trail(audited: Audited, tmp_path: Path) -> AuditTrail:
    return AuditTrail(audited.database, audited.keyring, tmp_path)


def _thing(audited: Audited) -> Thing:
    with audited.database.begin(readonly=True) as unit:
        return unit.session.scalars(select(Thing)).one()


@pytest.fixture
def edited(audited: Audited) -> Iterator[Audited]:
    """A thing that was made, edited twice, and deleted."""
    with audited.writing() as unit:
        unit.session.add(Thing(name="a", price=Decimal("1.5"), tone=Tone.DARK, mark=UUID(int=3), tree={"x": [1]}))
    for name in ("b", "c"):
        with audited.writing() as unit:
            unit.session.scalars(select(Thing)).one().name = name
    return audited


def test_history_tells_newest_first(edited: Audited, trail: AuditTrail) -> None:
    found = trail.history("t_thing", "1").records
    assert [record.action for record in found] == ["update", "update", "insert"]
    assert (found[0].before or {})["name"] == "b"
    assert (found[0].after or {})["name"] == "c"
    assert found[2].before is None
    assert (found[2].after or {})["price"] == Decimal("1.5")
    assert (found[0].user_id, found[0].table, found[0].key) == ("anna", "t_thing", "1")


def test_search_by_each_filter_and_page_by_page(audited: Audited, trail: AuditTrail) -> None:
    anna = audited.actor
    for number in range(7):
        audited.actor = replace(anna, user_id="bob", name="Bob Ü%", plugin="other", correlation_id=f"c-{number}")
        with audited.writing() as unit:
            unit.session.add(Cell(row=number, column='quo"te', value=number))
    audited.actor = anna
    with audited.writing() as unit:
        unit.session.add(Thing(name="100%"))
    everything = AuditFilter()
    first = trail.search(everything, limit=5)
    second = trail.search(everything, before=first.older, limit=5)
    assert [record.id for record in (*first.records, *second.records)] == list(range(8, 0, -1))
    assert second.older is None
    counts = {
        AuditFilter(user="bob"): 7,
        AuditFilter(user="Ü%"): 7,
        AuditFilter(user="nobody"): 0,
        AuditFilter(table="t_thing"): 1,
        AuditFilter(table="t_cell", key='[3,"quo\\"te"]'): 1,
        AuditFilter(plugin="warehouse"): 1,
        AuditFilter(action="delete"): 0,
        AuditFilter(correlation_id="c-3"): 1,
        AuditFilter(contains='quo"te'): 7,
        AuditFilter(contains="100%"): 1,
        AuditFilter(contains="100%", values=False): 0,
        AuditFilter(since=datetime.now(UTC) + timedelta(hours=1)): 0,
        AuditFilter(since=datetime.now(UTC) - timedelta(hours=1), until=datetime.now(UTC) + timedelta(hours=1)): 8,
    }
    assert {wanted: len(trail.search(wanted).records) for wanted in counts} == counts
    assert [record.id for record in trail.export(everything)] == list(range(1, 9))


def test_restore_an_earlier_version(edited: Audited, trail: AuditTrail) -> None:
    trail.restore("t_thing", "1", 1)
    thing = _thing(edited)
    assert (thing.name, thing.version, thing.tone) == ("a", 4, Tone.DARK)
    last = trail.history("t_thing", "1").records[0]
    assert (last.action, last.user_id) == ("restore", "anna")
    assert ((last.before or {})["name"], (last.after or {})["name"]) == ("c", "a")


def test_the_preview_tells_what_restoring_changes_and_nothing_else(edited: Audited, trail: AuditTrail) -> None:
    planned = trail.preview("t_thing", "1", 1)
    assert planned.before == {"name": "c", "touched": 7}
    assert planned.after == {"name": "a", "touched": 0}
    trail.restore("t_thing", "1", 1)
    done = trail.history("t_thing", "1").records[0]
    assert (done.after or {})["name"] == "a"
    assert trail.preview("t_thing", "1", done.id).columns == ()


def test_restore_a_deleted_record_as_it_was(edited: Audited, trail: AuditTrail) -> None:
    with edited.writing() as unit:
        unit.session.delete(unit.session.scalars(select(Thing)).one())
    deletion = trail.history("t_thing", "1").records[0]
    trail.restore("t_thing", "1", deletion.id)
    thing = _thing(edited)
    assert (thing.id, thing.name, thing.price) == (1, "c", Decimal("1.500"))
    assert (thing.tone, thing.mark, thing.tree) == (Tone.DARK, UUID(int=3), {"x": [1]})
    assert trail.history("t_thing", "1").records[0].action == "restore"
    trail.restore("t_thing", "1", 1)
    assert _thing(edited).name == "a"


def test_restore_a_deleted_record_of_several_tables(audited: Audited, trail: AuditTrail) -> None:
    with audited.writing() as unit:
        unit.session.add(Truck(wheels=6, load=40))
    with audited.writing() as unit:
        unit.session.delete(unit.session.scalars(select(Truck)).one())
    trail.restore("t_vehicle", "1", trail.history("t_vehicle", "1").records[0].id)
    with audited.writing() as unit:
        truck = unit.session.scalars(select(Truck)).one()
        assert (truck.wheels, truck.load) == (6, 40)


def test_a_unique_value_that_is_taken_is_named(edited: Audited, trail: AuditTrail) -> None:
    with edited.writing() as unit:
        unit.session.add(Thing(name="a"))
    with pytest.raises(RestoreError, match="t_thing 2 has the same name"):
        trail.restore("t_thing", "1", 1)
    assert [record.action for record in trail.history("t_thing", "1").records].count("restore") == 0


def test_a_column_that_is_gone_is_named(edited: Audited, trail: AuditTrail) -> None:
    with edited.database.single.begin() as connection:
        changes = "replace(changes, '\"name\":', '\"title\":')"
        connection.execute(text(f"UPDATE host_audit SET changes = {changes} WHERE id = 2"))
    with pytest.raises(RestoreError, match="no longer has the column title"):
        trail.restore("t_thing", "1", 1)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (("t_thing", "1", 99), "no record 99"),
        (("t_thing", "2", 1), "no record 1"),
        (("t_unknown", "1", 1), "No loaded model"),
    ],
)
def test_what_cannot_be_restored(edited: Audited, trail: AuditTrail, wanted: tuple[str, str, int], said: str) -> None:
    with pytest.raises(RestoreError, match=said):
        trail.restore(*wanted)


def test_status_and_what_the_last_check_found(edited: Audited, trail: AuditTrail) -> None:
    before = trail.status()
    assert (before.sealed, before.unsealed, before.anchored, before.holds, before.checked) == (0, 3, 0, True, None)
    from host.data.audit.sealer import Sealer

    assert Sealer(edited.database, edited.keyring, trail.anchor).seal_all() == 3
    assert trail.verify().sound
    after = trail.status()
    assert (after.sealed, after.unsealed, after.anchored, after.holds) == (3, 0, 3, True)
    assert after.checked is not None
    assert (after.checked.records, after.checked.fault_count) == (3, 0)
    with edited.database.single.begin() as connection:
        connection.execute(text("DELETE FROM host_audit WHERE seq = 3"))
    assert not trail.status().holds


def test_a_lost_key_file_is_told_although_another_one_was_made(edited: Audited, tmp_path: Path) -> None:
    assert AuditTrail(edited.database, edited.keyring, tmp_path).status().missing_key is None
    lost = edited.keyring.current("audit").id
    other = Keyring(tmp_path / "another" / "keys.json", make=True)
    trail = AuditTrail(edited.database, other, tmp_path)
    assert trail.status().missing_key == lost


def test_personal_data_is_masked_and_of_unknown_tables_everything(edited: Audited, trail: AuditTrail) -> None:
    record = trail.history("t_thing", "1").records[0]
    declared = Table(
        "t_thing", MetaData(), Column("id", Integer, primary_key=True), Column("name", String, info={"pii": "name"})
    )
    shown = masked_record(record, {"t_thing": declared})
    assert ((shown.before or {})["name"], (shown.after or {})["name"]) == ("b…", "c…")
    assert (shown.after or {})["version"] == 3
    hidden = masked_record(record, {})
    assert set((hidden.after or {}).values()) == {"…"}
