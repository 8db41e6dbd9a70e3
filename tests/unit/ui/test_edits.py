"""What comes out of an edited table is what its columns take; everything else is named, cell by cell."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host.texts import Texts, load_catalogues
from host.ui.edits import EditColumn, Edits, EditsError, checked_edits

ROWS = [{"name": "a", "quantity": 1, "kind": "x"}, {"name": "b", "quantity": 2, "kind": "y"}]
COLUMNS = (
    EditColumn(name="name", editable=False, settable=True, required=True, longest=10, pattern="[a-z]+"),
    EditColumn(name="quantity", kind="integer", minimum=0, maximum=10),
    EditColumn(name="kind", kind="choice", options=("x", "y")),
    EditColumn(name="price", kind="decimal", minimum=Decimal(0)),
    EditColumn(name="active", kind="boolean"),
    EditColumn(name="day", kind="date", minimum=date(2026, 1, 1)),
    EditColumn(name="at", kind="time"),
    EditColumn(name="moment", kind="datetime", maximum=datetime(2026, 12, 31, tzinfo=UTC)),
)


def state(edited: Any = None, added: Any = None, deleted: Any = None) -> dict[str, Any]:
    return {"edited_rows": edited or {}, "added_rows": added or [], "deleted_rows": deleted or []}


def refused(changes: Any, num_rows: Any = "fixed") -> list[tuple[int | None, str, str]]:
    with pytest.raises(EditsError) as caught:
        checked_edits(ROWS, changes, COLUMNS, num_rows)
    return [(each.row, each.column, each.reason) for each in caught.value.faults]


def test_edits_are_read_as_their_columns_kinds():
    cells = {
        "quantity": 5.0, "kind": "y", "price": 12.5, "active": True, "day": "2026-03-04T00:00:00.000Z",
        "at": "12:30:00", "moment": "2026-03-04T12:00:00Z",
    }  # fmt: skip
    edits = checked_edits(ROWS, state({1: cells, 0: {"quantity": None}}), COLUMNS)
    assert edits.changed == {
        1: {
            "quantity": 5, "kind": "y", "price": Decimal("12.5"), "active": True, "day": date(2026, 3, 4),
            "at": time(12, 30), "moment": datetime(2026, 3, 4, 12, tzinfo=UTC),
        },
        0: {"quantity": None},
    }  # fmt: skip
    assert type(edits.changed[1]["quantity"]) is int
    assert edits


def test_nothing_edited_is_nothing():
    assert not checked_edits(ROWS, state(), COLUMNS)
    assert checked_edits(ROWS, {}, COLUMNS) == Edits({})


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("name", "c", "locked"),
        ("unknown", 1, "column"),
        ("_index", 1, "column"),
        ("quantity", -1, "small"),
        ("quantity", 11, "large"),
        ("quantity", 1.5, "kind"),
        ("quantity", True, "kind"),
        ("quantity", "1", "kind"),
        ("quantity", [1], "kind"),
        ("quantity", float("nan"), "kind"),
        ("quantity", float("inf"), "kind"),
        ("quantity", 10**400, "kind"),
        ("kind", "z", "option"),
        ("kind", "", "option"),
        ("kind", ["x"], "option"),
        ("price", -0.01, "small"),
        ("price", "1", "kind"),
        ("price", float("inf"), "kind"),
        ("active", 1, "kind"),
        ("active", "true", "kind"),
        ("day", "2025-12-31", "small"),
        ("day", "31.12.2026", "kind"),
        ("day", 20260101, "kind"),
        ("at", "25:00", "kind"),
        ("moment", "2027-01-01T00:00:00+00:00", "large"),
        ("moment", "2026-03-04T12:00:00", "kind"),
        ("moment", {}, "kind"),
    ],
)
def test_what_a_column_does_not_take(column: str, value: Any, reason: str):
    assert refused(state({1: {column: value}})) == [(1, column, reason)]


@pytest.mark.parametrize(
    "changes", [None, [], "x", {"edited_rows": []}, {"added_rows": {}}, {"deleted_rows": 1}, {"edited_rows": None}]
)
def test_what_is_no_list_of_changes(changes: Any):
    assert refused(changes) == [(None, "", "shape")]


@pytest.mark.parametrize("row", [2, -1, "0", True, 1.0, None])
def test_rows_that_are_not_there(row: Any):
    assert refused(state({row: {"quantity": 1}})) == [(None, "", "row")]
    assert refused(state(deleted=[row]), "dynamic") == [(None, "", "row")]


def test_rows_come_and_go_only_where_they_may():
    new, gone = state(added=[{"name": "c"}]), state(deleted=[0])
    assert refused(new) == [(None, "", "add")]
    assert refused(gone) == [(None, "", "delete")]
    assert refused(new, "delete") == [(None, "", "add")]
    assert refused(gone, "add") == [(None, "", "delete")]
    assert checked_edits(ROWS, new, COLUMNS, "add").added == ({"name": "c"},)
    both = checked_edits(
        ROWS, state({0: {"quantity": 1}, 1: {"quantity": 3}}, [{"name": "c"}], [0, 0]), COLUMNS, "dynamic"
    )
    assert (both.deleted, both.changed, len(both.added)) == ((0,), {1: {"quantity": 3}}, 1)


def test_new_rows_need_what_is_required_and_are_counted_behind_the_others():
    assert refused(state(added=[{"quantity": 1}, {"name": "X!"}, {"name": "y" * 11}, {"name": " "}, 7]), "dynamic") == [
        (2, "name", "missing"), (3, "name", "pattern"), (4, "name", "long"), (5, "name", "missing"), (6, "", "shape"),
    ]  # fmt: skip
    assert refused(state(added=[{"name": "a"}] * 10_001), "dynamic") == [(None, "", "many")]


def test_every_fault_is_named_and_nothing_counts():
    assert refused(state({0: {"quantity": 99, "kind": "z"}, 1: {"quantity": 5}})) == [
        (0, "quantity", "large"), (0, "kind", "option"),
    ]  # fmt: skip


def test_faults_are_told_in_both_languages():
    texts = Texts(load_catalogues(Path("host/ui/texts")))
    with pytest.raises(EditsError) as caught:
        checked_edits(ROWS, state({0: {"quantity": 99}}), COLUMNS)
    (fault,) = caught.value.faults
    told = {
        language: fault.told(lambda key, language=language, **fields: texts.lookup(language, key, **fields))
        for language in ("en", "de")
    }
    assert told == {"en": "Row 1, quantity: 99 is more than 10.", "de": "Zeile 1, quantity: 99 ist mehr als 10."}
    reasons = {
        "shape", "row", "column", "locked", "add", "delete", "many", "missing", "kind", "option", "small", "large",
        "long", "pattern", "control",
    }  # fmt: skip
    for language in ("en", "de"):
        for reason in reasons:
            assert texts.lookup(language, f"host.edits.{reason}") != f"host.edits.{reason}"


_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["x", "y", "2026-03-04"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
_cells = st.dictionaries(st.sampled_from([each.name for each in COLUMNS] + ["other"]), _values, max_size=4)
_rows = st.integers(-2, 4) | st.text(max_size=2)
_states = _values | st.fixed_dictionaries(
    {},
    optional={
        "edited_rows": st.dictionaries(_rows, _cells | _values, max_size=3) | _values,
        "added_rows": st.lists(_cells | _values, max_size=3) | _values,
        "deleted_rows": st.lists(_rows, max_size=3) | _values,
    },
)


@given(_states, st.sampled_from(["fixed", "dynamic", "add", "delete"]))
def test_whatever_is_sent_only_what_may_be_comes_out(sent: Any, num_rows: Any):
    try:
        edits = checked_edits(ROWS, sent, COLUMNS, num_rows)
    except EditsError:
        return
    columns = {each.name: each for each in COLUMNS}
    assert not edits.added or num_rows in {"dynamic", "add"}
    assert not edits.deleted or num_rows in {"dynamic", "delete"}
    assert set(edits.deleted) | set(edits.changed) <= {0, 1}
    for cells in edits.changed.values():
        assert all(columns[name].editable for name in cells)
    for cells in (*edits.changed.values(), *edits.added):
        quantity, kind = cells.get("quantity"), cells.get("kind")
        assert quantity is None or (type(quantity) is int and 0 <= quantity <= 10)
        assert kind in {None, "x", "y"}
    assert all(cells.get("name") for cells in edits.added)
