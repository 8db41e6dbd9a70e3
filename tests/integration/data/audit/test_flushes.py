"""Every way in which a flush writes leaves the right record."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, func, select

from host.data.audit.compare import differences
from host.data.audit.exporting import json_lines
from host.data.audit.reading import AuditFilter
from host.data.audit.trail import AuditTrail
from tests.integration.data.audit.conftest import Audited
from tests.integration.data.audit.models import Box, Cell, Item, Scratch, Setting, Stamped, Tag, Thing, Tone, Truck


def _by_record(told: list[tuple[str, str, str, Any]]) -> dict[tuple[str, str, str], Any]:
    found = {(table, key, action): changes for table, key, action, changes in told}
    assert len(found) == len(told)
    return found


def test_an_insert_tells_every_column_and_who(audited: Audited) -> None:
    with audited.writing() as unit:
        unit.session.add(Thing(name="a", price=Decimal("1.50"), note="long"))
    (row,) = audited.rows()
    assert (row.user_id, row.user_name, row.plugin, row.page) == ("anna", "Anna", "warehouse", "/articles")
    assert (row.correlation_id, row.table_name, row.record_key, row.action) == ("c-1", "t_thing", "1", "insert")
    assert abs(datetime.now(UTC) - row.at) < timedelta(minutes=1)
    (_, _, _, changes) = audited.told()[0]
    assert set(changes) == {"new"}
    assert set(changes["new"]) == set(Thing.__table__.columns.keys())
    assert changes["new"]["price"] == {"$decimal": "1.50"}
    assert changes["new"]["made"] == "by server"
    assert (changes["new"]["note"], changes["new"]["version"], changes["new"]["on"]) == ("long", 1, True)


def test_every_kind_of_value_is_told(audited: Audited) -> None:
    values = {
        "at": datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC),
        "day": date(2026, 1, 2),
        "hour": time(3, 4),
        "span": timedelta(days=1, seconds=2),
        "data": b"\x00\xff",
        "mark": UUID(int=7),
        "tone": Tone.DARK,
        "tree": {"$decimal": "not one", "list": [1, None]},
        "ratio": 0.5,
    }
    with audited.writing() as unit:
        unit.session.add(Thing(name='ü "\x1e" \U0001f600', **values))
    new = audited.told()[0][3]["new"]
    assert new["at"] == {"$datetime": "2026-01-02T03:04:05.000006+00:00"}
    assert (new["day"], new["hour"]) == ({"$date": "2026-01-02"}, {"$time": "03:04:00"})
    assert (new["span"], new["data"]) == ({"$timedelta": [1, 2, 0]}, {"$bytes": "AP8="})
    assert (new["mark"], new["tone"]) == ({"$uuid": str(UUID(int=7))}, {"$enum": "DARK"})
    assert new["tree"] == {"$json": {"$decimal": "not one", "list": [1, None]}}
    assert (new["ratio"], new["name"]) == (0.5, 'ü "\x1e" \U0001f600')


def test_an_update_tells_old_and_new_of_what_changed_only(audited: Audited) -> None:
    with audited.writing() as unit:
        unit.session.add(Thing(name="a", price=Decimal(1)))
    with audited.writing() as unit:
        thing = unit.session.scalars(select(Thing)).one()
        thing.price = Decimal(2)
        thing.name = "a"
    assert audited.told()[1] == (
        "t_thing",
        "1",
        "update",
        {
            "old": {"price": {"$decimal": "1.000"}, "version": 1, "touched": 0},
            "new": {"price": {"$decimal": "2"}, "version": 2, "touched": 7},
        },
    )


def test_a_value_never_loaded_is_loaded_before_it_is_lost(audited: Audited) -> None:
    with audited.writing() as unit:
        unit.session.add(Thing(name="a", note="old note"))
    with audited.writing() as unit:
        thing = unit.session.scalars(select(Thing)).one()
        thing.note = "new note"
    assert audited.told()[1][3]["old"]["note"] == "old note"
    with audited.writing() as unit:
        thing = unit.session.scalars(select(Thing)).one()
        unit.session.expire(thing)
        thing.name = "b"
    assert audited.told()[2][3]["old"] == {"name": "a", "version": 2}


def test_an_expression_is_told_by_its_value(audited: Audited) -> None:
    with audited.writing() as unit:
        unit.session.add(Cell(row=1, column="x", value=4))
    with audited.writing() as unit:
        cell = unit.session.scalars(select(Cell)).one()
        cell.value = Cell.value + 3
    assert audited.told()[1] == ("t_cell", '[1,"x"]', "update", {"old": {"value": 4}, "new": {"value": 7}})


def test_what_json_columns_take_the_audit_takes(audited: Audited, tmp_path: Path) -> None:
    with audited.writing() as unit:
        unit.session.add(Thing(name="half", tree={"é": "\ud800"}))
    ((_, _, _, changes),) = audited.told()
    assert changes["new"]["tree"] == {"$json": {"é": "\ud800"}}
    with audited.database.begin(readonly=True) as unit:
        assert unit.session.scalars(select(Thing.tree)).all() == [{"é": "\ud800"}]
    lines = list(json_lines(AuditTrail(audited.database, audited.keyring, tmp_path).export(AuditFilter())))
    assert b"\\ud800" in "".join(lines).encode("utf-8")


def test_what_an_insert_left_out_is_not_asked_from_the_database(audited: Audited) -> None:
    asked: list[str] = []
    with audited.writing() as unit:
        unit.session.add(Setting(name="warm"))
        unit.session.flush()
        event.listen(audited.database.engines.write, "before_cursor_execute", lambda *call: asked.append(call[2]))
        unit.session.add_all(Setting(name=f"s{number}") for number in range(20))
        unit.session.add(Setting(name="given", value=func.upper("a")))
        unit.session.flush()
    assert [text for text in asked if text.startswith("SELECT") and "t_setting" in text][1:] == []
    told = {key: changes["new"]["value"] for _, key, _, changes in audited.told()}
    assert (told["s0"], told["s19"], told["given"]) == (None, None, "A")


def test_what_the_database_made_is_asked_once_for_all_objects(audited: Audited) -> None:
    asked: list[str] = []
    with audited.writing() as unit:
        event.listen(audited.database.engines.write, "before_cursor_execute", lambda *call: asked.append(call[2]))
        unit.session.add_all(Stamped(id=number) for number in (1, 2, 3))
        unit.session.flush()
        assert len([text for text in asked if text.startswith("SELECT") and "t_stamped" in text]) == 1
        for stamped in unit.session.scalars(select(Stamped)):
            stamped.count = Stamped.count + stamped.id
        asked.clear()
        unit.session.flush()
        assert len([text for text in asked if text.startswith("SELECT") and "t_stamped" in text]) <= 1
    told = {(key, action): changes["new"] for _, key, action, changes in audited.told()}
    inserts = {(str(n), "insert"): {"id": n, "made": "by server", "count": 0, "note": None} for n in (1, 2, 3)}
    assert told == inserts | {(str(n), "update"): {"count": n} for n in (1, 2, 3)}


def test_nothing_changed_leaves_nothing(audited: Audited) -> None:
    with audited.writing() as unit:
        unit.session.add(Cell(row=1, column="x", value=4))
    with audited.writing() as unit:
        cell = unit.session.scalars(select(Cell)).one()
        cell.value = 5
        cell.value = 4
    with audited.writing() as unit:
        unit.session.add(Scratch())
    assert len(audited.rows()) == 1


def test_cascades_orphans_and_links(audited: Audited) -> None:
    with audited.writing() as unit:
        box = Box(name="b", items=[Item(name="i1", weight=11), Item(name="i2", weight=12), Item(name="i3")])
        box.tags = [Tag(name="t1"), Tag(name="t2")]
        unit.session.add(box)
    inserted = _by_record(audited.told())
    assert {key[:2] for key in inserted if key[0] == "t_box_tag"} == {("t_box_tag", "[1,1]"), ("t_box_tag", "[1,2]")}
    before = len(audited.rows())
    with audited.writing() as unit:
        box = unit.session.scalars(select(Box)).one()
        del box.items[0]
        del box.tags[1]
    told = _by_record(audited.told()[before:])
    assert told == {
        ("t_item", "1", "delete"): {"old": {"id": 1, "box_id": 1, "name": "i1", "weight": 11}},
        ("t_box_tag", "[1,2]", "delete"): {"old": {"box_id": 1, "tag_id": 2}},
    }
    before = len(audited.rows())
    with audited.writing() as unit:
        unit.session.delete(unit.session.scalars(select(Box)).one())
    told = _by_record(audited.told()[before:])
    assert set(told) == {
        ("t_box", "1", "delete"),
        ("t_item", "2", "delete"),
        ("t_item", "3", "delete"),
        ("t_box_tag", "[1,1]", "delete"),
    }
    assert told["t_item", "2", "delete"] == {"old": {"id": 2, "box_id": 1, "name": "i2", "weight": 12}}


def test_joined_inheritance_tells_each_table(audited: Audited) -> None:
    with audited.writing() as unit:
        unit.session.add(Truck(wheels=6, load=40))
    with audited.writing() as unit:
        truck = unit.session.scalars(select(Truck)).one()
        truck.load = 41
    with audited.writing() as unit:
        unit.session.delete(unit.session.scalars(select(Truck)).one())
    assert audited.told() == [
        ("t_vehicle", "1", "insert", {"new": {"id": 1, "kind": "truck", "wheels": 6}}),
        ("t_truck", "1", "insert", {"new": {"id": 1, "load": 40}}),
        ("t_truck", "1", "update", {"old": {"load": 40}, "new": {"load": 41}}),
        ("t_vehicle", "1", "delete", {"old": {"id": 1, "kind": "truck", "wheels": 6}}),
        ("t_truck", "1", "delete", {"old": {"id": 1, "load": 41}}),
    ]


def test_a_row_replaced_in_one_flush_is_an_update(audited: Audited) -> None:
    with audited.writing() as unit:
        unit.session.add(Cell(row=1, column="x", value=4))
    with audited.writing() as unit:
        unit.session.delete(unit.session.scalars(select(Cell)).one())
        unit.session.add(Cell(row=1, column="x", value=9))
    assert audited.told()[1] == ("t_cell", '[1,"x"]', "update", {"old": {"value": 4}, "new": {"value": 9}})


def test_a_changed_key_ends_one_record_and_begins_another(audited: Audited) -> None:
    with audited.writing() as unit:
        unit.session.add(Cell(row=1, column="x", value=4))
    with audited.writing() as unit:
        unit.session.scalars(select(Cell)).one().column = "y"
    assert audited.told()[1:] == [
        ("t_cell", '[1,"x"]', "delete", {"old": {"row": 1, "column": "x", "value": 4}}),
        ("t_cell", '[1,"y"]', "insert", {"new": {"row": 1, "column": "y", "value": 4}}),
    ]


def test_rows_of_a_rolled_back_savepoint_go_with_it(audited: Audited) -> None:
    with audited.writing() as unit:
        unit.session.add(Cell(row=1, column="kept", value=1))
        with pytest.raises(KeyError), audited.writing() as inner:
            inner.session.add(Cell(row=2, column="gone", value=1))
            inner.session.flush()
            raise KeyError
        with audited.writing() as inner:
            inner.session.add(Cell(row=3, column="kept", value=1))
    assert [key for _, key, _, _ in audited.told()] == ['[1,"kept"]', '[3,"kept"]']


def test_a_rolled_back_unit_leaves_nothing(audited: Audited) -> None:
    with pytest.raises(KeyError), audited.writing() as unit:
        unit.session.add(Cell(row=1, column="x", value=1))
        unit.session.flush()
        raise KeyError
    assert audited.rows() == []


@pytest.mark.parametrize("name", ["", '"', "ä b", "null", "[1]"])
def test_odd_keys_stand_alone(audited: Audited, name: str) -> None:
    with audited.writing() as unit:
        unit.session.add(Setting(name=name))
    assert list(differences(audited.database, [Setting.__table__])) == []  # type: ignore[list-item]
    assert len(audited.rows()) == 1


def test_thousands_of_rows_in_one_flush(audited: Audited) -> None:
    with audited.writing() as unit:
        unit.session.add_all(Cell(row=number, column="x", value=number) for number in range(5000))
    told = audited.told()
    assert [key for _, key, _, _ in told] == [f'[{number},"x"]' for number in range(5000)]
    assert len({row.mac for row in audited.rows()}) == 5000
